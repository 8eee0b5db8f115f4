package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWithoutAVerbAndWithHelpTheVerbsAreListed(t *testing.T) {
	for _, args := range [][]string{nil, {"-help"}, {"--help"}, {"-h"}, {"help"}} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 0, run(args, &stdout, &stderr), args)
		assert.Empty(t, stderr.String())
		for _, v := range verbs {
			assert.Contains(t, stdout.String(), "  "+v.name+" ")
		}
	}
}

func TestAnUnknownVerbIsNamedBesideThoseThatThereAre(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 2, run([]string{"sreve"}, &stdout, &stderr))
	assert.Empty(t, stdout.String())
	assert.Contains(t, stderr.String(), `there is no verb "sreve"`)
	assert.Contains(t, stderr.String(), "  serve ")
}

func TestAVerbThatIsAProgramOfItsOwnEndsAsThatDoes(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 0, run([]string{"study", "-help"}, &stdout, &stderr))
	assert.Equal(t, 1, run([]string{"study", "merge"}, &stdout, &stderr))
	assert.Empty(t, stderr.String(), "it has said why itself")
}
