//go:build js && wasm

package webgpu

import (
	"context"
	"time"

	"segfault/core"
)

// Trace implements core.Traced, by the GPU's own clock where it has one. Without
// it every step is waited for, which adds the way there and back.
func (p *program) Trace(ctx context.Context) ([]core.StepTime, error) {
	l, err := p.ready(ctx)
	if err != nil {
		return nil, err
	}
	l.forget()
	took, err := l.last(ctx, len(l.steps)-effects(p.plan))
	if err != nil {
		return nil, l.session.explain("the trace failed", err)
	}
	times := make([]core.StepTime, len(l.steps))
	for i, step := range l.steps {
		times[i] = core.StepTime{By: step.shader.Name, Took: took[i]}
	}
	p.ran = true
	return times, nil
}

// tracing is how long steps may be done again for the clock's sake.
const tracing = time.Second

// effects is how many steps at a plan's end change inputs and parameters.
func effects(plan *core.Plan) (n int) {
	for _, s := range plan.Steps {
		if plan.Buffers[s.Bind[len(s.Bind)-1]].Role != core.Computed {
			n++
		}
	}
	return n
}

// last is how long steps last. Of the pure ones, which come first, what the clock cannot tell is done until it can, and then all once more, since a
// step that is done twice may read what it wrote. The others are done once, as in a run.
func (l *loaded) last(ctx context.Context, pure int) ([]time.Duration, error) {
	steps := l.steps[:pure]
	grain, err := l.grain(ctx)
	if err != nil {
		return nil, err
	}
	took, err := l.measure(ctx, 1, steps...)
	if err != nil {
		return nil, err
	}
	var short []int
	for i, t := range took {
		if t < telling*grain {
			short = append(short, i)
		}
	}
	rest := l.steps[pure:]
	if len(short) > 0 {
		rest = l.steps
	}
	began := time.Now()
	for times := 4; len(short) > 0 && times <= most && 4*time.Since(began) < tracing; times *= 4 {
		began = time.Now()
		again := make([]step, len(short))
		for j, i := range short {
			again[j] = steps[i]
		}
		more, err := l.measure(ctx, times, again...)
		if err != nil {
			return nil, err
		}
		left := short[:0]
		for j, i := range short {
			if took[i] = more[j] / time.Duration(times); more[j] < telling*grain {
				left = append(left, i)
			}
		}
		short = left
	}
	more, err := l.measure(ctx, 1, rest...)
	if err != nil {
		return nil, err
	}
	return append(took, more[len(rest)-len(l.steps[pure:]):]...), nil
}
