//go:build js && wasm

package webgpu

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dies has a fake device die when a function of an object of its is called, and now says so.
func dies(v, of js.Value, function string, now func() bool) {
	do := of.Get(function)
	of.Set(function, js.FuncOf(func(_ js.Value, args []js.Value) any {
		if now() && !v.Get("dead").Bool() {
			v.Call("die")
			v.Call("play", []any{"lost"})
		}
		return do.Invoke(args[0])
	}))
}

func TestADeviceLostInARaceIsTold(t *testing.T) {
	d, v := fake(timestamps)
	dies(v, v, "createQuerySet", func() bool { return true })
	_, err := d.Load(contested())
	require.ErrorContains(t, err, "webgpu: the GPU device was lost (for a test): run again to open a fresh one")
	assert.Empty(t, d.session.choices, "a race that nobody ended")
	assert.Empty(t, d.session.parameters)
}

func TestADeviceLostInACheckIsTold(t *testing.T) {
	d, v := fake()
	d.session.trusted = false
	dies(v, v.Get("queue"), "submit", func() bool { return d.session.only != nil })
	_, err := d.Load(contested())
	require.ErrorContains(t, err, "webgpu: the GPU device was lost (for a test): run again to open a fresh one")
	assert.Empty(t, d.session.checked)
	assert.Empty(t, d.session.parameters)
}

// TestADeviceThatRefusesALimitIsToldInOneSentence has an adapter that does not give what it says it has.
func TestADeviceThatRefusesALimitIsToldInOneSentence(t *testing.T) {
	adapter := js.Global().Call("eval", `({ limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30, maxStorageBuffersPerShaderStage: 10 },
		features: new Set(), requestDevice: async () => { throw new Error('the limit maxBufferSize is too large') } })`)
	_, _, err := requestDevice(t.Context(), adapter)
	assert.EqualError(t, err, "webgpu: the GPU could not be opened: the limit maxBufferSize is too large")
}
