//go:build js && wasm

package webgpu

import (
	"context"
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
	d := open(t)
	d.session.packs = true
	return d
}

func TestWeightsTakeHalfTheMemory(t *testing.T) {
	d, w := packing(t), filter(0.5)
	load(t, d, convolved(w))
	load(t, d, convolved(w))
	require.Len(t, d.session.parameters, 1)
	p := d.session.parameters[form{w, true}]
	assert.Equal(t, 20, p.buffer.Get("size").Int(), "nine float16, in whole words")
	assert.Equal(t, 2, p.users)
}

func TestWeightsBeyondFloat16StayWhole(t *testing.T) {
	for name, v := range map[string]float32{"more digits": 0.1, "too large": 70000, "too small": 1e-12} {
		t.Run(name, func(t *testing.T) {
			d, w := packing(t), filter(v)
			load(t, d, convolved(w))
			assert.Contains(t, d.session.parameters, form{w, false})
		})
	}
}

func TestParametersThatAreChangedStayWhole(t *testing.T) {
	d, w := packing(t), filter(0.5)
	load(t, d, convolved(w, core.Assign(core.NewParameter("w", w), core.NewInput("new", 1, 1, 3, 3))))
	assert.Contains(t, d.session.parameters, form{w, false})
}

func TestParametersThatAreReadBackStayWhole(t *testing.T) {
	d, w := packing(t), filter(0.5)
	x, parameter := core.NewInput("x", 1, 1, 4, 4), core.NewParameter("w", w)
	p := load(t, d, core.Compile(core.Outputs{"y": core.Conv2D(x, parameter, core.Conv{Pad: core.Around(1)}), "weights": parameter}))
	require.NoError(t, p.Run(context.Background(), nil))
	assert.Equal(t, w.Data, read(t, p, "weights", 9))
}
