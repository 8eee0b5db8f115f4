//go:build js && wasm

package webgpu

import (
	"context"
	"math"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/unet"
)

// TestGradientMemory adds up all buffers that the device is asked for and does not
// get back, from load to results: what is not counted as live is the price of sharing whole
// buffers, the results on their way to the host, and the shaders' sizes.
func TestGradientMemory(t *testing.T) {
	spec, err := unet.New("vgg11", 3, 2, 8)
	require.NoError(t, err)
	oracle := coretest.Oracle{Seed: 3, HeadGain: 2}
	tensors := map[string]*core.Tensor{}
	for _, n := range spec.Tensors() {
		w := oracle.Weight(n.Name, n.Shape)
		for i, v := range w.Data { // to what float16 holds, as models that ship
			w.Data[i] = math.Float32frombits(math.Float32bits(v) &^ 0x1fff)
		}
		tensors[n.Name] = w
	}
	m, err := unet.NewModel(tensors)
	require.NoError(t, err)
	x := core.NewInput("x", 1, 3, 128, 128)
	logits := m.Logits(x)
	gradient := core.Grad(core.BCE.Of(logits, core.Positive(logits)), x)[0]
	plan := core.Compile(core.Outputs{"logits": logits, "gradient": gradient})

	d := open(t)
	if *asGPU {
		d = plain(t) // there every shader takes long to compile, and the tests of tiles have compiled this one's
	}
	device, asked := d.session.device, 0
	create := device.Get("createBuffer").Call("bind", device)
	t.Cleanup(func() { device.Set("createBuffer", create) })
	device.Set("createBuffer", js.FuncOf(func(_ js.Value, args []js.Value) any {
		size := args[0].Get("size").Int()
		buffer := create.Invoke(args[0])
		asked += size
		destroy := buffer.Get("destroy").Call("bind", buffer)
		buffer.Set("destroy", js.FuncOf(func(js.Value, []js.Value) any {
			asked -= size
			return destroy.Invoke()
		}))
		return buffer
	}))
	p := load(t, d, plan)
	require.NoError(t, p.Write("x", oracle.Input(3, 128, 128).Data))
	require.NoError(t, p.Run(context.Background(), nil))
	read(t, p, "gradient", 3*128*128)
	assert.LessOrEqual(t, float64(asked), 1.3*float64(plan.Live))
	t.Logf("%d bytes, %.2f of what must be live at once", asked, float64(asked)/float64(plan.Live))
}
