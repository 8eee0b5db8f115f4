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
	took, err := l.last(ctx, l.steps)
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

// last is how long steps last. What the clock cannot tell is done until it can, and then all once more, since a step that is done twice may read
// what it wrote.
func (l *loaded) last(ctx context.Context, steps []step) ([]time.Duration, error) {
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
	if len(short) == 0 {
		return took, nil
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
	_, err = l.measure(ctx, 1, steps...)
	return took, err
}
