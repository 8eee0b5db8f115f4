package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsGeneratedIsOfTheLabAsItIs(t *testing.T) {
	folder := filepath.Join("..", "..", "core", "lab")
	want, err := generate(folder)
	require.NoError(t, err)
	have, err := os.ReadFile(filepath.Join(folder, file))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(have), "run go generate ./core/lab")
}
