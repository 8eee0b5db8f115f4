package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPackageIsNotBuiltOverSomebodysOwnFiles(t *testing.T) {
	out := t.TempDir()
	own := filepath.Join(out, "dist", "mine.js")
	require.NoError(t, os.Mkdir(filepath.Dir(own), 0o755))
	require.NoError(t, os.WriteFile(own, nil, 0o644))
	_, err := buildPackage(out)
	assert.ErrorContains(t, err, "is no folder of a package built before, and would be written anew; give another folder as -out")
	assert.FileExists(t, own)
}
