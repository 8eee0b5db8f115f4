package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Workers runs the parts of a kernel on every core and lends each worker
// scratch memory that survives from run to run, so that a warm run allocates
// nothing large.
type Workers struct {
	count   int
	scratch [][][]float32 // worker, slot
	shared  [][]float32   // slot
}

// NewWorkers makes a pool of n workers; n < 1 means one for each core.
func NewWorkers(n int) *Workers {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	return &Workers{count: n, scratch: make([][][]float32, n)}
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
	var next atomic.Int64
	var wait sync.WaitGroup
	drain := func(worker int) {
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			f(worker, i)
		}
	}
	for worker := 1; worker < min(w.count, n); worker++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			drain(worker)
		}()
	}
	drain(0)
	wait.Wait()
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
