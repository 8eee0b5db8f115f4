package attack_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gated is a backend whose results come only when pass lets them.
type gated struct {
	core.Backend
	runs atomic.Int64
	pass func(ctx context.Context, run int64) error // run counts from 1
}

type gatedProgram struct {
	core.Program
	on *gated
}

func (g *gated) Load(p *core.Plan) (core.Program, error) {
	program, err := g.Backend.Load(p)
	return gatedProgram{program, g}, err
}

func (p gatedProgram) Run(ctx context.Context, tick func(step int)) error {
	defer p.on.runs.Add(1)
	return p.Program.Run(ctx, tick)
}

func (p gatedProgram) Fetch(ctx context.Context, dst map[string][]float32) (func() error, error) {
	wait, err := p.Program.Fetch(ctx, dst)
	run := p.on.runs.Load()
	return func() error {
		if err := p.on.pass(ctx, run); err != nil {
			return err
		}
		return wait()
	}, err
}

// volume attacks images, which are one darkened step by step, and gives the faults in order.
func volume(t *testing.T, ctx context.Context, s *attack.Session, lanes int, p attack.Problem) ([]*attack.Fault, error) {
	t.Helper()
	var faults []*attack.Fault
	err := attack.Pipeline(5, func() int { return lanes }, func(k int) (*attack.Fault, error) {
		slice := attack.Problem{Image: make([]float32, len(p.Image)), Truth: p.Truth}
		for i, v := range p.Image {
			slice.Image[i] = v * float32(5-k) / 5
		}
		a := attack.FGSM()
		if k%2 == 1 { // between those of one step
			a.Steps, a.Step = 3, a.Epsilon/2
		}
		g, err := s.Gradient(ctx, slice, a.Objective)
		if err != nil {
			return nil, err
		}
		if a.Steps > 1 {
			_, f, err := s.Run(ctx, slice, a, nil)
			return f, err
		}
		return s.Apply(ctx, slice, g, a)
	}, func(k int, f *attack.Fault) error {
		faults = append(faults, f)
		return nil
	})
	return faults, err
}

// TestResultsOfOneSliceTravelWhileTheNextIsComputed lets no result of the first slices arrive before another run
// has begun: were it not so, the deadline would end the test.
func TestResultsOfOneSliceTravelWhileTheNextIsComputed(t *testing.T) {
	plain, p := session(t)
	want, err := volume(t, context.Background(), plain, 1, p)
	require.NoError(t, err)

	var mutex sync.Mutex
	begun := sync.NewCond(&mutex)
	backend := &gated{Backend: core.NewCPU(1)}
	backend.pass = func(ctx context.Context, run int64) error {
		defer context.AfterFunc(ctx, begun.Broadcast)()
		mutex.Lock()
		defer mutex.Unlock()
		begun.Broadcast()
		for run <= 4 && backend.runs.Load() == run && ctx.Err() == nil {
			begun.Wait()
		}
		return ctx.Err()
	}
	s, err := attack.NewSession(backend, plain.Network, side, side)
	require.NoError(t, err)
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	got, err := volume(t, ctx, s, 2, p)
	require.NoError(t, err)
	assert.Equal(t, want, got, "the numbers are those of one slice after the other")
}

func TestPipelineKeepsOrderAndItsNumberOfLanes(t *testing.T) {
	var running atomic.Int64
	gate := make(chan struct{})
	var order []int
	err := attack.Pipeline(6, func() int { return 2 }, func(i int) (int, error) {
		assert.LessOrEqual(t, running.Add(1), int64(2))
		defer running.Add(-1)
		if i%2 == 0 { // two meet: only where both are under way
			<-gate
		} else {
			gate <- struct{}{}
		}
		return i, nil
	}, func(i, result int) error {
		assert.Equal(t, i, result)
		order = append(order, i)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5}, order)
}

func TestPipelineEndsWithTheFirstErrorAndNothingUnderWay(t *testing.T) {
	var running atomic.Int64
	begun := make(chan struct{})
	work := func(i int) (int, error) {
		running.Add(1)
		defer running.Add(-1)
		switch i {
		case 1:
			<-begun // the next is under way
			return 0, errors.New("the second slice")
		case 2:
			close(begun)
			return 0, errors.New("the third slice")
		}
		return i, nil
	}
	var seen []int
	err := attack.Pipeline(9, func() int { return 2 }, work, func(i, _ int) error {
		seen = append(seen, i)
		return nil
	})
	assert.EqualError(t, err, "the second slice")
	assert.Equal(t, []int{0}, seen)
	assert.Zero(t, running.Load())
}

func TestPipelinePanicsInTheCaller(t *testing.T) {
	assert.PanicsWithValue(t, "a mistake", func() {
		_ = attack.Pipeline(2, func() int { return 2 }, func(int) (int, error) { panic("a mistake") }, nil)
	})
}

func TestCancelledPipelineLeavesNothingUnderWay(t *testing.T) {
	plain, p := session(t)
	ctx, cancel := context.WithCancel(context.Background())
	backend := &gated{Backend: core.NewCPU(1), pass: func(ctx context.Context, run int64) error {
		if run >= 3 { // not of every step is something fetched
			cancel()
		}
		return ctx.Err()
	}}
	s, err := attack.NewSession(backend, plain.Network, side, side)
	require.NoError(t, err)
	defer s.Close()
	_, err = volume(t, ctx, s, 2, p)
	assert.ErrorIs(t, err, context.Canceled)
}
