//go:build js && wasm

package webgpu

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// checkedPlan is of a small layer.
func checkedPlan() *core.Plan {
	x := core.NewInput("x", 1, 8, 8, 8)
	w := core.NewTensor(8, 8, 1, 1)
	for i := range w.Data {
		w.Data[i] = float32(i) / 7
	}
	return core.Compile(core.Outputs{"y": core.Conv2D(x, core.NewParameter("w", w), core.Conv{})})
}

func TestAGPUsShadersAreChecked(t *testing.T) {
	playing(t)
	d := open(t)
	load(t, d, checkedPlan())
	shaders, worst := d.Check()
	assert.Equal(t, 1, shaders)
	assert.Less(t, worst, 1e-5)
	load(t, d, checkedPlan())
	shaders, _ = d.Check()
	assert.Equal(t, 1, shaders, "each once")
}

func TestAProcessorsShadersAreNot(t *testing.T) {
	if *asGPU {
		t.Skip("skipped with -as-gpu: there the processor plays a GPU")
	}
	d := open(t)
	load(t, d, checkedPlan())
	shaders, _ := d.Check()
	assert.Zero(t, shaders)
}

// TestAShaderThatComputesWronglyIsRefused has a compiler forget the first of the sixteen channels of a step.
func TestAShaderThatComputesWronglyIsRefused(t *testing.T) {
	playing(t)
	d := open(t)
	s := d.session
	plan := checkedPlan()
	for _, v := range s.shaders(plan.Steps[0].Kernel) {
		sabotaged := strings.Replace(v.Source(), "for (var i = 0; i < 16; i++)", "for (var i = 1; i < 16; i++)", 1)
		require.NotEqual(t, v.Source(), sabotaged, v.Name)
		s.modules[v.Name] = s.device.Call("createShaderModule", script.Object("label", v.Name, "code", sabotaged))
	}
	_, err := d.Load(plan)
	require.ErrorContains(t, err, "this GPU computes conv2d wrongly with the shader conv2d_tile_")
	assert.Empty(t, s.parameters, "nothing of the plan is left")
	load(t, d, addPlan(tensor(1, 2))) // what is right still works
}

// TestAShaderIsRefusedThoughItsResultLiesInALargerBuffer has one that leaves the sign.
func TestAShaderIsRefusedThoughItsResultLiesInALargerBuffer(t *testing.T) {
	d := open(t)
	k := kernels.Unary{Count: 40, Op: kernels.Neg}
	v := kernels.Shaders(k)[0]
	sabotaged := strings.Replace(v.Source(), "y[i] = -v;", "y[i] = v;", 1)
	require.NotEqual(t, v.Source(), sabotaged)
	d.session.modules[v.Name] = d.session.device.Call("createShaderModule", script.Object("label", v.Name, "code", sabotaged))
	plan := &core.Plan{Buffers: []core.Buffer{{Count: 40}, {Count: 100_000}}, Steps: []core.Step{{Kernel: k, Bind: []int{0, 1}}}}
	assert.ErrorContains(t, d.prove(context.Background(), newTrial(plan, 0, v)), "40 of 40 numbers are wrong")
}

// TestNoRightShaderIsRefused puts every kernel's shaders on trial.
func TestNoRightShaderIsRefused(t *testing.T) {
	alike(t)
	d, tried := shared(t), map[string]bool{}
	for _, c := range kernelCases() {
		for _, v := range kernels.Shaders(c.kernel) {
			if tried[v.Name] || kernels.Updates(c.kernel) > 1 {
				continue
			}
			tried[v.Name] = true
			assert.NoError(t, d.prove(context.Background(), newTrial(c.plan(), 0, v)), "%+v", c.kernel)
		}
	}
	_, worst := d.Check()
	t.Logf("%d shaders, the worst off by %.2g", len(tried), worst)
}
