package main

import (
	"path/filepath"
	"testing"

	"segfault/build/command"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFlagsThatAKindOfStudyWouldIgnoreAreRefused(t *testing.T) {
	for _, given := range []string{"-loss=bce", "-order=right", "-scheme=blend", "-label=truth", "-crossed=none", "-shared=false", "-noise=false", "-report=x.md", "-check=x"} {
		err := studyVerb([]string{"-data", t.TempDir(), "-methods", "fgsm", given})
		assert.ErrorContains(t, err, "it is for the study of one step", given)
	}
	assert.ErrorContains(t, studyVerb([]string{"-data", t.TempDir(), "-shard", "1/2", "-report", "x.md"}), "-report would do nothing here: it is for a whole study")
	for _, given := range []string{"-steps=3", "-first=2", "-every=6", "-empty", "-transfer", "-of=scan"} {
		err := studyVerb([]string{"-data", t.TempDir(), given})
		assert.ErrorContains(t, err, "it is for -methods", given)
	}
}

func TestABareNameIsOfAModelInTheCheckoutWhereverInItOneStands(t *testing.T) {
	weights, err := command.Weights()
	require.NoError(t, err)
	err = studyVerb([]string{"-data", t.TempDir(), "-models", "nosuch"}) // from the folder of this test
	assert.ErrorContains(t, err, filepath.Join(weights, "nosuch.safetensors"))
}
