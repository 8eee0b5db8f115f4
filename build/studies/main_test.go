package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFlagsThatAKindOfStudyWouldIgnoreAreRefused(t *testing.T) {
	for _, given := range []string{"-loss=bce", "-order=right", "-scheme=blend", "-label=truth", "-crossed=none", "-shared=false", "-noise=false", "-report=x.md", "-check=x"} {
		err := studyVerb([]string{"-data", t.TempDir(), "-methods", "fgsm", given})
		assert.ErrorContains(t, err, "are for the study of one step", given)
	}
	for _, given := range []string{"-steps=3", "-first=2", "-every=6", "-empty", "-transfer", "-of=scan"} {
		err := studyVerb([]string{"-data", t.TempDir(), given})
		assert.ErrorContains(t, err, "are for -methods", given)
	}
}
