//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"
	"testing"

	"segfault/core"
	"segfault/core/lab"
	"segfault/webgpu/script"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessagesThatAreNoCallsAreLeftAlone(t *testing.T) {
	d := newDispatcher(nil, func(js.Value, []*buffer) { t.Error("it answers") })
	for _, message := range []any{
		nil, "text", 7, map[string]any{}, []any{}, map[string]any{"id": 1}, map[string]any{"method": "attack"}, map[string]any{"method": "cancel"},
		map[string]any{"id": "one", "method": "attack"}, map[string]any{"id": 1, "method": 2}, map[string]any{"id": 5, "method": "cancel"},
	} {
		assert.NotPanics(t, func() { d.receive(js.ValueOf(message)) }, "%v", message)
	}
	assert.NotPanics(t, func() { d.receive(js.Undefined()) })
	assert.Empty(t, d.under)
}

// answered is a dispatcher with a method that does something, and what it answers to a call of it.
func answered(t *testing.T, do lab.Method, params map[string]any) (d *dispatcher, replies chan js.Value) {
	t.Helper()
	replies = make(chan js.Value, 8)
	d = newDispatcher(nil, func(message js.Value, _ []*buffer) { replies <- message })
	d.methods = map[string]lab.Method{"test": do}
	d.receive(js.ValueOf(map[string]any{"id": 7, "method": "test", "params": params}))
	return d, replies
}

func TestEveryFailureIsAnAnswerWithItsCode(t *testing.T) {
	for code, failure := range map[lab.Code]error{
		lab.Bug: errors.New("segfault: no"), lab.NoRoom: core.NoRoom("core: full"), lab.BadNetwork: lab.Coded(lab.BadNetwork, errors.New("silent")),
		lab.Cancelled: context.Canceled,
	} {
		_, replies := answered(t, func(context.Context, *lab.Lab, func(any) error) (any, error) { return nil, failure }, nil)
		reply := <-replies
		assert.Equal(t, 7, reply.Get("id").Int())
		assert.False(t, reply.Get("ok").Bool())
		assert.Equal(t, failure.Error(), reply.Get("error").String())
		assert.Equal(t, string(code), reply.Get("code").String())
	}
}

func TestAPanicIsAnAnswerToo(t *testing.T) {
	_, replies := answered(t, func(context.Context, *lab.Lab, func(any) error) (any, error) { panic("ouch") }, nil)
	reply := <-replies
	assert.Equal(t, "segfault: this is a mistake in the program, please report it (test: ouch)", reply.Get("error").String())
	assert.Equal(t, "bug", reply.Get("code").String())
}

func TestAPanicWhileAReplyIsEncodedIsAnAnswerToo(t *testing.T) {
	_, replies := answered(t, func(context.Context, *lab.Lab, func(any) error) (any, error) { return struct{}{}, nil }, nil)
	assert.Equal(t, "segfault: this is a mistake in the program, please report it (test: lab: a message has no such thing; run go generate)", (<-replies).Get("error").String())
}

func TestAReplyThatCannotBeSentIsAnAnswerToo(t *testing.T) {
	replies := make(chan js.Value, 1)
	d := newDispatcher(nil, func(message js.Value, _ []*buffer) {
		if message.Get("ok").Bool() {
			panic("it cannot be cloned")
		}
		replies <- message
	})
	d.methods = map[string]lab.Method{"test": func(context.Context, *lab.Lab, func(any) error) (any, error) { return nil, nil }}
	d.receive(js.ValueOf(map[string]any{"id": 7, "method": "test"}))
	assert.Equal(t, "segfault: this is a mistake in the program, please report it (test: it cannot be cloned)", (<-replies).Get("error").String())
}

func TestOptionsAreCheckedBeforeAnythingIsDone(t *testing.T) {
	_, replies := answered(t, func(context.Context, *lab.Lab, func(any) error) (any, error) { panic("it is called") },
		map[string]any{"options": []any{map[string]any{"name": "wobble", "odd": ""}}})
	assert.Equal(t, `segfault: there is no option "wobble"; expected signal or onProgress`, (<-replies).Get("error").String())
}

func TestACancelEndsTheCallsContext(t *testing.T) {
	d, replies := answered(t, func(ctx context.Context, _ *lab.Lab, _ func(any) error) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}, nil)
	d.receive(js.ValueOf(map[string]any{"id": 7, "method": "cancel"}))
	assert.Equal(t, "cancelled", (<-replies).Get("code").String())
}

func TestParametersAreDecodedAndWhatIsMissingStays(t *testing.T) {
	p := lab.NewAttack(0)
	require.NoError(t, decode(js.ValueOf(map[string]any{"scan": 3, "epsilon": 0.02, "seed": 5, "loss": "bce", "truth": script.Copied([]byte{1, 2})}), p))
	assert.Equal(t, 3, p.Scan)
	assert.Equal(t, float32(0.02), p.Epsilon)
	assert.EqualValues(t, 5, p.Seed)
	assert.EqualValues(t, "bce", p.Loss)
	assert.Equal(t, []byte{1, 2}, p.Truth)
	assert.Equal(t, 1, p.Steps)
	stroke := &lab.PaintParams{}
	require.NoError(t, decode(js.ValueOf(map[string]any{"points": []any{[]any{1, 2.5}, []any{3, 4}}}), stroke))
	assert.Equal(t, [][2]float64{{1, 2.5}, {3, 4}}, stroke.Points)
	release := &lab.Release{}
	require.NoError(t, decode(js.ValueOf(map[string]any{"models": []any{map[string]any{"name": "m", "file": "m.safetensors", "classes": []any{"a"}, "lost": 0.5}}}), release))
	require.Len(t, release.Models, 1)
	assert.Equal(t, []string{"a"}, release.Models[0].Classes)
	assert.Equal(t, 0.5, *release.Models[0].Lost)
	require.NoError(t, decode(js.Undefined(), release))
}

func TestAllThatParametersHaveIsDecoded(t *testing.T) {
	for name, method := range lab.Methods {
		_, err := method(context.Background(), nil, func(p any) error {
			lab.Fields(p, func(field string, at any) {
				assert.NotPanics(t, func() { _ = read(field, js.ValueOf(map[string]any{}), at) }, "%s of %s", field, name)
			})
			return context.Canceled
		})
		assert.ErrorIs(t, err, context.Canceled)
	}
	released := &lab.ReleaseParams{}
	require.NoError(t, decode(js.ValueOf(map[string]any{"ids": []any{3, 4}}), released))
	assert.Equal(t, []int{3, 4}, released.IDs)
}

func TestParametersOfAWrongTypeAreNamed(t *testing.T) {
	for want, given := range map[string]map[string]any{
		"segfault: epsilon should be a number, found a string":                        {"epsilon": "much"},
		"segfault: slice should be a whole number, found 1.5":                         {"slice": 1.5},
		"segfault: swapped should be a boolean, found a number":                       {"swapped": 1},
		"segfault: truth should be a Uint8Array":                                      {"truth": []any{1}},
		"segfault: a seed of -1; expected a whole number from 0 to 9007199254740991":  {"seed": -1},
		"segfault: a slice of 3e+09; expected a whole number from -2147483648 to 214": {"slice": 3e9},
	} {
		assert.ErrorContains(t, decode(js.ValueOf(given), lab.NewAttack(0)), want)
	}
	assert.EqualError(t, decode(js.ValueOf(map[string]any{"classes": map[string]any{}}), &lab.LoadModelParams{}), "segfault: classes should be an array")
	assert.EqualError(t, decode(js.ValueOf(map[string]any{"classes": "a"}), &lab.LoadModelParams{}), "segfault: classes should be an array, found a string")
	assert.EqualError(t, decode(js.ValueOf(map[string]any{"attacks": []any{nil}}), &lab.SummaryParams{}), "segfault: attacks should be an object, found null")
	for _, point := range [][]any{{1}, {1, 2, 3}, {}} {
		assert.EqualError(t, decode(js.ValueOf(map[string]any{"points": []any{point}}), &lab.PaintOptions{}), "segfault: of points each should be an array of 2")
	}
	assert.ErrorContains(t, decode(js.ValueOf(map[string]any{"files": []any{map[string]any{"name": "x"}}}), &lab.LoadParams{}), "files should be a file")
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
