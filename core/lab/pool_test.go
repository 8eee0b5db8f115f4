package lab

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// helpedHost is a host with helpers, each a lab of its own.
type helpedHost struct {
	*testHost
	count   int                                    // of helpers that there are
	over    func(ctx context.Context, n int) error // what becomes of the n-th task, from 1 on, before it is done; may be nil
	after   func(*Done)                            // what becomes of what it found; may be nil
	refused func()                                 // where there is no helper
	woken   chan int64                             // bytes that helpers may come to take

	given atomic.Int32 // tasks
	under atomic.Int32 // way
	labs  sync.Map     // by helper
}

func (h *helpedHost) Wake(_ context.Context, helper int, bytes int64) error {
	if helper >= h.count {
		return errors.New("there are no more")
	}
	h.woken <- bytes
	return nil
}

func (h *helpedHost) Help(ctx context.Context, helper int, bytes int64, t *Task, asks Asks) (*Done, error) {
	if helper >= h.count {
		h.refused()
		return nil, ErrNobody
	}
	n := int(h.given.Add(1))
	h.under.Add(1)
	defer h.under.Add(-1)
	if h.over != nil {
		if err := h.over(ctx, n); err != nil {
			return nil, err
		}
	}
	own := &helperHost{testHost: h.testHost}
	l, _ := h.labs.LoadOrStore(helper, New(own))
	task := *t
	task.Number = n
	var enough atomic.Bool
	l.(*Lab).host.(*helperHost).settle.Store(n, asks.Settle)
	d, err := l.(*Lab).Compute(Watched(ctx, Watch{Begun: func() {}, Progress: func(stage string, done, total int) {
		enough.CompareAndSwap(false, asks.Progress(stage, done, total))
	}, Enough: enough.Load}), &task)
	if err == nil && h.after != nil {
		h.after(d)
	}
	return d, err
}

// helperHost is the host of a helper.
type helperHost struct {
	*testHost
	settle sync.Map // by task
}

func (h *helperHost) Settle(_ context.Context, task int, moved []float32) ([]float32, error) {
	settle, _ := h.settle.Load(task)
	return settle.(func([]float32) ([]float32, error))(moved)
}

// helped is a lab with so many helpers, which are awake.
func helped(t *testing.T, count int) (*Lab, *helpedHost) {
	t.Helper()
	h := &helpedHost{testHost: newHost(t), count: count, woken: make(chan int64, 99)}
	l := New(h)
	_, err := l.Open(background, &OpenParams{OpenOptions: OpenOptions{Backend: "cpu"}})
	require.NoError(t, err)
	for range count {
		l.pool.add()
	}
	return l, h
}

// busy has the lab itself compute nothing until free.
func busy(l *Lab) (free func()) {
	l.pool.busy = true
	return sync.OnceFunc(func() { l.pool.done(itself, false) })
}

// outcome is all of a volume's attack but when, with its masks and its pixels.
func outcome(t *testing.T, l *Lab, p *AttackVolumeParams) []any {
	t.Helper()
	var steps []int
	ctx := Watched(background, Watch{Begun: func() {}, Progress: func(stage string, done, _ int) {
		if stage == "slice" {
			steps = append(steps, done)
		}
	}})
	f, err := l.AttackVolume(ctx, p)
	require.NoError(t, err)
	v := l.things.Get(f.ID).(*volume)
	f.ID, f.Milliseconds = 0, Milliseconds{}
	return []any{steps, f, v.before, v.after, v.values}
}

// volumeAttack is an attack of few steps by a method.
func volumeAttack(t *testing.T, l *Lab, slices int, method string, on Ground) *AttackVolumeParams {
	t.Helper()
	p := NewVolumeAttack(loaded(t, l, slices))
	require.NoError(t, p.Take(method))
	p.Epsilon, p.Steps, p.On = 0.05, min(p.Steps, 3), on
	return p
}

func TestHelpersGiveTheResultsOfTheLabItself(t *testing.T) {
	for _, on := range []Ground{OnScan, OnInput} {
		for _, method := range []string{"fgsm", "apgd", "square"} {
			t.Run(string(on)+" "+method, func(t *testing.T) {
				alone, _ := opened(t)
				expected := outcome(t, alone, volumeAttack(t, alone, 5, method, on))
				l, h := helped(t, 2)
				defer busy(l)()
				assert.Equal(t, expected, outcome(t, l, volumeAttack(t, l, 5, method, on)))
				assert.EqualValues(t, 5, h.given.Load())
			})
		}
	}
}

func TestAHelperMeasuresWhatItDid(t *testing.T) {
	l, h := helped(t, 1)
	h.after = func(d *Done) { d.Metrics.SSIM, d.Marked.After[0] = 42, 7 }
	defer busy(l)()
	v, err := l.AttackVolume(background, volumeAttack(t, l, 1, "fgsm", OnScan))
	require.NoError(t, err)
	assert.EqualValues(t, 7, l.things.Get(v.ID).(*volume).after[0])
	h.after = func(d *Done) { d.Metrics.SSIM = 42 }
	f, err := l.Attack(background, NewAttack(loaded(t, l, 1)))
	require.NoError(t, err)
	assert.EqualValues(t, 42, f.Metrics.SSIM)
}

func TestAComputationBreathesUntilNobodyHasAnythingToDo(t *testing.T) {
	l, h := opened(t)
	c, err := l.begin(background)
	require.NoError(t, err)
	defer c.end()
	c.computes = true
	breaths := 0
	h.breathe = func() {
		if breaths++; breaths < 3 {
			_, err := l.Release(background, &ReleaseParams{})
			assert.NoError(t, err)
		}
	}
	c.breathe()
	assert.Equal(t, 3, breaths)
}

func TestWhatAHelperEndsOverIsDoneAgain(t *testing.T) {
	alone, _ := opened(t)
	expected := outcome(t, alone, volumeAttack(t, alone, 4, "apgd", OnScan))
	l, h := helped(t, 2)
	h.over = func(_ context.Context, n int) error {
		if n == 2 {
			return ErrEnded
		}
		return nil
	}
	defer busy(l)()
	assert.Equal(t, expected, outcome(t, l, volumeAttack(t, l, 4, "apgd", OnScan)))
	assert.EqualValues(t, 4+1, h.given.Load())
}

func TestAHelperThatEndsTwiceOverASliceIsReported(t *testing.T) {
	l, h := helped(t, 1)
	h.over = func(context.Context, int) error { return ErrEnded }
	defer busy(l)()
	p := NewAttack(loaded(t, l, 1))
	_, err := l.Attack(background, p)
	require.EqualError(t, err, "segfault: a worker that helped has ended twice over the same slice, most likely for want of memory; nothing is lost, try again, or with a smaller model")
	assert.Equal(t, NoRoom, CodeOf(err))
	assert.EqualValues(t, 2, h.given.Load())

	h.over = nil // and goes on
	_, err = l.Attack(background, p)
	assert.NoError(t, err)
}

func TestWhatAHelperRefusesIsRefused(t *testing.T) {
	l, h := helped(t, 1)
	h.over = func(context.Context, int) error {
		return Coded(BadNetwork, errors.New("segfault: weights cannot be fetched"))
	}
	defer busy(l)()
	_, err := l.Attack(background, NewAttack(loaded(t, l, 1)))
	assert.EqualError(t, err, "segfault: weights cannot be fetched")
	assert.Equal(t, BadNetwork, CodeOf(err))
}

func TestWhereAHelperCannotBeTheLabComputesItself(t *testing.T) {
	l, h := helped(t, 1)
	h.count = 0 // there is not the room any more
	expected := attacked(t, l, loaded(t, l, 1), 0)
	p := NewAttack(loaded(t, l, 1))
	p.Epsilon = 0.05
	h.refused = busy(l)
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	assert.Equal(t, expected.Metrics, f.Metrics)
	assert.EqualValues(t, places-1, l.pool.helpers[0].places, "of a helper that is not there places are left, until somebody is given them")
	assert.Zero(t, h.given.Load())
}

func TestCancelEndsWhatHelpersDo(t *testing.T) {
	l, h := helped(t, 2)
	p := volumeAttack(t, l, 5, "fgsm", OnScan)
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	h.over = func(ctx context.Context, n int) error {
		if n == 4 { // the last is left for who is done first
			cancel()
		}
		<-ctx.Done()
		return ctx.Err()
	}
	defer busy(l)()
	_, err := l.AttackVolume(ctx, p)
	assert.Equal(t, Cancelled, CodeOf(err))
	assert.Zero(t, h.under.Load())
}

func TestTheLastAttackIsLeftForWhoIsDoneFirst(t *testing.T) {
	for _, first := range []int{itself, 0} {
		p := &pool{busy: true}
		p.add()
		var attacks []chan int
		for range 3 {
			attacks = append(attacks, p.join(&p.either))
		}
		assert.Equal(t, []int{1, 1, 0}, []int{len(attacks[0]), len(attacks[1]), len(attacks[2])})
		p.done(first, false)
		if first != itself {
			assert.Empty(t, attacks[2], "the helper has another, the lab none after its own")
			p.done(first, false)
		}
		assert.Equal(t, first, <-attacks[2])
	}
}

func TestHelpersAreWokenWhereManyAttacksWait(t *testing.T) {
	for _, waiting := range []int{many - 1, many} {
		l, h := helped(t, 0)
		h.count = 2
		free := busy(l)
		p := NewAttack(loaded(t, l, 1))
		var attacks sync.WaitGroup
		for range waiting + 1 {
			attacks.Go(func() {
				_, err := l.Attack(background, p)
				assert.NoError(t, err)
			})
		}
		require.Eventually(t, func() bool { return l.pool.waiting() == waiting+1 }, time.Minute, time.Millisecond)
		free()
		attacks.Wait()
		if waiting < many {
			assert.False(t, l.pool.asked, "whoever looks at one slice starts nobody")
			continue
		}
		for range h.count {
			select {
			case bytes := <-h.woken:
				assert.Greater(t, bytes, (&Lab{}).helperBytes(), "of a helper and the largest program")
			case <-time.After(time.Minute):
				t.Fatal("nobody was woken")
			}
		}
	}
}

func TestAHelperHasTheModelsOfTheVisitor(t *testing.T) {
	l, h := helped(t, 1)
	m, err := l.LoadModel(background, &LoadModelParams{ModelParams{FileParams: FileParams{fileOf("net.safetensors", h.weights)}}, ModelOptions{Name: "mine", Classes: []string{"x", "y"}}})
	require.NoError(t, err)
	p := NewAttack(loaded(t, l, 1))
	p.Model, p.Epsilon = m.Model.Name, 0.05
	expected, err := l.Attack(background, p)
	require.NoError(t, err)
	l.gradients = nil
	defer busy(l)()
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	assert.Equal(t, expected.Metrics, f.Metrics)
	assert.EqualValues(t, 1, h.given.Load())
}

func TestWhatAHelperDoesCanBeEndedWithTheBestUntilThen(t *testing.T) {
	p := NewAttack(0)
	require.NoError(t, p.Take("apgd"))
	p.Steps, p.Epsilon, p.Stop = 20, 0.05, 3
	alone, _ := opened(t)
	p.Scan = loaded(t, alone, 1)
	expected, err := alone.Attack(background, p)
	require.NoError(t, err)

	l, h := helped(t, 1)
	defer busy(l)()
	var done atomic.Int32
	ctx := Watched(background, Watch{Begun: func() {}, Progress: func(_ string, at, _ int) { done.Store(int32(at)) }, Enough: func() bool { return done.Load() == 3 }})
	p.Scan, p.Stop = loaded(t, l, 1), 0
	f, err := l.Attack(ctx, p)
	require.NoError(t, err)
	assert.EqualValues(t, 1, h.given.Load())
	assert.Equal(t, expected.Metrics, f.Metrics)
	assert.Equal(t, expected.Attack, f.Attack)
	assert.Equal(t, expected.Cancelled, f.Cancelled)
}
