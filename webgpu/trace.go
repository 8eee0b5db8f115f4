//go:build js && wasm

package webgpu

import (
	"context"

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
	took, err := l.measure(ctx, 1, l.steps...)
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
