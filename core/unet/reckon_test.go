package unet

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/kernels"
)

// reckoning is what a GPU should need for a plan, by kernels' model of it.
type reckoning struct {
	took       time.Duration
	dispatches int
	workgroups int
	moved      float64 // bytes that steps read and write, each buffer once a step
}

// reckon takes the shader of each step that should be the fastest.
func reckon(plan *core.Plan, on kernels.Profile) (r reckoning) {
	for _, step := range plan.Steps {
		moved := 0.0
		for i, at := range step.Bind {
			if !slices.Contains(step.Bind[:i], at) {
				moved += 4 * float64(plan.Buffers[at].Count)
			}
		}
		made := slices.DeleteFunc(kernels.Shaders(step.Kernel), func(s kernels.Shader) bool { return s.Software })
		best := made[len(made)-1]
		if tiles := kernels.Tiles(step.Kernel); len(tiles) > 0 {
			best = kernels.Propose(step.Kernel, tiles, on)[0]
		}
		r.took += on.Time(step.Kernel, best, moved)
		r.moved += moved
		for s := &best; s != nil; s = s.Next {
			r.dispatches++
			r.workgroups += s.Groups[0] * s.Groups[1] * s.Groups[2]
		}
	}
	return r
}

// outside is what a run may take beside its kernels.
const outside = 600 * time.Microsecond

// TestPlansAreReckonedFastOnAGPU prints the table of predictions in build/BENCH.md, and holds an
// H200's to what must show there. An attack of n steps is n gradients and a forward pass.
func TestPlansAreReckonedFastOnAGPU(t *testing.T) {
	for _, c := range []struct {
		name              string
		divide, size      int
		forward, gradient float64 // at most, in milliseconds; 0 for whatever it is
	}{
		{"unet-vgg13", 1, 512, 8, 17},
		{"unet-vgg13", 1, 224, 0, 8},
		{"unet-vgg13", 4, 224, 1.5, 2.2},
		{"unet-vgg13", 4, 512, 0, 0},
		{"unet-efficientnet-b0", 2, 128, 0, 5},
	} {
		gradient := gradientPlan(t, c.name, c.divide, c.size)
		forward := forwardPlan(t, c.name, c.divide, c.size)
		line := fmt.Sprintf("| %s, width 1/%d | %d² |", c.name, c.divide, c.size)
		for _, on := range []kernels.Profile{kernels.H200, kernels.Integrated} {
			f, g := reckon(forward, on), reckon(gradient, on)
			fast, slow := (f.took+outside).Seconds()*1e3, (g.took+outside).Seconds()*1e3
			line += fmt.Sprintf(" %.1f | %.1f | %.1f | %.1f |", fast, slow, fast+slow-outside.Seconds()*1e3, fast+10*slow-10*outside.Seconds()*1e3)
			if on.Name == kernels.H200.Name {
				line += fmt.Sprintf(" %d | %d | %.1f | %.0f |", g.dispatches, g.workgroups, float64(gradient.FLOPs())/1e9, g.moved/1e6)
				assert.True(t, c.forward == 0 || fast <= c.forward, "%s at %d: %.2f ms forward", c.name, c.size, fast)
				assert.True(t, c.gradient == 0 || slow <= c.gradient, "%s at %d: %.2f ms for a gradient", c.name, c.size, slow)
			}
		}
		t.Log(line)
	}
}

func forwardPlan(t *testing.T, name string, divide, size int) *core.Plan {
	spec, err := New(name, 3, 3, divide)
	require.NoError(t, err)
	model, err := NewModel(draw(spec))
	require.NoError(t, err)
	return core.Compile(core.Outputs{"logits": model.Logits(core.NewInput("image", 1, 3, size, size))})
}
