//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/kernels"
)

// TestTraceTimesEveryStep compares a step of much work with one of next to none.
func TestTraceTimesEveryStep(t *testing.T) {
	n := 1 << 20
	plan := addPlan(core.NewTensor(n))
	plan.Buffers = append(plan.Buffers, core.Buffer{Count: 1})
	plan.Steps = append(plan.Steps, core.Step{Kernel: kernels.Affine{Count: 1, Scale: 1}, Bind: []int{0, 3}})
	p := load(t, open(t), plan)
	require.NoError(t, p.Write("x", make([]float32, n)))
	times, err := p.(core.Traced).Trace(context.Background())
	require.NoError(t, err)
	require.Len(t, times, 2)
	assert.Equal(t, []string{"binary", "affine"}, []string{times[0].By, times[1].By})
	assert.Positive(t, times[0].Took)
	assert.Less(t, times[0].Took, time.Minute)
	assert.Equal(t, make([]float32, n), read(t, p, "y", n), "a trace is a run")
}

// TestTraceOfManySteps has more steps than a set of queries has room for.
func TestTraceOfManySteps(t *testing.T) {
	const steps = mostQueries/2 + 3
	plan := addPlan(core.NewTensor(1))
	for range steps - 1 {
		plan.Buffers = append(plan.Buffers, core.Buffer{Count: 1})
		last := len(plan.Buffers) - 1
		plan.Steps = append(plan.Steps, core.Step{Kernel: kernels.Affine{Count: 1, Scale: 1, Shift: 1}, Bind: []int{last - 1, last}})
	}
	plan.Outputs["y"] = len(plan.Buffers) - 1
	p := load(t, open(t), plan)
	require.NoError(t, p.Write("x", []float32{0}))
	times, err := p.(core.Traced).Trace(context.Background())
	require.NoError(t, err)
	assert.Len(t, times, steps)
	assert.Equal(t, []float32{steps - 1}, read(t, p, "y", 1), "a trace is a run")
}

// TestATraceHasTheEffectsOfOneRun has steps that are so short that all are done again for the clock's sake.
func TestATraceHasTheEffectsOfOneRun(t *testing.T) {
	x := core.NewInput("x", 3)
	y := core.Affine(x, 3, 0)
	p := load(t, open(t), core.Compile(core.Outputs{"y": y}, core.Assign(x, y)))
	require.NoError(t, p.Write("x", []float32{1, 2, -1}))
	for _, want := range [][]float32{{3, 6, -3}, {9, 18, -9}} {
		times, err := p.(core.Traced).Trace(context.Background())
		require.NoError(t, err)
		assert.Len(t, times, 2)
		assert.Equal(t, want, read(t, p, "y", 3))
	}
}

// TestATraceRepeatsWhatItsClockCannotTell has a clock of a nanosecond, and one that is coarser than a step by far.
func TestATraceRepeatsWhatItsClockCannotTell(t *testing.T) {
	for _, tick := range []int{1, 100_000} {
		t.Run(fmt.Sprint(tick), func(t *testing.T) {
			d, v := fake(timestamps)
			v.Get("clock").Set("tick", tick)
			v.Get("costs").Set("binary", 7000)
			v.Get("costs").Set("affine", 30_000_000)
			plan := addPlan(core.NewTensor(8))
			plan.Buffers = append(plan.Buffers, core.Buffer{Count: 1})
			plan.Steps = append(plan.Steps, core.Step{Kernel: kernels.Affine{Count: 1, Scale: 1}, Bind: []int{0, 3}})
			times, err := load(t, d, plan).(core.Traced).Trace(context.Background())
			require.NoError(t, err)
			assert.InEpsilon(t, 7000, times[0].Took.Nanoseconds(), 0.1)
			assert.InEpsilon(t, 30_000_000, times[1].Took.Nanoseconds(), 0.01)
		})
	}
}
