//go:build js && wasm

package webgpu

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"

	"segfault/core"
	"segfault/kernels"
)

// TestUniformsOfAnotherSizeHaveAnotherLayout has two shaders that bind alike, but for how much they read of their sizes: wgpu would take
// for the second what it knows of the first.
func TestUniformsOfAnotherSizeHaveAnotherLayout(t *testing.T) {
	d, v := fake()
	var least []int // bytes that a layout's last binding must have
	made := js.FuncOf(func(_ js.Value, args []js.Value) any {
		entries := args[0].Get("entries")
		least = append(least, entries.Index(entries.Length()-1).Get("buffer").Get("minBindingSize").Int())
		return map[string]any{}
	})
	defer made.Release()
	v.Set("createBindGroupLayout", made)
	of := func(k kernels.Kernel) (signature, kernels.Shader) {
		shader := kernels.Shaders(k)[0]
		return signatureOf(core.Step{Kernel: k, Bind: []int{0, 1}}, shader), shader
	}
	fold, short := of(kernels.Fold{Rows: 1, Inner: 4, Parts: 2})
	sum, long := of(kernels.Sum{N: 1, C: 1, Inner: 4, Kept: 1})
	assert.Equal(t, [2]int{fold.bindings, fold.written}, [2]int{sum.bindings, sum.written})
	assert.NotEqual(t, len(short.Words()), len(long.Words()))
	d.session.layout(fold)
	d.session.layout(sum)
	d.session.layout(fold)
	assert.Equal(t, []int{4 * len(short.Words()), 4 * len(long.Words())}, least, "one layout for each size")
}
