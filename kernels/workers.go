package kernels

import (
	"runtime"
	"sync/atomic"
)

// Workers runs the parts of a kernel on every core and lends each worker
// scratch memory that survives from run to run. It is used by one goroutine at a
// time, for binding kernels as for running them.
type Workers struct {
	count   int
	scratch [][][]float32 // worker, slot
	shared  [][]float32   // slot
	helpers []*helper     // the workers from 1 on; 0 is whoever calls Run

	stage Stage        // being done
	next  atomic.Int64 // its first part that nobody has begun
}

// NewWorkers makes a pool of n workers; n < 1 means one for each core.
func NewWorkers(n int) *Workers {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	w := &Workers{count: n, scratch: make([][][]float32, n)}
	for worker := 1; worker < n; worker++ {
		h := &helper{done: make(chan struct{})}
		h.live = func() { h.serve(w, worker) }
		w.helpers = append(w.helpers, h)
	}
	return w
}

// Count is the number of workers.
func (w *Workers) Count() int { return w.count }

// Run does stages, one after another, each on all workers.
func (w *Workers) Run(stages []Stage) {
	for _, s := range stages {
		w.do(s)
	}
}

func (w *Workers) do(s Stage) {
	if w.count == 1 || s.Parts <= 1 {
		for i := range s.Parts {
			s.Do(0, i)
		}
		return
	}
	w.stage = s
	w.next.Store(0)
	helpers := w.helpers[:min(w.count, s.Parts)-1]
	for _, h := range helpers {
		h.call()
	}
	w.drain(0)
	for _, h := range helpers {
		h.wait()
	}
	w.stage = Stage{}
}

// drain does parts until none is left.
func (w *Workers) drain(worker int) {
	for {
		i := w.next.Add(1) - 1
		if i >= int64(w.stage.Parts) {
			return
		}
		w.stage.Do(worker, int(i))
	}
}

// scratchOf lends a worker at least n floats; each slot is its own memory and
// holds whatever was left there.
func (w *Workers) scratchOf(worker, slot, n int) []float32 {
	return grow(&w.scratch[worker], slot, n)
}

// reserve makes every worker's slot large enough for n floats, so that lending
// them allocates nothing.
func (w *Workers) reserve(slot, n int) {
	for worker := range w.count {
		w.scratchOf(worker, slot, n)
	}
}

// sharedScratch lends n floats that all workers may read.
func (w *Workers) sharedScratch(slot, n int) []float32 {
	return grow(&w.shared, slot, n)
}

//go:noinline
func grow(slots *[][]float32, slot, n int) []float32 {
	for len(*slots) <= slot {
		*slots = append(*slots, nil)
	}
	if len((*slots)[slot]) < n {
		(*slots)[slot] = make([]float32, n+n/4)
	}
	return (*slots)[slot][:n]
}
