//go:build js && wasm

package main

import (
	"syscall/js"
	"testing"

	"segfault/core/lab"

	"github.com/gowebapi/webapi/javascript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEncodeKeepsValuesAndTransfersBuffers(t *testing.T) {
	var transfer []*javascript.Object
	v := encode(object{"logits": []float32{1.5, -2}, "mask": []uint8{1, 0}, "rgba": pixels{255}, "names": []string{"a", "b"}}, &transfer)
	assert.Len(t, transfer, 3)
	assert.Equal(t, -2.0, v.Get("logits").Index(1).Float())
	assert.Equal(t, "Uint8Array", v.Get("mask").Get("constructor").Get("name").String())
	assert.Equal(t, "Uint8ClampedArray", v.Get("rgba").Get("constructor").Get("name").String())
	assert.Equal(t, "b", v.Get("names").Index(1).String())
}

func TestMissingParametersAreZero(t *testing.T) {
	p := params{js.ValueOf(map[string]any{})}
	slice, err := p.index("slice")
	require.NoError(t, err)
	assert.Zero(t, slice)
}

func TestParametersOfAWrongTypeAreNamed(t *testing.T) {
	p := params{js.ValueOf(map[string]any{"epsilon": "much", "slice": 1.5, "classes": map[string]any{}})}
	_, err := p.number("epsilon")
	assert.ErrorContains(t, err, "epsilon should be a number, found a string")
	_, err = p.index("slice")
	assert.ErrorContains(t, err, "slice should be a whole number")
	_, err = p.texts("classes")
	assert.ErrorContains(t, err, "classes should be an array")
}

func TestOptionsAreReadForTheCheck(t *testing.T) {
	p := params{js.ValueOf(map[string]any{"options": []any{map[string]any{"name": "loss", "odd": ""}, map[string]any{"name": "epsilon", "odd": "null"}}})}
	given, err := p.options()
	require.NoError(t, err)
	assert.Equal(t, []lab.Option{{Name: "loss"}, {Name: "epsilon", Odd: "null"}}, given)
	given, err = params{js.ValueOf(map[string]any{})}.options()
	require.NoError(t, err)
	assert.Empty(t, given)
}

func TestABreathLetsTheEventLoopTakeATurn(t *testing.T) {
	turned := false
	callback := js.FuncOf(func(js.Value, []js.Value) any {
		turned = true
		return nil
	})
	defer callback.Release()
	js.Global().Call("queueMicrotask", callback)
	newBreath().take()
	assert.True(t, turned)
}
