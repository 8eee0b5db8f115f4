package core

import (
	"slices"

	"segfault/kernels"
)

// Idle is which computed buffers hold nothing of use while each of the steps is
// done, so that it may leave there what it will.
func (p *Plan) Idle() [][]int {
	used := make([]bool, len(p.Buffers)) // after the step
	for i, b := range p.Buffers {
		used[i] = b.Role != Computed
	}
	for _, at := range p.Outputs {
		used[at] = true
	}
	idle := make([][]int, len(p.Steps))
	for i, step := range slices.Backward(p.Steps) {
		for at := range p.Buffers {
			if !used[at] && !slices.Contains(step.Bind, at) {
				idle[i] = append(idle[i], at)
			}
		}
		first := len(step.Bind) - kernels.Updates(step.Kernel)
		for _, to := range step.Bind[first:] {
			if p.Buffers[to].Role == Computed {
				used[to] = false // it is written anew
			}
		}
		for _, at := range step.Bind[:first] {
			used[at] = true
		}
	}
	return idle
}
