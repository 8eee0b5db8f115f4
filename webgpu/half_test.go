//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
)

// convolved is a plan whose weights are a parameter.
func convolved(w *core.Tensor, more ...*core.Node) *core.Plan {
	x := core.NewInput("x", 1, 1, 4, 4)
	return core.Compile(core.Outputs{"y": core.Conv2D(x, core.NewParameter("w", w), core.Conv{Pad: core.Around(1)})}, more...)
}

func filter(first float32) *core.Tensor {
	w := core.NewTensor(1, 1, 3, 3)
	w.Data[0] = first
	return w
}

// packing is a device that keeps weights as float16, software or not.
func packing(t *testing.T) *Device {
	d := plain(t)
	d.session.packs = true
	return d
}

// kept is the form and the buffer of the only parameter.
func kept(t *testing.T, d *Device) (f form, p *parameter) {
	require.Len(t, d.session.parameters, 1)
	for f, p = range d.session.parameters {
	}
	return f, p
}

func TestWeightsTakeHalfTheMemory(t *testing.T) {
	sizes := map[float32]int{}
	for _, first := range []float32{0.5, 0.1} {
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			d, w := packing(t), filter(first)
			load(t, d, convolved(w))
			load(t, d, convolved(w))
			f, p := kept(t, d)
			assert.Equal(t, first == 0.5, f.half)
			assert.Equal(t, 2, p.users)
			sizes[first] = p.buffer.Get("size").Int()
		})
	}
	const vector = 16 // of which there are whole ones
	assert.LessOrEqual(t, sizes[0.5], sizes[0.1]/2+vector)
}

func TestWeightsBeyondFloat16StayWhole(t *testing.T) {
	for name, v := range map[string]float32{"more digits": 0.1, "too large": 70000, "too large when scaled": 64, "too small": 1e-12, "fewer digits than float16 has there": 0x1p-25} {
		t.Run(name, func(t *testing.T) {
			d, w := packing(t), filter(v)
			load(t, d, convolved(w))
			f, _ := kept(t, d)
			assert.False(t, f.half)
		})
	}
}

// TestSmallWeightsAreScaled has weights that float16 holds only with fewer digits,
// which WGSL lets a GPU read as 0.
func TestSmallWeightsAreScaled(t *testing.T) {
	for _, v := range []float32{0x1p-24, -0x3p-24, 0x1p-14, 63.96875} {
		words, ok := pack([]float32{v, 0})
		assert.True(t, ok, "%g is a float16", v)
		assert.NotZero(t, words[0]&0x7c00, "%g has an exponent", v)
	}
	for _, as := range []bool{false, true} {
		d, w := plain(t), filter(0x1p-24)
		d.session.packs = as
		w.Data[4], w.Data[8] = -0x3p-24, 0x5p-16
		got := run(t, d, convolved(w), map[string][]float32{"x": {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}})
		assert.Equal(t, []float32{-0x3p-24, 0x1p-24}, []float32{got["y"][0], got["y"][5]})
	}
}

// TestEveryReaderKnowsWhatIsFloat16 reads a layer's weights by other ops as well.
func TestEveryReaderKnowsWhatIsFloat16(t *testing.T) {
	w := filter(0.5)
	for name, read := range map[string]func(w *core.Node) *core.Node{
		"by an op":         func(w *core.Node) *core.Node { return core.Affine(w, 2, 0) },
		"by an upsampling": func(w *core.Node) *core.Node { return core.Upsample(w, 2) },
		"as an image":      func(w *core.Node) *core.Node { return core.Conv2D(w, w, core.Conv{}) },
		"as a bias": func(w *core.Node) *core.Node {
			one := core.NewParameter("one", core.NewTensor(9, 1, 1, 1))
			return core.Conv2D(core.NewInput("x1", 1, 1, 4, 4), one, core.Conv{Bias: core.Reshape(w, 9)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := packing(t)
			parameter := core.NewParameter("w", w)
			x := core.NewInput("x", 1, 1, 4, 4)
			plan := core.Compile(core.Outputs{"y": core.Conv2D(x, parameter, core.Conv{Pad: core.Around(1)}), "z": read(parameter)})
			inputs := map[string][]float32{}
			for name := range plan.Inputs {
				inputs[name] = make([]float32, 16)
			}
			assert.Equal(t, run(t, core.NewCPU(1), plan, inputs), run(t, d, plan, inputs))
		})
	}
}

func TestParametersThatAreChangedStayWhole(t *testing.T) {
	d, w := packing(t), filter(0.5)
	load(t, d, convolved(w, core.Assign(core.NewParameter("w", w), core.NewInput("new", 1, 1, 3, 3))))
	assert.Contains(t, d.session.parameters, form{of: w})
}

func TestParametersThatAreReadBackStayWhole(t *testing.T) {
	d, w := packing(t), filter(0.5)
	x, parameter := core.NewInput("x", 1, 1, 4, 4), core.NewParameter("w", w)
	p := load(t, d, core.Compile(core.Outputs{"y": core.Conv2D(x, parameter, core.Conv{Pad: core.Around(1)}), "weights": parameter}))
	require.NoError(t, p.Run(context.Background(), nil))
	assert.Equal(t, w.Data, read(t, p, "weights", 9))
}
