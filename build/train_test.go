package main

import (
	"os"
	"path/filepath"
	"testing"

	"segfault/build/data"
	"segfault/build/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trained trains a tiny network for a step on simulated brains, and returns its card.
func trained(t *testing.T, args ...string) (card string, err error) {
	t.Helper()
	brain, err := data.ParseClasses("gl:glioma,me:meningioma,pi:pituitary")
	require.NoError(t, err)
	dir := t.TempDir()
	for i, part := range []string{"train", "val", "test"} {
		require.NoError(t, train.Simulate(filepath.Join(dir, part), 3, brain, uint64(i)))
	}
	out := filepath.Join(dir, "weights", "own.safetensors") // in folders that are made
	err = trainVerb(append([]string{"-data", dir, "-out", out, "-checkpoint", filepath.Join(dir, "out", "checkpoint"),
		"-encoder", "vgg11", "-divide", "16", "-size", "32", "-stages", "32x2:1"}, args...))
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(dir, "weights", "own.md"))
	return string(text), err
}

func TestSlicesOfOwnClassesAreNotSimulated(t *testing.T) {
	for _, classes := range []string{"_:a", "gl:a,me:b,pi:c", "gl:a,me:b,pi:c,un:d"} {
		card, err := trained(t, "-classes", classes)
		require.NoError(t, err)
		assert.Contains(t, card, "; 0 % simulated slices |")
		assert.NotContains(t, card, "| simulated slices |", classes)
		_, err = trained(t, "-classes", classes, "-phantoms", "0.1")
		assert.ErrorContains(t, err, "-phantoms: simulated slices are of the classes glioma, meningioma, pituitary or left ventricle, not of a")
		assert.ErrorContains(t, err, "; train with -phantoms 0")
		assert.ErrorContains(t, trainVerb([]string{"-simulate", "4", "-classes", classes, "-out", t.TempDir()}), "-simulate: simulated slices are of the classes")
	}
	card, err := trained(t)
	require.NoError(t, err)
	assert.Contains(t, card, "; 12 % simulated slices |")
	assert.Contains(t, card, "| simulated slices | 150 |")
}

func TestStagesThatAreNoneAreNamed(t *testing.T) {
	assert.ErrorContains(t, trainVerb([]string{"-stages", "64x8"}), `-stages: expected SIZExBATCH:STEPS, found "64x8"`)
	assert.ErrorContains(t, trainVerb([]string{"-stages", "100x8:10"}), "stage 100x8:10: expected a size that is a multiple of 32")
}
