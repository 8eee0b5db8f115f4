package lab

import (
	"context"
	"time"

	"segfault/core"
)

// watched is a backend whose work is that of whoever is at work in the lab.
type watched struct {
	core.Backend
	lab *Lab
}

// Load implements core.Backend.
func (b watched) Load(plan *core.Plan) (core.Program, error) {
	c := b.lab.at
	c.progress("plan", 0, 0)
	b.lab.host.Breathe()
	defer spend(&c.time.plan)()
	p, err := b.Backend.Load(plan)
	if err != nil {
		return nil, err
	}
	return watchedProgram{p, b.lab, len(plan.Steps)}, nil
}

type watchedProgram struct {
	core.Program
	lab   *Lab
	steps int
}

// interval is how long a computation may keep the host waiting.
const interval = 25 * time.Millisecond

// Run implements core.Program. After a step of the plan it lets the host breathe now and then, and reports progress.
func (p watchedProgram) Run(ctx context.Context, tick func(step int)) error {
	c := p.lab.at
	defer spend(&c.time.run)()
	return p.Program.Run(ctx, func(step int) {
		if tick != nil {
			tick(step)
		}
		if time.Since(c.breathed) < interval { // also by runs before this one, which may all be quicker
			return
		}
		if c.stage != "" { // else the call tells of larger steps itself
			c.progress(c.stage, step, p.steps)
		}
		c.breathe()
		c.breathed = time.Now()
	})
}

// Fetch implements core.Program: others are at work until the results are there, but for a look at a run, which has
// the model meanwhile: whoever then had the lab and came to the same model would wait for it forever.
func (p watchedProgram) Fetch(ctx context.Context, dst map[string][]float32) (wait func() error, err error) {
	c := p.lab.at
	arrive, err := p.Program.Fetch(ctx, dst)
	return func() error {
		defer spend(&c.time.read)()
		if c.looks {
			return arrive()
		}
		return c.away(arrive)
	}, err
}

// spend returns a function that adds the time since now.
func spend(to *time.Duration) func() {
	start := time.Now()
	return func() { *to += time.Since(start) }
}
