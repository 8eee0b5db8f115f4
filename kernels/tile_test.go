package kernels

import (
	command "flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = command.Bool("update", false, "write the golden files anew")

// TestTilesAreTheGoldens shows in review what a change does to the shaders. After
// one that is meant: go test ./kernels -update.
func TestTilesAreTheGoldens(t *testing.T) {
	for _, c := range []tile{
		{m: 64, n: 64, tm: 8, tn: 4, k: 16, kh: 3, kw: 3},
		{m: 32, n: 32, tm: 4, tn: 4, k: 16, kh: 3, kw: 3, layout: quad, half: true},
		{m: 16, n: 64, tm: 4, tn: 4, k: 16, kh: 3, kw: 3, layout: rowwise},
		{m: 32, n: 128, tm: 8, tn: 4, k: 8, kh: 3, kw: 3, layout: patch},
		{m: 16, n: 64, tm: 4, tn: 4, k: 16, kh: 5, kw: 5, layout: spread},
	} {
		t.Run(c.name(), func(t *testing.T) {
			file := filepath.Join("testdata", c.name()+".wgsl")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, []byte(c.source()), 0o644))
			}
			golden, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(golden), c.source())
		})
	}
}

// TestTilesKeepToTheSpecificationsLimits: phones and laptops have no more.
func TestTilesKeepToTheSpecificationsLimits(t *testing.T) {
	for _, c := range tiles {
		assert.LessOrEqual(t, c.memory(), 16384, c.name())
		assert.LessOrEqual(t, c.threads(), 256, c.name())
	}
}
