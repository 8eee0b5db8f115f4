package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"segfault/build/data"
	"segfault/build/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCohortIsTrainedInShardsAndNotAgain(t *testing.T) {
	const marks = "gl:glioma,me:meningioma,pi:pituitary"
	classes, err := data.ParseClasses(marks)
	require.NoError(t, err)
	root, out := t.TempDir(), t.TempDir()
	for i, part := range []string{"train", "val", "test"} {
		require.NoError(t, train.Simulate(filepath.Join(root, part), 3, classes, uint64(i)))
	}
	args := []string{"-data", root, "-task", "brain", "-classes", marks, "-size", "32", "-steps", "1", "-out", out, "-shard", "1/15"}
	require.NoError(t, cohortVerb(args))
	path := filepath.Join(out, "brain-unet-vgg13-w10-s1.safetensors")
	first, err := os.Stat(path)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(out, "*.safetensors"))
	require.NoError(t, err)
	assert.Len(t, files, 1, "the other shards' are theirs")
	card, err := os.ReadFile(filepath.Join(out, "brain-unet-vgg13-w10-s1.md"))
	require.NoError(t, err)
	assert.Contains(t, string(card), "`dice_focal` of each image")

	require.NoError(t, cohortVerb(args))
	again, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, first.ModTime(), again.ModTime())
	more := append(slices.Clone(args), "-steps", "2")
	assert.ErrorContains(t, cohortVerb(more), "w10-s1.checkpoint is of a training with other settings: stages ([32x16:1] there, [32x16:2] here)", "beside a model by another recipe")
	require.NoError(t, os.Remove(path))
	assert.ErrorContains(t, cohortVerb(more), "w10-s1.checkpoint is of a training with other settings: stages", "from another recipe's checkpoint")
	assert.ErrorContains(t, cohortVerb([]string{"-shard", "3/2"}), "a shard is i/n")
	assert.ErrorContains(t, cohortVerb(append([]string{"out"}, args...)), `unexpected argument "out"`)
	assert.ErrorContains(t, claimsVerb([]string{root, "-task", "heart"}), root+" holds no rows; give flags first")
	assert.ErrorContains(t, claimsVerb(nil), "claims of what?")
	assert.ErrorContains(t, claimsVerb([]string{"-publish", "STUDY.md", "-channels", "3"}), "-channels would do nothing here: it is for claims that are only told")
	assert.ErrorContains(t, claimsVerb([]string{"-cores", "3", "folder"}), "-cores would do nothing here")
}

func TestCommandOfAStudyCanBeGivenAgain(t *testing.T) {
	flags := flag.NewFlagSet("study", flag.ContinueOnError)
	empty, epsilon := flags.Bool("empty", false, ""), flags.String("epsilon", "", "")
	require.NoError(t, flags.Parse([]string{"-empty", "-epsilon", "0.009"}))
	assert.Equal(t, "go run ./build study -empty=true -epsilon 0.009", studyCommand(flags))
	require.NoError(t, flags.Parse(strings.Fields(strings.TrimPrefix(studyCommand(flags), "go run ./build study"))))
	assert.True(t, *empty)
	assert.Equal(t, "0.009", *epsilon)
}
