package unet

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden plans anew")

// gradientPlan is what an attack runs at every step: forward and backward.
func gradientPlan(t *testing.T, name string, divide, size int) *core.Plan {
	spec, err := New(name, 3, 3, divide)
	require.NoError(t, err)
	model, err := NewModel(draw(spec))
	require.NoError(t, err)
	x := core.NewInput("image", 1, 3, size, size)
	logits := model.Logits(x)
	loss := core.BCE.Of(logits, core.NewInput("target", logits.Shape...))
	return core.Compile(core.Outputs{"logits": logits, "loss": loss, "gradient": core.Grad(loss, x)[0]})
}

// bundled are the architectures that ship, one width of each.
var bundled = []struct {
	name   string
	divide int
}{{"unet-vgg13", 4}, {"unet-resnext50_32x4d", 4}, {"unet-efficientnet-b0", 2}, {"unetplusplus-efficientnet-b0", 2}}

// TestPlansAreTheGoldens shows in review what a change does to the steps and the
// memory of an attack. After one that is meant: go test ./core/unet -update.
func TestPlansAreTheGoldens(t *testing.T) {
	for _, b := range bundled {
		t.Run(b.name, func(t *testing.T) {
			plan := gradientPlan(t, b.name, b.divide, 64).String()
			file := filepath.Join("testdata", fmt.Sprintf("%s-w%d.plan", b.name, b.divide))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(plan), 0o644))
			}
			golden, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(golden), plan)
		})
	}
}

// TestAttackMemoryIsNearWhatIsLive bounds what sharing whole buffers costs.
func TestAttackMemoryIsNearWhatIsLive(t *testing.T) {
	for _, b := range bundled {
		plan := gradientPlan(t, b.name, b.divide, 224)
		have := plan.Bytes(core.Input) + plan.Bytes(core.Parameter) + plan.Bytes(core.Computed)
		assert.LessOrEqual(t, float64(have), 1.3*float64(plan.Live), b.name)
		t.Logf("%s: %.1f MB for %.1f MB that are live at once", b.name, float64(have)/1e6, float64(plan.Live)/1e6)
	}
}

// TestMemoryGrowsWithPixels doubles the side.
func TestMemoryGrowsWithPixels(t *testing.T) {
	small, large := gradientPlan(t, "unet-vgg13", 4, 128), gradientPlan(t, "unet-vgg13", 4, 256)
	assert.InEpsilon(t, 4, float64(large.Bytes(core.Computed))/float64(small.Bytes(core.Computed)), 0.01)
}
