package coretest

import (
	"flag"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"segfault/core"
	"segfault/kernels"
)

var search = flag.Bool("search", false, "look for seeds of networks without ties")

// TestUntiedNetworksHaveNoTies holds the networks to what they are for.
func TestUntiedNetworksHaveNoTies(t *testing.T) {
	for _, u := range UntiedNetworks {
		t.Run(u.Name, func(t *testing.T) {
			if *search {
				best, margin := u.Seed, 0.0
				for u.Seed = range 200 {
					if m := u.margin(t); m > margin {
						best, margin = u.Seed, m
					}
				}
				t.Logf("%s: seed %d has a margin of %.2g", u.Name, best, margin)
				return
			}
			assert.GreaterOrEqual(t, u.margin(t), UntiedMargin)
		})
	}
}

func TestUntiedGradientsOnTheCPU(t *testing.T) {
	for _, u := range UntiedNetworks {
		t.Run(u.Name, func(t *testing.T) { u.CheckGradient(t, core.NewCPU(2)) })
	}
}

// TestAWrongStepIsFound has some numbers of a step missing,
// step after step: the yardstick is for finding that.
func TestAWrongStepIsFound(t *testing.T) {
	plan, inputs := UntiedNetworks[0].problem(t)
	want := Evaluate(t, core.NewCPU(1), plan, inputs)
	for i, step := range plan.Steps {
		if kernels.FLOPs(step.Kernel) == 0 {
			continue
		}
		wrong := *plan
		wrong.Steps = slices.Clone(plan.Steps)
		wrong.Steps[i].Kernel = tampered{step.Kernel}
		found := false
		for name, got := range Evaluate(t, core.NewCPU(1), &wrong, inputs) {
			found = found || RelativeError(got, want[name]) > Tolerance
		}
		assert.True(t, found, plan.Describe(i))
	}
}

// tampered computes a kernel, and forgets one result in three.
type tampered struct{ kernels.Kernel }

func (k tampered) Bind(w *kernels.Workers, b [][]float32) []kernels.Stage {
	return append(k.Kernel.Bind(w, b), kernels.Stage{Parts: 1, Do: func(int, int) {
		y := b[len(b)-1]
		for i := 0; i < len(y); i += 3 {
			y[i] = 0
		}
	}})
}
