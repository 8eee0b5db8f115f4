//go:build js && wasm

package webgpu

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// addPlan adds a parameter to an input: y = x + p.
func addPlan(p *core.Tensor) *core.Plan {
	n := len(p.Data)
	return &core.Plan{
		Buffers: []core.Buffer{
			{Count: n, Role: core.Input, Name: "x"},
			{Count: n, Role: core.Parameter, Name: "p", Value: p},
			{Count: n},
		},
		Steps:   []core.Step{{Kernel: kernels.Binary{Count: n, Op: kernels.Add, Div: 1, Mod: n}, Bind: []int{0, 1, 2}}},
		Inputs:  map[string]int{"x": 0},
		Outputs: map[string]int{"y": 2},
		Shapes:  map[string]core.Shape{"x": {n}, "y": {n}},
	}
}

func tensor(values ...float32) *core.Tensor {
	return &core.Tensor{Shape: core.Shape{len(values)}, Data: values}
}

func load(t *testing.T, d *Device, p *core.Plan) core.Program {
	t.Helper()
	program, err := d.Load(p)
	require.NoError(t, err)
	t.Cleanup(program.Close)
	return program
}

func read(t *testing.T, p core.Program, name string, n int) []float32 {
	t.Helper()
	dst := make([]float32, n)
	require.NoError(t, p.Read(context.Background(), name, dst))
	return dst
}

func TestLimitsAreTheSpecificationsAtLeast(t *testing.T) {
	d := open(t)
	assert.GreaterOrEqual(t, d.Limits().Binding, int64(128<<20), "the specification promises 128 MiB")
	t.Logf("%v, software: %v, limits: %+v", d.Info(), d.Info().Software, d.Limits())
}

func TestReadFollowsEveryRun(t *testing.T) {
	p := load(t, open(t), addPlan(tensor(10, 20)))
	for _, x := range []float32{1, 2, 3} {
		require.NoError(t, p.Write("x", []float32{x, x}))
		require.NoError(t, p.Run(context.Background(), nil))
		assert.Equal(t, []float32{10 + x, 20 + x}, read(t, p, "y", 2))
		assert.Equal(t, []float32{10 + x, 20 + x}, read(t, p, "y", 2), "a second read")
	}
}

func TestManyRunsInFlight(t *testing.T) {
	n := 8
	plan := addPlan(core.NewTensor(n))
	plan.Steps[0] = core.Step{Kernel: kernels.Lerp{Count: n, Rate: 0.5}, Bind: []int{0, 1}}
	plan.Outputs["y"] = 1
	p := load(t, open(t), plan)
	require.NoError(t, p.Write("x", []float32{1, 1, 1, 1, 1, 1, 1, 1}))
	for range 3 * ahead {
		require.NoError(t, p.Run(context.Background(), nil))
	}
	assert.InDelta(t, 1-math.Pow(0.5, 3*ahead), read(t, p, "y", n)[0], 1e-6)
}

func TestProgramsShareParameters(t *testing.T) {
	d := open(t)
	shared := tensor(1, 2)
	first, second := load(t, d, addPlan(shared)), load(t, d, addPlan(shared))
	require.Len(t, d.session.parameters, 1)
	first.Close()
	require.NoError(t, second.Run(context.Background(), nil))
	assert.Equal(t, []float32{1, 2}, read(t, second, "y", 2), "the other program was closed")
	second.Close()
	assert.Empty(t, d.session.parameters)
}

func TestLoadRefusesOversizedBuffers(t *testing.T) {
	d := open(t)
	plan := addPlan(tensor(1))
	plan.Buffers[2].Count = int(d.Limits().Binding/4) + 1
	_, err := d.Load(plan)
	require.ErrorContains(t, err, "webgpu: buffer #2 of this plan needs")
	assert.ErrorContains(t, err, "use a smaller image or the CPU")
	assert.Empty(t, d.session.parameters, "nothing may have been allocated")
}

func TestLoadRefusesABufferReadAndWritten(t *testing.T) {
	plan := addPlan(tensor(1, 2))
	plan.Steps[0].Bind[2] = 0
	_, err := open(t).Load(plan)
	assert.ErrorContains(t, err, `webgpu: step 0 (binary) reads and writes buffer "x"`)
}

func TestLoadReportsTheGPUsComplaint(t *testing.T) {
	plan := addPlan(tensor(1, 2))
	plan.Steps[0].Bind = []int{0, 2} // of the shader's three
	d := open(t)
	_, err := d.Load(plan)
	assert.ErrorContains(t, err, "webgpu: the plan could not be loaded: kernel binary")
	_, err = d.Load(addPlan(tensor(1, 2)))
	assert.NoError(t, err, "the device must go on working")
}

func TestUnknownNamesAndSizes(t *testing.T) {
	p := load(t, open(t), addPlan(tensor(1, 2)))
	assert.ErrorContains(t, p.Write("z", []float32{1, 2}), `no input "z"`)
	assert.ErrorContains(t, p.Write("x", []float32{1}), `input "x" has 2 values`)
	assert.ErrorContains(t, p.Read(context.Background(), "z", nil), `no output "z"`)
	assert.ErrorContains(t, p.Read(context.Background(), "y", make([]float32, 2)), "run the program first")
}

func TestCancelledReadCanBeRepeated(t *testing.T) {
	p := load(t, open(t), addPlan(tensor(1, 2)))
	require.NoError(t, p.Run(context.Background(), nil))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, p.Read(ctx, "y", make([]float32, 2)), context.Canceled)
	require.ErrorIs(t, p.Run(ctx, nil), context.Canceled)
	assert.Equal(t, []float32{1, 2}, read(t, p, "y", 2))
}

// TestLostDevice loses the device under two programs: the first use reports it,
// the next opens another, with parameters and inputs as they were.
func TestLostDevice(t *testing.T) {
	d := open(t)
	p, other := load(t, d, addPlan(tensor(1, 2))), load(t, d, addPlan(tensor(3, 4)))
	require.NoError(t, p.Write("x", []float32{10, 10}))
	require.NoError(t, p.Run(context.Background(), nil))

	d.session.device.Call("destroy")
	_, _ = script.Await(context.Background(), d.session.device.Get("lost"))
	require.ErrorContains(t, p.Run(context.Background(), nil), "webgpu: the GPU device was lost")

	require.NoError(t, p.Run(context.Background(), nil))
	assert.Equal(t, []float32{11, 12}, read(t, p, "y", 2))
	assert.Error(t, other.Read(context.Background(), "y", make([]float32, 2)), "its result is lost")
	require.NoError(t, other.Run(context.Background(), nil))
	assert.Equal(t, []float32{3, 4}, read(t, other, "y", 2))
}

// TestDeviceLostDuringARun loses the device before the result is read.
func TestDeviceLostDuringARun(t *testing.T) {
	d := open(t)
	p := load(t, d, addPlan(tensor(1, 2)))
	require.NoError(t, p.Run(context.Background(), nil))
	d.session.device.Call("destroy")
	require.ErrorContains(t, p.Read(context.Background(), "y", make([]float32, 2)), "webgpu: the GPU device was lost")
	require.NoError(t, p.Run(context.Background(), nil))
	assert.Equal(t, []float32{1, 2}, read(t, p, "y", 2))
}

// TestWhatRunsLeaveToTheNextIsLostWithTheDevice tells of the loss where nobody listens, as to a look at an attack that goes on.
func TestWhatRunsLeaveToTheNextIsLostWithTheDevice(t *testing.T) {
	state, w := core.NewInput("state", 2), core.NewParameter("w", tensor(0, 0))
	for name, to := range map[string]*core.Node{"an input": state, "a parameter": w} {
		t.Run("in "+name, func(t *testing.T) {
			d := open(t)
			p := load(t, d, core.Compile(core.Outputs{"y": core.Add(state, w)}, core.Assign(to, core.Affine(to, 1, 1))))
			require.NoError(t, p.Write("state", []float32{1, 1}))
			for range 2 {
				require.NoError(t, p.Run(context.Background(), nil))
			}
			d.session.device.Call("destroy")
			require.ErrorContains(t, p.Read(context.Background(), "y", make([]float32, 2)), "webgpu: the GPU device was lost")
			require.ErrorContains(t, p.Run(context.Background(), nil), "webgpu: what runs had left to the next was lost with the GPU device: begin again")

			if to == w { // which only a fresh program has as it was
				p = load(t, d, p.(*program).plan)
			}
			require.NoError(t, p.Write("state", []float32{1, 1}))
			require.NoError(t, p.Run(context.Background(), nil))
			assert.Equal(t, []float32{1, 1}, read(t, p, "y", 2))
		})
	}
}

func TestLoadAfterALoss(t *testing.T) {
	d := open(t)
	d.session.device.Call("destroy")
	_, _ = script.Await(context.Background(), d.session.device.Get("lost"))
	_, err := d.Load(addPlan(tensor(1, 2)))
	require.ErrorContains(t, err, "webgpu: the GPU device was lost")
	p := load(t, d, addPlan(tensor(1, 2)))
	require.NoError(t, p.Run(context.Background(), nil))
	assert.Equal(t, []float32{1, 2}, read(t, p, "y", 2))
}
