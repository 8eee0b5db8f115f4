package attack

import "segfault/core"

// Rise is what an objective's gradient is taken of, for tests that come from outside.
func (o Objective) Rise(logits, target, before *core.Node) *core.Node {
	_, rise := o.of(logits, target, before)
	return rise
}

// Halves are λ of every step, for the same.
func Halves(steps int) []float32 { return halves(steps) }
