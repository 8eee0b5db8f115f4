//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

// methodsOf adds methods for a test.
func methodsOf(t *testing.T, handlers map[string]func(*engine, *call) (any, error)) *dispatcher {
	for name, handler := range handlers {
		methods[name] = handler
		t.Cleanup(func() { delete(methods, name) })
	}
	return &dispatcher{engine: &engine{watch: &watch{}}, turn: make(chan struct{}, 1), cancel: map[int]func(){}}
}

// part is something that a handler lacks until it is fetched.
type part struct {
	there bool
	while func() error // is done while it is fetched
}

func (*part) Error() string { return "a part is missing" }

func (p *part) fetch(*call) error {
	if err := p.while(); err != nil {
		return err
	}
	p.there = true
	return nil
}

func nothing() {}

func TestOthersHaveTheirTurnWhileAPartIsFetched(t *testing.T) {
	c := &call{Context: context.Background()}
	p := &part{}
	turns := 0
	d := methodsOf(t, map[string]func(*engine, *call) (any, error){
		"needy": func(*engine, *call) (any, error) {
			if !p.there {
				return nil, p
			}
			return "done", nil
		},
		"other": func(*engine, *call) (any, error) { return "between", nil },
	})
	p.while = func() error {
		result, err := d.take(c, "other", nothing)
		assert.Equal(t, "between", result)
		return err
	}
	result, err := d.complete(c, "needy", func() { turns++ })
	require.NoError(t, err)
	assert.Equal(t, "done", result)
	assert.Equal(t, 2, turns)
}

func TestAPartThatDoesNotComeEndsTheCall(t *testing.T) {
	p := &part{while: func() error { return errors.New("the host is silent") }}
	d := methodsOf(t, map[string]func(*engine, *call) (any, error){"needy": func(*engine, *call) (any, error) { return nil, p }})
	_, err := d.complete(&call{Context: context.Background()}, "needy", nothing)
	assert.EqualError(t, err, "the host is silent")
	assert.Empty(t, d.turn, "the turn is free")
}

func TestACancelledCallDoesNotWaitForItsTurn(t *testing.T) {
	d := methodsOf(t, nil)
	d.turn <- struct{}{} // another's
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := d.complete(&call{Context: ctx}, "attack", func() { t.Error("it has no turn") })
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, d.turn, 1, "the other still has it")
}
