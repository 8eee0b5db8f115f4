package study

import (
	"bytes"
	"context"
	"os"
	"testing"

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
