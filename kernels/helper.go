package kernels

import (
	"runtime"
	"sync/atomic"
)

// helper is a worker beside the one that calls Run. Waking a thread takes longer
// than a small kernel, so a helper that has nothing to do looks out for work for
// a while before its goroutine ends, and Run for the end of the last parts
// before it sleeps.
type helper struct {
	state atomic.Int32
	live  func()        // its goroutine
	done  chan struct{} // tells a Run that sleeps
}

// The states of a helper.
const (
	away    = iota // it has no goroutine
	idle           // it looks out for work
	called         // it has been given work
	working        // it has begun
	awaited        // it has begun, and Run sleeps until it ends
)

// call gives the helper a share of a stage.
func (h *helper) call() {
	if !h.state.CompareAndSwap(idle, called) {
		h.state.Store(called)
		go h.live()
	}
}

// wait returns when the helper is not at work. One that has not begun by now,
// perhaps for want of a core, is not waited for.
func (h *helper) wait() {
	if h.state.CompareAndSwap(called, idle) {
		return
	}
	if h.remains(working) && h.state.CompareAndSwap(working, awaited) {
		<-h.done
	}
}

// serve does parts of stage after stage, until there has been none for a while.
func (h *helper) serve(w *Workers, worker int) {
	for {
		if h.state.CompareAndSwap(called, working) {
			w.drain(worker)
			if h.state.Swap(idle) == awaited {
				h.done <- struct{}{}
			}
		}
		if h.remains(idle) && h.state.CompareAndSwap(idle, away) {
			return
		}
	}
}

// How long remains looks: some 100 µs, looks × rounds of about a nanosecond.
const (
	looks  = 500 // between letting other goroutines run
	rounds = 200
)

// remains says whether the helper is still in a state after a while of looking.
func (h *helper) remains(state int32) bool {
	for range rounds {
		for range looks {
			if h.state.Load() != state {
				return false
			}
		}
		runtime.Gosched()
	}
	return true
}
