//go:build !js

package kernels

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSIMD128Source assembles simd128.wat and expects the committed
// simd128.wasm.
func TestSIMD128Source(t *testing.T) {
	runner := filepath.Join("..", "build", "runner")
	if _, err := os.Stat(filepath.Join(runner, "node_modules", "wabt")); err != nil {
		const missing = "no assembler: run npm ci in build/runner"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	output, err := exec.Command("node", filepath.Join(runner, "assemble.mjs"), "--check").CombinedOutput()
	require.NoError(t, err, "%s", output)
}
