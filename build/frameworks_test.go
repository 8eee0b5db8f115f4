package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"segfault/build/command"

	"github.com/stretchr/testify/require"
)

// frameworks is the folder of those that the element's types are tried in.
const frameworks = types + "/frameworks"

func TestTypesOfFrameworksTakeTheElementAndRefuseWhatItHasNot(t *testing.T) {
	root, err := command.Root()
	require.NoError(t, err)
	for _, folder := range []string{types, frameworks} {
		require.NoError(t, installPackages(root, folder))
	}
	folder := filepath.Join(root, "build", "types")
	said, err := exec.Command("node", filepath.Join(folder, "node_modules", "typescript", "bin", "tsc"), "-p", filepath.Join(folder, "frameworks")).CombinedOutput()
	require.NoError(t, err, string(said))
}
