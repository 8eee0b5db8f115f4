package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"segfault/core/lab"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPostersHaveTheStopsOfTheDials(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "site", "page", "dial.js"))
	require.NoError(t, err)
	list := regexp.MustCompile(`(?s)export const stops = \[(.*?)\]`).FindSubmatch(text)
	require.NotNil(t, list)
	var stops []float64
	for _, number := range strings.FieldsFunc(string(list[1]), func(r rune) bool { return strings.ContainsRune(" ,\n", r) }) {
		stop, err := strconv.ParseFloat(number, 64)
		require.NoError(t, err)
		if stop <= posterEpsilons[len(posterEpsilons)-1] {
			stops = append(stops, stop)
		}
	}
	assert.Equal(t, stops, posterEpsilons)
}

func TestPosterHasAnOutlineForEveryStop(t *testing.T) {
	folder := t.TempDir()
	models, err := copyWeights(filepath.Join("..", "weights"), t.TempDir())
	require.NoError(t, err)
	require.NoError(t, posters(filepath.Join("..", "weights"), folder, models[:1]))
	drawn := 0
	for _, sample := range lab.Samples {
		if sample.Task != models[0].Task {
			continue
		}
		drawn++
		text, err := os.ReadFile(filepath.Join(folder, sample.Name+".svg"))
		require.NoError(t, err)
		for _, epsilon := range posterEpsilons {
			assert.Contains(t, string(text), `<path class="after" id="e`+strconv.FormatFloat(epsilon, 'f', -1, 64)+`" d="`, sample.Name)
		}
		assert.Equal(t, 1, strings.Count(string(text), `class="before"`), "the attacked picture has no line of before")
	}
	assert.Positive(t, drawn)
}
