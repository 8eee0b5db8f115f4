package study

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"segfault/build/data"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// suite is a comparison of two methods, one of several steps, on n phantoms with two models: four rows a phantom.
func suite(t *testing.T, n int) *Suite {
	t.Helper()
	c := &Suite{Config: config(t, n)}
	var err error
	c.Methods, err = ParseMethods("noise,pgd/2")
	require.NoError(t, err)
	c.Budgets, err = ParseBudgets("0.05", "input")
	require.NoError(t, err)
	return c
}

func TestMethodsStoppedAfterAnyByteGoOnWithoutLossOrRepetition(t *testing.T) {
	c := suite(t, 1)
	c.Cores = 1 // one order of rows
	want, err := c.Run(context.Background())
	require.NoError(t, err)
	require.Len(t, want, 4)
	path := c.Shard.methods(c.Out)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	var cuts []int
	for first := 0; first < len(whole); {
		end := first + bytes.IndexByte(whole[first:], '\n') + 1
		cuts = append(cuts, first, (first+end)/2, end-2, end-1) // before a line, within it, within its last field, and before its end
		first = end
	}
	for _, cut := range append(cuts, len(whole)) {
		require.NoError(t, os.WriteFile(path, whole[:cut], 0o644))
		rows, err := ReadTested(path)
		require.NoError(t, err, "cut at byte %d", cut)
		require.Len(t, rows, max(0, lines(string(whole[:cut]))-1), "cut at byte %d: whole rows alone are read", cut)
		rows, err = c.Run(context.Background())
		require.NoError(t, err, "cut at byte %d", cut)
		require.Equal(t, want, rows, "cut at byte %d", cut)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(whole), string(after), "cut at byte %d", cut)
	}
}

func TestAShardOfMethodsKnowsTheRowsOfAllOthers(t *testing.T) {
	c := suite(t, 3)
	want, err := c.Run(context.Background())
	require.NoError(t, err)
	c.Out = t.TempDir()
	for i, so := range []int{8, 12} {
		c.Shard = Shard{i + 1, 2}
		rows, err := c.Run(context.Background())
		require.NoError(t, err)
		require.Len(t, rows, so, "a table is of all shards' rows so far")
	}
	var log bytes.Buffer
	c.Log, c.Shard = &log, Shard{1, 1}
	rows, err := c.Run(context.Background())
	require.NoError(t, err)
	assert.ElementsMatch(t, want, rows)
	assert.Empty(t, log.String(), "nothing is done again by another number of shards")
	assert.Equal(t, c.Table(want), c.Table(rows))
}

func TestRowsThatLieInTwoFilesAreReadOnce(t *testing.T) {
	c := suite(t, 1)
	want, err := c.Run(context.Background())
	require.NoError(t, err)
	content, err := os.ReadFile(c.Shard.methods(c.Out))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(Shard{1, 2}.methods(c.Out), content, 0o644))
	rows, err := ReadSuites(c.Out, c.Out)
	require.NoError(t, err)
	assert.ElementsMatch(t, want, rows)
}

func TestAnAttackThatWasPassedOnInPartIsNotToldTwice(t *testing.T) {
	c := suite(t, 1)
	c.Transfer, c.Cores = true, 1
	want, err := c.Run(context.Background())
	require.NoError(t, err)
	path := c.Shard.methods(c.Out)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, whole[:len(whole)-2], 0o644)) // the row of the model itself, which comes last
	_, err = c.Run(context.Background())
	require.NoError(t, err)
	rows, err := ReadTested(path)
	require.NoError(t, err)
	assert.Equal(t, want, rows)
}

func TestRowsOfMethodsOnOtherTermsAreNotAddedTo(t *testing.T) {
	c := suite(t, 2)
	want, err := c.Run(context.Background())
	require.NoError(t, err)
	for what, change := range map[string]func(*Suite){
		"other steps":               func(c *Suite) { c.Steps = 3 },
		"other slices":              func(c *Suite) { c.Every = 2 },
		"other slices (":            func(c *Suite) { c.First = 1 },
		"other classes":             func(c *Suite) { c.Classes = marks[:2] },
		"another rule for patients": func(c *Suite) { c.Patient = "test" },
		"other weights of brain-a": func(c *Suite) {
			c.Models = slices.Clone(c.Models)
			c.Models[0].Digest = "0"
		},
	} {
		other := *c
		change(&other)
		_, err := other.Run(context.Background())
		assert.ErrorContains(t, err, "holds rows of a study with "+what)
	}
	rows, err := c.Run(context.Background())
	require.NoError(t, err)
	assert.Equal(t, want, rows, "what was refused left nothing")

	pairs, err := data.List(c.Data)
	require.NoError(t, err)
	writeGrey(t, pairs[1].Mask, make([]float32, side*side), side)
	c.Empty = true
	_, err = c.Run(context.Background())
	assert.ErrorContains(t, err, "other slices", "where there is nothing to find")
	writeBrains(t, c.Data, 3)
	c.Empty = false
	_, err = c.Run(context.Background())
	assert.ErrorContains(t, err, "other images")
}

func TestModelsMethodsAndBudgetsMayJoinWhatRowsAreThere(t *testing.T) {
	c := suite(t, 1)
	both := c.Models
	for i := range both {
		c.Models = both[i : i+1]
		rows, err := c.Run(context.Background())
		require.NoError(t, err)
		require.Len(t, rows, 2*(i+1))
	}
	more := *c
	var err error
	more.Methods, err = ParseMethods("noise,pgd/2,fgsm")
	require.NoError(t, err)
	more.Budgets, err = ParseBudgets("0.05,0.1", "input")
	require.NoError(t, err)
	rows, err := more.Run(context.Background())
	require.NoError(t, err)
	assert.Len(t, rows, 2+6)
	c.Models = slices.Clone(both)
	c.Models[0].Digest = "0"
	_, err = c.Run(context.Background())
	assert.ErrorContains(t, err, "other weights of brain-a", "the first is remembered")
}

func TestMethodsAndTheStudyOfOneStepMayLieInOneFolder(t *testing.T) {
	c := suite(t, 1)
	require.NoError(t, Run(context.Background(), c.Config))
	_, err := c.Run(context.Background())
	require.NoError(t, err)
	require.NoError(t, Run(context.Background(), c.Config))
}

func TestRowsOfMethodsFromBeforeThereWereSettingsAreReadButNotAddedTo(t *testing.T) {
	c := suite(t, 1)
	want, err := c.Run(context.Background())
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(c.Out, termsFile)))
	rows, err := ReadSuites(c.Out)
	require.NoError(t, err)
	assert.Equal(t, want, rows)
	_, err = c.Run(context.Background())
	assert.ErrorContains(t, err, "choose another folder with -out")
	assert.NoFileExists(t, filepath.Join(c.Out, termsFile))
}

func TestMethodsOnAFolderOfWhichNothingCanBeUsedAreAnError(t *testing.T) {
	c := suite(t, 2)
	c.Empty = true
	_, err := c.Run(context.Background())
	assert.ErrorContains(t, err, "of 2 scans none could be used; the first: test_00_gl_ax: there is something to find in every slice")
	assert.NoDirExists(t, c.Out)
}
