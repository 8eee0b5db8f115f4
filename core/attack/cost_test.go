package attack_test

import (
	"context"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/kernels"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// priced is a backend that computes nothing, and adds up what it would: what a method asks for does not hang on numbers.
type priced struct {
	core.Backend
	operations *int
}

type pricedProgram struct {
	core.Program
	operations *int
	price      int
}

func (b priced) Load(p *core.Plan) (core.Program, error) {
	program, err := b.Backend.Load(p)
	price := 0
	for _, step := range p.Steps {
		price += kernels.FLOPs(step.Kernel)
	}
	return pricedProgram{program, b.operations, price}, err
}

func (p pricedProgram) Run(context.Context, func(step int)) error {
	*p.operations += p.price
	return nil
}

// An iteration's steps are a gradient each, and its end a prediction, half a gradient; whatever else is computed is small. A random start needs
// the clean image's gradient besides, which is no step; and SEA is nine iterations, three budgets for each of three losses.
func TestTwentyStepsCostTwentyGradientsAndAPrediction(t *testing.T) {
	plain, p := session(t)
	for _, e := range attack.Iterations() {
		m, err := attack.Named(e.Name)
		require.NoError(t, err)
		if m.Blind() {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			operations, steps, ends := 0, 0, 1
			if e.Name == "sea" {
				ends = 9
			}
			s, err := attack.NewSession(priced{core.NewCPU(1), &operations}, plain.Network, side, side)
			require.NoError(t, err)
			defer s.Close()
			_, err = s.Gradient(context.Background(), p, m.Objective)
			require.NoError(t, err)
			gradient := operations
			if m.Start == attack.Random {
				operations -= gradient
			}
			_, _, err = s.Run(context.Background(), p, m, func(*attack.Step) bool { steps++; return true })
			require.NoError(t, err)
			cost := float64(operations-gradient) / float64(gradient)
			assert.Zero(t, steps%20)
			assert.LessOrEqual(t, cost, float64(steps)+0.5*float64(ends)+1e-3)
			assert.GreaterOrEqual(t, cost, float64(steps), "the count misses nothing")
		})
	}
}
