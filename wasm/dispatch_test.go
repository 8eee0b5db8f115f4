//go:build js && wasm

package main

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMessagesThatAreNoCallsAreLeftAlone(t *testing.T) {
	d := &dispatcher{cancel: map[int]func(){}}
	for _, message := range []any{
		nil, "text", 7, map[string]any{}, []any{}, map[string]any{"id": 1}, map[string]any{"method": "attack"}, map[string]any{"method": "cancel"},
		map[string]any{"id": "one", "method": "attack"}, map[string]any{"id": 1, "method": 2}, map[string]any{"id": 5, "method": "cancel"},
	} {
		assert.NotPanics(t, func() { d.receive(js.ValueOf(message)) }, "%v", message)
	}
	assert.NotPanics(t, func() { d.receive(js.Undefined()) })
	assert.Empty(t, d.cancel)
}
