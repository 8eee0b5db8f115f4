package core

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"segfault/kernels"
)

// TestIdleBuffersHoldNothingOfUse has four steps in three buffers: x → a → b → a → c.
func TestIdleBuffersHoldNothingOfUse(t *testing.T) {
	copied := func(from, to int) Step { return Step{kernels.Copy(0, 4), []int{from, to}} }
	p := &Plan{
		Buffers: []Buffer{{Count: 4, Role: Input, Name: "x"}, {Count: 4}, {Count: 4}, {Count: 4}},
		Steps:   []Step{copied(0, 1), copied(1, 2), copied(2, 1), copied(1, 3)},
		Outputs: map[string]int{"c": 3},
	}
	assert.Equal(t, [][]int{{2, 3}, {3}, {3}, {2}}, p.Idle())
	p.Outputs["b"] = 2
	assert.Equal(t, [][]int{{2, 3}, {3}, {3}, nil}, p.Idle(), "an output is kept to the end")
}
