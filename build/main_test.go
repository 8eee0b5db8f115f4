package main

import (
	"bytes"
	"strings"
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

// TestWhatAVerbWouldIgnoreIsRefused has arguments that are no flags, behind which none would be seen, and flags of another way of the verb.
func TestWhatAVerbWouldIgnoreIsRefused(t *testing.T) {
	for args, want := range map[string]string{
		"train -data none brain -rate 1": `train: unexpected argument "brain"`,
		"bench -weights none w4 -runs 3": `bench: unexpected argument "w4"`,
		"test -only none core":           `test: unexpected argument "core"`,
		"test -only none":                `test: there is no stage "none"`,
		"serve -site none -weights none": "serve: -weights is of a site that is built",
		"site -out none/none -model m":   "site: -model is of -single",
		"bench -tests none":              "bench: -tests would do nothing here: it is for a bundle",
		"bench -compare none":            "bench: -compare would do nothing here: it is for -peers",
		"bench -pack none -report none":  "bench: -report would do nothing here: it is for a run",
		"bench -trace none":              `bench: -trace: expected forward or gradient, found "none"`,
		"bench -trace none -runs 3":      "bench: -runs would do nothing here: it is for measuring",
		"train -simulate 3 -divide 2":    "train: -divide would do nothing here: it is for training",
		"train -simulate 3":              "train: -simulate: where to?",
		"train -weights none -stages 1":  "train: -stages would do nothing here: it is for training",
		"train -narrow 2":                "train: -narrow would do nothing here: it is for the checkpoints of -from",
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 1, run(strings.Fields(args), &stdout, &stderr), args)
		assert.Contains(t, stderr.String(), want)
	}
}

func TestAVerbThatIsAProgramOfItsOwnEndsAsThatDoes(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 0, run([]string{"study", "-help"}, &stdout, &stderr))
	assert.Equal(t, 1, run([]string{"study", "merge"}, &stdout, &stderr))
	assert.Empty(t, stderr.String(), "it has said why itself")
}

func TestWhatCannotBeDoneIsRefusedBeforeItIsBegun(t *testing.T) {
	for args, want := range map[string]string{
		"site -weights none -out ":           "site: there is no folder of models at none",
		"train -simulate 999999999999 -out ": "train: -simulate: expected a number of slices to 10000, found 999999999999",
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 1, run(strings.Fields(args+t.TempDir()), &stdout, &stderr), args)
		assert.Contains(t, stderr.String(), want)
	}
}
