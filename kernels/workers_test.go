package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryPartIsDoneOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		w := NewWorkers(workers)
		for parts := range 300 {
			done := make([]atomic.Int32, parts)
			w.Run(inParts(parts, func(_, i int) { done[i].Add(1) }))
			for i := range done {
				assert.EqualValues(t, 1, done[i].Load(), "part %d of %d on %d workers", i, parts, workers)
			}
		}
	}
}

// together is work of two parts that each need the other to have begun, and then
// call then.
func together(then func(worker int)) []Stage {
	var begun sync.WaitGroup
	begun.Add(2)
	return inParts(2, func(worker, _ int) {
		begun.Done()
		begun.Wait()
		then(worker)
	})
}

func TestPartsAreDoneSideBySide(t *testing.T) {
	var workers [2]atomic.Int32
	NewWorkers(2).Run(together(func(worker int) { workers[worker].Add(1) }))
	assert.EqualValues(t, []int32{1, 1}, []int32{workers[0].Load(), workers[1].Load()})
}

// until lets others run until a worker's helper is in a state.
func until(h *helper, state int32) {
	for h.state.Load() != state {
		runtime.Gosched()
	}
}

func TestRunSleepsUntilALongPartEnds(t *testing.T) {
	w := NewWorkers(2)
	ended := false
	w.Run(together(func(worker int) {
		if worker == 1 {
			until(w.helpers[0], awaited)
			ended = true
		}
	}))
	assert.True(t, ended)
}

func TestAHelperLeavesAndComesBack(t *testing.T) {
	w := NewWorkers(2)
	for range 3 {
		w.Run(together(func(int) {}))
		until(w.helpers[0], away)
	}
}
