package unet

import (
	"fmt"
	"os"
	"slices"
	"strings"
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

// onGPU are the shaders of a kernel that a GPU is given to choose from, the likeliest first.
func onGPU(k kernels.Kernel, profiles ...kernels.Profile) []kernels.Shader {
	if tiles := kernels.Tiles(k); len(tiles) > 0 {
		return kernels.Propose(k, tiles, profiles...)
	}
	made := slices.DeleteFunc(kernels.Shaders(k), func(s kernels.Shader) bool { return s.Software })
	return made[len(made)-1:]
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
		best := onGPU(step.Kernel, on)[0]
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

// TestPlansAreReckonedFastOnAGPU holds the table of predictions in build/BENCH.md to the model, and an
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
		assert.True(t, strings.Contains(benchText(t), line+"\n"), "build/BENCH.md lacks %s", line)
	}
}

// aWait and aDispatch are what the H200 took beside kernels: writing, reading and waiting for 600 KB, and what each of 500 dispatches took longer
// by the host's clock than by its own (../shared/gpu/h200-micro.txt).
const (
	aWait     = 169 * time.Microsecond
	aDispatch = 2260 * time.Nanosecond
)

// TestLittleIsReckonedOutsideKernels holds BENCH.md's table, and the networks' of 224×224 to what must show there.
func TestLittleIsReckonedOutsideKernels(t *testing.T) {
	for _, c := range []struct {
		name         string
		divide, size int
	}{{"unet-vgg13", 1, 224}, {"unet-vgg13", 4, 224}, {"unet-efficientnet-b0", 2, 128}} {
		line := fmt.Sprintf("| %s, width 1/%d, %d² |", c.name, c.divide, c.size)
		for _, plan := range []*core.Plan{forwardPlan(t, c.name, c.divide, c.size), gradientPlan(t, c.name, c.divide, c.size)} {
			n := reckon(plan, kernels.H200).dispatches
			spent := aWait + time.Duration(n)*aDispatch
			line += fmt.Sprintf(" %d | %.2f |", n, ms(spent))
			assert.True(t, c.size < 224 || spent <= outside, "%s: %v", c.name, spent)
		}
		assert.True(t, strings.Contains(benchText(t), line+"\n"), "build/BENCH.md lacks %s", line)
	}
}

// benchText is build/BENCH.md, where predictions stand.
func benchText(t *testing.T) string {
	text, err := os.ReadFile("../../build/BENCH.md")
	require.NoError(t, err)
	return string(text)
}

func forwardPlan(t *testing.T, name string, divide, size int) *core.Plan {
	spec, err := New(name, 3, 3, divide)
	require.NoError(t, err)
	model, err := NewModel(draw(spec))
	require.NoError(t, err)
	return core.Compile(core.Outputs{"logits": model.Logits(core.NewInput("image", 1, 3, size, size))})
}
