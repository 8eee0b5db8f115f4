//go:build js && wasm

package main

import (
	"context"
	"sync"
	"time"

	"segfault/core"
)

// watch is what the call that now computes wants to know of the backend's work: where the time goes, and how far it is.
type watch struct {
	lane            sync.Mutex // held by that of the call's goroutines which computes; who waits for results lets another
	breath          *breath
	call            *call
	stage           string
	plan, run, read time.Duration
	start           time.Time
}

// begin starts watching for a call.
func (w *watch) begin(c *call) {
	w.call, w.stage, w.start = c, "", time.Now()
	w.plan, w.run, w.read = 0, 0, 0
}

// milliseconds tells where the time went.
func (w *watch) milliseconds() object {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return object{"plan": ms(w.plan), "run": ms(w.run), "read": ms(w.read), "total": ms(time.Since(w.start))}
}

// watched is a backend whose work is watched.
type watched struct {
	core.Backend
	watch *watch
}

// Load implements core.Backend.
func (b watched) Load(plan *core.Plan) (core.Program, error) {
	b.watch.call.progress("plan", 0, 0)
	b.watch.breath.take()
	defer spend(&b.watch.plan)()
	p, err := b.Backend.Load(plan)
	if err != nil {
		return nil, err
	}
	return watchedProgram{p, b.watch, len(plan.Steps)}, nil
}

type watchedProgram struct {
	core.Program
	watch *watch
	steps int
}

// Run implements core.Program.
func (p watchedProgram) Run(ctx context.Context) error {
	defer spend(&p.watch.run)()
	return p.Program.Run(&stepping{Context: ctx, watch: p.watch, total: p.steps, last: time.Now()})
}

// Fetch implements core.Program.
func (p watchedProgram) Fetch(ctx context.Context, dst map[string][]float32) (wait func() error, err error) {
	arrive, err := p.Program.Fetch(ctx, dst)
	return func() error {
		defer spend(&p.watch.read)()
		p.watch.lane.Unlock()
		defer p.watch.lane.Lock()
		return arrive()
	}, err
}

// spend returns a function that adds the time since now.
func spend(to *time.Duration) func() {
	start := time.Now()
	return func() { *to += time.Since(start) }
}

// interval is how long a computation may keep the event loop waiting.
const interval = 25 * time.Millisecond

// stepping is the context of a run. The CPU backend asks it before each step of the plan whether to go on; it uses the
// occasion to breathe, so that a cancel can be heard, and to report progress.
type stepping struct {
	context.Context
	watch       *watch
	done, total int
	last        time.Time
}

// Err implements context.Context.
func (s *stepping) Err() error {
	if time.Since(s.last) >= interval {
		if s.watch.stage != "" { // else the call tells of larger steps itself
			s.watch.call.progress(s.watch.stage, min(s.done, s.total), s.total)
		}
		s.watch.breath.take()
		s.last = time.Now()
	}
	s.done++
	return s.Context.Err()
}
