package core

import "slices"

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
		last := len(step.Bind) - 1
		if to := step.Bind[last]; p.Buffers[to].Role == Computed {
			used[to] = false // it is written anew
		}
		for _, at := range step.Bind[:last] {
			used[at] = true
		}
	}
	return idle
}
