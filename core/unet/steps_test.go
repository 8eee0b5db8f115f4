package unet

import (
	"fmt"
	"testing"

	"segfault/core"
	"segfault/kernels"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plain is a plan of a network whose weights are zeros: what there is to do is the same.
func plain(t *testing.T, name string, divide, size int, gradient bool) *core.Plan {
	spec, err := New(name, 3, 3, divide)
	require.NoError(t, err)
	tensors := map[string]*core.Tensor{}
	for _, n := range spec.Tensors() {
		tensors[n.Name] = core.NewTensor(n.Shape...)
	}
	model, err := NewModel(tensors)
	require.NoError(t, err)
	x := core.NewInput("image", 1, 3, size, size)
	logits := model.Logits(x)
	outputs := core.Outputs{"logits": logits}
	if gradient {
		loss := core.BCE.Of(logits, core.NewInput("target", logits.Shape...))
		outputs["loss"], outputs["gradient"] = loss, core.Grad(loss, x)[0]
	}
	return core.Compile(outputs)
}

// asked is what a plan asks of a GPU whose shaders are those that should be the fastest on one.
func asked(p *core.Plan, on kernels.Profile) string {
	dispatches, workgroups, bytes := 0, 0, 0
	for _, work := range p.Steps {
		s := kernels.Shaders(work.Kernel)[0]
		if best := kernels.Propose(work.Kernel, kernels.Tiles(work.Kernel), on); len(best) > 0 {
			s = best[0]
		}
		for part := &s; part != nil; part = part.Next {
			dispatches++
			workgroups += part.Groups[0] * part.Groups[1] * part.Groups[2]
			bytes += 8 * part.Scratch // written, and read by the next
		}
		bound := map[int]bool{}
		for _, at := range work.Bind {
			if !bound[at] {
				bound[at] = true
				bytes += 4 * p.Buffers[at].Count
			}
		}
	}
	return fmt.Sprintf("%d steps, %d dispatches, %d workgroups, %.1f MB, %.2f GFLOP", len(p.Steps), dispatches, workgroups, float64(bytes)/1e6, float64(p.FLOPs())/1e9)
}

// TestStepsOfAGradient holds what an attack with any of the bundled architectures dispatches at every step, at the size that they were trained at.
func TestStepsOfAGradient(t *testing.T) {
	for name, steps := range map[string]int{"unet-vgg13": 63, "unet-resnext50_32x4d": 137, "unet-efficientnet-b0": 259, "unetplusplus-efficientnet-b0": 315} {
		t.Run(name, func(t *testing.T) {
			plan := plain(t, name, 4, 224, true)
			assert.Equal(t, steps, len(plan.Steps))
		})
	}
}

// TestWhatJobsAskOfAGPU says what is behind the times of build/BENCH.md: go test ./core/unet -run Jobs -v
func TestWhatJobsAskOfAGPU(t *testing.T) {
	for _, job := range []struct {
		name         string
		divide, size int
		gradient     bool
	}{
		{"unet-vgg13", 1, 512, true}, {"unet-vgg13", 1, 512, false}, {"unet-vgg13", 1, 224, true},
		{"unet-vgg13", 4, 224, true}, {"unet-vgg13", 4, 224, false}, {"unet-efficientnet-b0", 2, 128, true},
	} {
		plan := plain(t, job.name, job.divide, job.size, job.gradient)
		kind := map[bool]string{true: "gradient", false: "forward"}[job.gradient]
		text := asked(plan, kernels.H200)
		assert.NotContains(t, text, " 0 ")
		t.Logf("%s, 1/%d, %d², %s: %s", job.name, job.divide, job.size, kind, text)
	}
}
