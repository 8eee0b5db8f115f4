package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTypesOfFrameworksTakeTheElementAndRefuseWhatItHasNot(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	require.NoError(t, installPackages(root, "build/types"))
	folder := filepath.Join(root, "build", "types")
	said, err := exec.Command("node", filepath.Join(folder, "node_modules", "typescript", "bin", "tsc"), "-p", filepath.Join(folder, "frameworks")).CombinedOutput()
	require.NoError(t, err, string(said))
}
