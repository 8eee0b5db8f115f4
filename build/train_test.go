package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStagesThatAreNoneAreNamed(t *testing.T) {
	assert.ErrorContains(t, trainVerb([]string{"-stages", "64x8"}), `-stages: expected SIZExBATCH:STEPS, found "64x8"`)
	assert.ErrorContains(t, trainVerb([]string{"-stages", "100x8:10"}), "stage 100x8:10: expected a size that is a multiple of 32")
}
