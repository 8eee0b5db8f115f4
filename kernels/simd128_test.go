//go:build !js

package kernels

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSIMD128Source assembles simd128.wat and expects the committed
// simd128.wasm.
func TestSIMD128Source(t *testing.T) {
	out := filepath.Join(t.TempDir(), "simd128.wasm")
	command := assembler(t, "simd128.wat", "-o", out)
	text, err := command.CombinedOutput()
	require.NoError(t, err, "%s", text)
	want, err := os.ReadFile(out)
	require.NoError(t, err)
	got, err := os.ReadFile("simd128.wasm")
	require.NoError(t, err)
	assert.Equal(t, want, got, "simd128.wasm is stale: run wat2wasm simd128.wat -o simd128.wasm")
}

// assembler is wat2wasm: npm's, pinned in build/runner, else the system's.
func assembler(t *testing.T, args ...string) *exec.Cmd {
	script := filepath.Join("..", "build", "runner", "node_modules", "wabt", "bin", "wat2wasm")
	if _, err := os.Stat(script); err == nil {
		return exec.Command("node", append([]string{script}, args...)...)
	}
	path, err := exec.LookPath("wat2wasm")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no wat2wasm: run npm ci in build/runner")
		}
		t.Skip("no wat2wasm: run npm ci in build/runner")
	}
	return exec.Command(path, args...)
}
