//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
)

// submissions is how many a run of four equal layers makes on a device by whose
// clock each takes so many milliseconds.
func submissions(t *testing.T, milliseconds float64) (n int) {
	d, v := fake(timestamps)
	x := core.NewInput("x", 1, 64, 56, 56)
	for i := range 4 {
		w := core.NewTensor(64, 64, 3, 3)
		w.Data[0] = 0.1 // no float16
		x = core.Conv2D(x, core.NewParameter(fmt.Sprint("w", i), w), core.Conv{Pad: core.Around(1)})
	}
	plan := core.Compile(core.Outputs{"y": x})
	for _, s := range d.session.shaders(plan.Steps[0].Kernel) {
		v.Get("costs").Set(s.Name, milliseconds*1e6)
	}
	p := load(t, d, plan)
	submit := v.Get("queue").Get("submit").Call("bind", v.Get("queue"))
	count := js.FuncOf(func(_ js.Value, args []js.Value) any {
		if args[0].Length() > 0 { // a nudge submits nothing
			n++
		}
		return submit.Invoke(args[0])
	})
	t.Cleanup(count.Release)
	v.Get("queue").Set("submit", count)
	require.NoError(t, p.Run(context.Background(), nil))
	return n
}

func TestARunOfAFastDeviceIsOneSubmission(t *testing.T) {
	assert.Equal(t, 1, submissions(t, 0.5))
}

func TestNoSubmissionTakesASlowDeviceLong(t *testing.T) {
	assert.Equal(t, 2, submissions(t, 45), "two layers, of 45 ms each")
	assert.Equal(t, 4, submissions(t, 300), "a layer is not cut")
}
