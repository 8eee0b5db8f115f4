//go:build js && wasm

package webgpu

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/webgpu/script"
)

// fetch runs a program on x and begins to fetch y.
func fetch(t *testing.T, ctx context.Context, p core.Program, x float32) (y []float32, wait func() error) {
	t.Helper()
	require.NoError(t, p.Write("x", []float32{x, x}))
	require.NoError(t, p.Run(context.Background(), nil))
	y = make([]float32, 2)
	wait, err := p.Fetch(ctx, map[string][]float32{"y": y})
	require.NoError(t, err)
	return y, wait
}

// inUse counts a program's staging buffers, and those whose outputs are awaited.
func inUse(p core.Program) (all, busy int) {
	for _, s := range p.(*program).loaded.staging {
		all++
		if s.busy {
			busy++
		}
	}
	return all, busy
}

func TestRunsGoOnWhileOutputsTravel(t *testing.T) {
	p := load(t, open(t), addPlan(tensor(10, 20)))
	before, waitBefore := fetch(t, context.Background(), p, 0)
	for x := float32(1); x <= 5; x++ {
		y, wait := fetch(t, context.Background(), p, x)
		all, busy := inUse(p)
		assert.Equal(t, []int{2, 2}, []int{all, busy}, "two runs' outputs are under way")
		require.NoError(t, waitBefore())
		assert.Equal(t, []float32{9 + x, 19 + x}, before)
		before, waitBefore = y, wait
	}
	require.NoError(t, waitBefore())
	assert.Equal(t, []float32{15, 25}, before)
	assert.Equal(t, []float32{15, 25}, read(t, p, "y", 2), "a read after a fetch")
	require.NoError(t, p.Run(context.Background(), nil))
	all, busy := inUse(p)
	assert.Equal(t, []int{2, 0}, []int{all, busy}, "staging buffers are used again")
}

func TestFetchRefusesWhatTheProgramHasNot(t *testing.T) {
	p := load(t, open(t), addPlan(tensor(1, 2)))
	_, err := p.Fetch(context.Background(), map[string][]float32{"y": make([]float32, 2)})
	assert.ErrorContains(t, err, "run the program first")
	_, err = p.Fetch(context.Background(), map[string][]float32{"z": nil})
	assert.ErrorContains(t, err, `no output "z"`)
}

func TestCancelledFetchGivesItsBufferBack(t *testing.T) {
	p := load(t, open(t), addPlan(tensor(1, 2)))
	ctx, cancel := context.WithCancel(context.Background())
	_, cancelled := fetch(t, ctx, p, 1)
	y, wait := fetch(t, context.Background(), p, 2)
	cancel()
	require.ErrorIs(t, cancelled(), context.Canceled)
	_, busy := inUse(p)
	assert.Equal(t, 1, busy)
	again, waitAgain := fetch(t, context.Background(), p, 3)
	require.NoError(t, wait())
	require.NoError(t, waitAgain())
	assert.Equal(t, []float32{3, 4}, y)
	assert.Equal(t, []float32{4, 5}, again)
	all, busy := inUse(p)
	assert.Equal(t, []int{2, 0}, []int{all, busy})
}

func TestCloseDestroysStagingBuffers(t *testing.T) {
	p := load(t, open(t), addPlan(tensor(1, 2)))
	_, first := fetch(t, context.Background(), p, 1)
	_, second := fetch(t, context.Background(), p, 2)
	require.NoError(t, second())
	staging := p.(*program).loaded.staging
	require.Len(t, staging, 2)
	p.Close()
	assert.Error(t, first(), "its outputs went with the program")
	for _, s := range staging {
		_, err := script.Await(context.Background(), s.buffer.Call("mapAsync", 1))
		assert.Error(t, err, "a destroyed buffer cannot be mapped")
	}
}

func TestDeviceLostWhileOutputsTravel(t *testing.T) {
	d := open(t)
	p := load(t, d, addPlan(tensor(1, 2)))
	_, first := fetch(t, context.Background(), p, 1)
	_, second := fetch(t, context.Background(), p, 2)
	d.session.device.Call("destroy")
	for _, wait := range []func() error{first, second} {
		require.ErrorContains(t, wait(), "webgpu: the GPU device was lost")
	}
	y, wait := fetch(t, context.Background(), p, 3)
	require.NoError(t, wait())
	assert.Equal(t, []float32{4, 5}, y)
}
