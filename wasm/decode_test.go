//go:build js && wasm

package main

import (
	"syscall/js"
	"testing"

	"segfault/core/lab"

	"github.com/stretchr/testify/assert"
)

func TestOfAVastArrayWithoutValuesNoneIsMade(t *testing.T) {
	array := js.Global().Get("Array")
	for name, into := range map[string]any{"points": &lab.PaintOptions{}, "runs": &lab.PaintOptions{}, "scans": &lab.UniversalParams{}} {
		object := js.Global().Get("Object").New()
		object.Set(name, array.New(4294967295))
		err := decode(object, into)
		assert.EqualError(t, err, "segfault: "+name+" should be an array of values; of its 4294967295, number 1 is missing")
	}
}
