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

// Run implements core.Program. After a step of the plan it breathes now and then, so that a cancel can be heard, and reports progress.
func (p watchedProgram) Run(ctx context.Context, tick func(step int)) error {
	defer spend(&p.watch.run)()
	last := time.Now()
	return p.Program.Run(ctx, func(step int) {
		if tick != nil {
			tick(step)
		}
		if time.Since(last) < interval {
			return
		}
		if p.watch.stage != "" { // else the call tells of larger steps itself
			p.watch.call.progress(p.watch.stage, step, p.steps)
		}
		p.watch.breath.take()
		last = time.Now()
	})
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
