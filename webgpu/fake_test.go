//go:build js && wasm

package webgpu

import (
	"context"
	_ "embed"
	"fmt"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
)

//go:embed testdata/fake.js
var fakeSource string

// fake is a device whose events come when a test wants them.
func fake(features ...any) (*Device, js.Value) {
	v := js.Global().Call("eval", fakeSource).Invoke(features)
	s := newSession(v, Info{}, Limits{Buffer: 1 << 30, Binding: 1 << 30, Bindings: 10, Groups: 1 << 16, Memory: 16 << 10, Invocations: 256}, Options{})
	s.trusted = true // it computes nothing
	return &Device{session: s}, v
}

// TestWaitsAreNudged has a browser that looks for finished work only when
// something is submitted, as Firefox does for a tenth of a second: without
// nudges nothing here would ever end.
func TestWaitsAreNudged(t *testing.T) {
	d, v := fake()
	p := load(t, d, addPlan(tensor(1, 2)))
	v.Set("late", 3)
	for range 2 * ahead { // the later ones wait for the earlier ones
		require.NoError(t, p.Run(context.Background(), nil))
	}
	read(t, p, "y", 2)
}

func TestRacesAreNudged(t *testing.T) {
	d, v := fake()
	v.Set("late", 3)
	load(t, d, convolved(filter(0.5)))
}

// TestALossIsToldWhateverComesFirst has all orders in which browsers tell that a
// device was lost under a result, and some in which none does yet.
func TestALossIsToldWhateverComesFirst(t *testing.T) {
	for name, events := range map[string][]any{
		"as in Dawn: the loss, then refusals":             {"lost", "refused"},
		"as in Firefox: refusals, then the loss":          {"refused", "lost"},
		"as in Deno: the loss, then buffers without data": {"lost", "settled"},
		"buffers without data, then the loss":             {"settled", "lost"},
		"the loss, and nothing else ever":                 {"lost"},
	} {
		t.Run(name, func(t *testing.T) {
			d, v := fake()
			p := load(t, d, addPlan(tensor(1, 2)))
			require.NoError(t, p.Run(context.Background(), nil))
			read(t, p, "y", 2) // the staging buffer holds an older result
			require.NoError(t, p.Run(context.Background(), nil))
			v.Call("die")
			wait, err := p.Fetch(context.Background(), map[string][]float32{"y": make([]float32, 2)})
			require.NoError(t, err)
			v.Call("play", events)
			assert.ErrorContains(t, wait(), "webgpu: the GPU device was lost (for a test)")
		})
	}
}

// TestAFailureWithoutALossIsToldInTime has results refused by a device that goes on.
func TestAFailureWithoutALossIsToldInTime(t *testing.T) {
	d, v := fake()
	d.session.patience = 1
	p := load(t, d, addPlan(tensor(1, 2)))
	require.NoError(t, p.Run(context.Background(), nil))
	v.Call("die")
	wait, err := p.Fetch(context.Background(), map[string][]float32{"y": make([]float32, 2)})
	require.NoError(t, err)
	v.Call("play", []any{"refused"})
	assert.ErrorContains(t, wait(), "webgpu: the results could not be read: Buffer unmapped")
}

// TestRacesTellApartWhatTheirClockCannot has shaders that take a few
// microseconds by a clock of hundreds.
func TestRacesTellApartWhatTheirClockCannot(t *testing.T) {
	d, _ := fake(timestamps)
	plan := contested()
	variants := d.session.shaders(plan.Steps[0].Kernel)
	require.Greater(t, len(variants), 1)
	for _, fastest := range variants {
		t.Run(fmt.Sprint(fastest.Name, fastest.Groups), func(t *testing.T) {
			d, v := fake(timestamps)
			for _, other := range variants {
				v.Get("costs").Set(other.Name, 9000)
			}
			v.Get("costs").Set(fastest.Name, 7000)
			v.Get("clock").Set("tick", 100_000)
			load(t, d, plan)
			assert.Equal(t, fastest.Name, onlyChoice(t, d).name)
		})
	}
}

func TestAClockThatTellsNothingLeavesTheGuess(t *testing.T) {
	d, _ := fake(timestamps)
	plan := contested()
	load(t, d, plan)
	assert.True(t, onlyChoice(t, d).is(d.session.guess(d.session.shaders(plan.Steps[0].Kernel))))
}

// contested is a plan of one layer for which several shaders are likely, with
// weights that are no float16.
func contested() *core.Plan {
	x, w := core.NewInput("x", 1, 64, 56, 56), core.NewTensor(64, 64, 3, 3)
	w.Data[0] = 0.1
	return core.Compile(core.Outputs{"y": core.Conv2D(x, core.NewParameter("w", w), core.Conv{Pad: core.Around(1)})})
}

func onlyChoice(t *testing.T, d *Device) choice {
	t.Helper()
	require.Len(t, d.session.choices, 1)
	for _, c := range d.session.choices {
		return c
	}
	panic("unreachable")
}

func TestWorkIsRepeatedUntilTheClockTells(t *testing.T) {
	for name, c := range map[string]struct {
		took, grain time.Duration
		times       int
	}{
		"ten times the grain is told": {1000, 100, 1},
		"a fifth of that":             {200, 100, 6},
		"next to nothing":             {1, 100, 16},
		"nothing":                     {0, 100, 16},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.times, repeats(c.took, c.grain))
		})
	}
}
