//go:build js && wasm

package main

import (
	"errors"
	"syscall/js"
	"testing"

	"segfault/core/lab"
	"segfault/webgpu/script"

	"github.com/stretchr/testify/assert"
)

func TestAPanicWhileAHelpersImageIsSettledIsASentenceForIt(t *testing.T) {
	moved := script.ByteArray(8)
	asks := lab.Asks{Settle: func([]float32) ([]float32, error) { panic("the file is gone") }}
	assert.Equal(t, "segfault: this is a mistake in the program, please report it (settle: the file is gone)", settled(asks, moved))
	asks.Settle = func([]float32) ([]float32, error) { return nil, errors.New("no") }
	assert.Equal(t, "no", settled(asks, moved))
	asks.Settle = func(moved []float32) ([]float32, error) { return moved, nil }
	assert.Equal(t, 8, settled(asks, moved).(js.Value).Length())
}

func TestACallbackThatPanicsReturnsNullAndTheProgramGoesOn(t *testing.T) {
	callback := script.Callback("test", func(args []js.Value) any {
		if args[0].Bool() {
			panic("ouch")
		}
		return 3
	})
	defer callback.Release()
	assert.True(t, callback.Invoke(true).IsNull())
	assert.Equal(t, 3, callback.Invoke(false).Int())
}
