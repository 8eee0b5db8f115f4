package lab

import (
	"context"
	"errors"
	"testing"
	"time"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// device is a GPU of the test's.
type device struct {
	core.Backend
	software, closed bool
}

func (d *device) Software() bool        { return d.software }
func (d *device) String() string        { return "a GPU" }
func (d *device) Check() (int, float64) { return 3, 1e-7 }
func (d *device) Close()                { d.closed = true }

// machine is one whose GPU opening gives.
type machine struct {
	open func(context.Context) (Device, error)
}

func (m *machine) GPU(ctx context.Context) (Device, error) { return m.open(ctx) }
func (m *machine) CPU() core.Backend                       { return core.NewCPU(1) }
func (m *machine) CPUName() string                         { return "a CPU" }

// hosted is a Compute with a GPU that opening gives, and counts how often a backend was given up.
func hosted(open func(context.Context) (Device, error)) (c *Compute, left *int) {
	left = new(int)
	return &Compute{Machine: &machine{open}, Leave: func() { *left++ }}, left
}

func openedAs(d *device) func(context.Context) (Device, error) {
	return func(context.Context) (Device, error) { return d, nil }
}

// timed is a race in which a device takes so long, and the CPU 10 ms.
func timed(gpu time.Duration) Race {
	return func(b core.Backend) (time.Duration, error) {
		if _, ok := b.(*device); ok {
			return gpu, nil
		}
		return 10 * time.Millisecond, nil
	}
}

func silent(string) {}

func TestAutoTakesTheFaster(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		gpu          time.Duration
	}{
		{"webgpu", "WebGPU, because it predicts in 5 ms where the CPU takes 10 ms.", 5 * time.Millisecond},
		{"cpu", "The CPU, because it predicts in 10 ms where WebGPU takes 50 ms.", 50 * time.Millisecond},
	} {
		d := &device{}
		c, _ := hosted(openedAs(d))
		require.NoError(t, c.Choose(context.Background(), "auto", timed(test.gpu), silent))
		assert.Equal(t, test.name, c.Name)
		assert.Equal(t, test.reason, c.Reason)
		assert.Equal(t, test.name == "cpu", d.closed, "a GPU that is not used is given back")
	}
}

func TestAutoNeverTakesSoftware(t *testing.T) {
	c, _ := hosted(openedAs(&device{software: true}))
	require.NoError(t, c.Choose(context.Background(), "auto", timed(0), silent))
	assert.Equal(t, "The CPU, because WebGPU is only software here (a GPU), some thirty times slower.", c.Reason)
}

func TestAutoDoesWithoutAGPU(t *testing.T) {
	c, _ := hosted(func(context.Context) (Device, error) { return nil, errors.New("webgpu: there is none") })
	require.NoError(t, c.Choose(context.Background(), "auto", timed(0), silent))
	assert.Equal(t, "The CPU, because there is none.", c.Reason)
}

// Whatever a cancelled choice was about to do, the backend stays, and the caller hears that it was cancelled.
func TestACancelledChoiceChangesNothing(t *testing.T) {
	var cancel context.CancelFunc
	next := &device{}
	for name, test := range map[string]struct {
		wish string
		open func(context.Context) (Device, error)
		race Race
	}{
		"while the GPU is opened": {"auto", func(ctx context.Context) (Device, error) { cancel(); return nil, ctx.Err() }, timed(0)},
		"when it is open":         {"webgpu", func(context.Context) (Device, error) { cancel(); return next, nil }, nil},
		"in the GPU's race":       {"auto", openedAs(next), func(core.Backend) (time.Duration, error) { cancel(); return 0, context.Canceled }},
		"in the CPU's race": {"auto", openedAs(next), func(b core.Backend) (time.Duration, error) {
			if b != core.Backend(next) {
				cancel()
				return 0, context.Canceled
			}
			return time.Second, nil
		}},
		"in a race that failed for it": {"auto", openedAs(next), func(core.Backend) (time.Duration, error) { cancel(); return 0, errors.New("webgpu: the wait ended") }},
	} {
		t.Run(name, func(t *testing.T) {
			before := &device{}
			c, left := hosted(openedAs(before))
			require.NoError(t, c.Choose(context.Background(), "webgpu", nil, silent))
			was := *c
			var ctx context.Context
			ctx, cancel = context.WithCancel(context.Background())
			c.Machine, next.closed = &machine{test.open}, false
			assert.ErrorIs(t, c.Choose(ctx, test.wish, test.race, silent), context.Canceled)
			assert.Equal(t, []string{was.Name, was.Reason}, []string{c.Name, c.Reason})
			assert.Same(t, before, c.Backend)
			assert.False(t, before.closed)
			assert.Zero(t, *left)
			if name != "while the GPU is opened" {
				assert.True(t, next.closed, "what was opened for it is given back")
			}
		})
	}
}

func TestAFailedChoiceChangesNothing(t *testing.T) {
	c, left := hosted(func(context.Context) (Device, error) { return nil, errors.New("webgpu: there is none") })
	require.NoError(t, c.Choose(context.Background(), "cpu", nil, silent))
	assert.EqualError(t, c.Choose(context.Background(), "webgpu", nil, silent), "webgpu: there is none")
	assert.ErrorContains(t, c.Choose(context.Background(), "gpu", nil, silent), `unknown backend "gpu"`)
	assert.Equal(t, "The CPU, as chosen.", c.Reason)
	assert.Zero(t, *left)
}

func TestANewChoiceGivesTheOldBackendUp(t *testing.T) {
	d := &device{}
	c, left := hosted(openedAs(d))
	require.NoError(t, c.Choose(context.Background(), "webgpu", nil, silent))
	assert.Zero(t, *left, "there was none before")
	require.NoError(t, c.Choose(context.Background(), "cpu", nil, silent))
	assert.Equal(t, 1, *left)
	assert.True(t, d.closed)
}

func TestTheCPUTakesOverWhereTheGPUWasNotInsistedOn(t *testing.T) {
	failure := errors.New("webgpu: the GPU device was lost")
	for _, test := range []struct {
		wish string
		err  error
		back bool
	}{
		{"auto", failure, true}, {"auto", core.NoRoom("webgpu: no memory"), true}, {"webgpu", failure, false},
		{"auto", &attack.NotFinite{What: "logits"}, false}, // which are the model's fault
	} {
		c, left := hosted(openedAs(&device{}))
		require.NoError(t, c.Choose(context.Background(), test.wish, nil, silent))
		failed := c.Backend
		assert.Equal(t, test.back, c.FallBack(failed, test.err), "%v", test)
		assert.Equal(t, test.back, !c.OnGPU())
		assert.Equal(t, test.back, *left == 1)
		if test.back {
			assert.Contains(t, c.Reason, "The CPU, because the GPU failed: ")
			assert.True(t, c.FallBack(failed, test.err), "another lane tries again, too")
			assert.False(t, c.FallBack(c.Backend, test.err), "the CPU has nothing to fall back on")
		}
	}
}
