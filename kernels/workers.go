package kernels

import (
	"runtime"
	"sync/atomic"
)

// Workers runs the parts of a kernel on every core and lends each worker
// scratch memory that survives from run to run, so that a warm run allocates
// nothing. It is used by one goroutine at a time.
type Workers struct {
	count   int
	scratch [][][]float32 // worker, slot
	shared  [][]float32   // slot
	helpers []*helper     // the workers from 1 on; 0 is whoever calls Do

	// What Do is doing.
	part func(worker, i int)
	n    int64
	next atomic.Int64 // the first part that nobody has begun
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

// Do calls f(worker, i) for every i in [0, n), each once, on all workers.
// Which worker gets which i is left open: results must not depend on it.
func (w *Workers) Do(n int, f func(worker, i int)) {
	if w.count == 1 || n <= 1 {
		for i := range n {
			f(0, i)
		}
		return
	}
	w.part, w.n = f, int64(n)
	w.next.Store(0)
	helpers := w.helpers[:min(w.count, n)-1]
	for _, h := range helpers {
		h.call()
	}
	w.drain(0)
	for _, h := range helpers {
		h.wait()
	}
	w.part = nil
}

// drain does parts until none is left.
func (w *Workers) drain(worker int) {
	for {
		i := w.next.Add(1) - 1
		if i >= w.n {
			return
		}
		w.part(worker, int(i))
	}
}

// span is the number of elements that one part of an elementwise kernel takes.
const span = 1 << 14

// Range splits [0, n) into spans and calls f(lo, hi) for each on all workers.
func (w *Workers) Range(n int, f func(lo, hi int)) {
	w.Do((n+span-1)/span, func(_, i int) { f(i*span, min(n, (i+1)*span)) })
}

// scratchOf lends a worker at least n floats; each slot is its own memory and
// holds whatever was left there.
func (w *Workers) scratchOf(worker, slot, n int) []float32 {
	return grow(&w.scratch[worker], slot, n)
}

// sharedScratch lends n floats that all workers may read.
func (w *Workers) sharedScratch(slot, n int) []float32 {
	return grow(&w.shared, slot, n)
}

func grow(slots *[][]float32, slot, n int) []float32 {
	for len(*slots) <= slot {
		*slots = append(*slots, nil)
	}
	if len((*slots)[slot]) < n {
		(*slots)[slot] = make([]float32, n+n/4)
	}
	return (*slots)[slot][:n]
}
