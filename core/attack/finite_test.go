package attack_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// broken is a session whose network has a huge number in a tensor.
func broken(t *testing.T, tensor string, value float32) (s *attack.Session, p attack.Problem) {
	t.Helper()
	return sessionWith(t, func(tensors map[string]*core.Tensor) {
		for i := range tensors[tensor].Data {
			tensors[tensor].Data[i] = value
		}
	})
}

func TestLogitsThatAreNotFiniteAreSaidWithTheirLayer(t *testing.T) {
	s, p := broken(t, "encoder.features.3.weight", 1e38)
	ctx := context.Background()
	a := attack.FGSM()
	iterated := a
	iterated.Steps = 3
	for name, do := range map[string]func() error{
		"predict":   func() error { _, err := s.Predict(ctx, p.Image); return err },
		"gradient":  func() error { _, err := s.Gradient(ctx, p, a.Objective); return err },
		"at once":   func() error { _, _, err := s.Run(ctx, p, a, nil); return err },
		"iteration": func() error { _, _, err := s.Run(ctx, p, iterated, nil); return err },
		"apply": func() error {
			_, err := s.Apply(ctx, p, &attack.Gradient{Logits: make([]float32, len(p.Image)*2/3), Values: make([]float32, len(p.Image))}, a)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := do()
			problem := &attack.NotFinite{}
			require.True(t, errors.As(err, &problem), "%v", err)
			assert.Contains(t, problem.What, "logits")
			assert.Contains(t, problem.Where, "encoder.features.3")
			assert.ErrorContains(t, attack.Of("tiny", "", err), "of the model tiny became")
			problem.Model = ""
			assert.Regexp(t, `^attack: the (attacked image's )?logits of the model became (NaN|infinite) \(\d+ of 2048 numbers, first at encoder.features.3 .*\): its numbers go beyond`, err.Error())
		})
	}
}

// Logits of 1e38 are finite; their sum is not.
func TestALossThatIsNotFiniteIsSaid(t *testing.T) {
	s, p := broken(t, "segmentation_head.0.bias", 1e38)
	a := attack.FGSM()
	a.Loss = core.BCE
	_, err := s.Predict(context.Background(), p.Image)
	require.NoError(t, err)
	_, err = s.Gradient(context.Background(), p, a.Objective)
	assert.ErrorContains(t, err, "attack: the loss of the model became infinite (1 of 1 numbers, first at sum after segmentation_head.0)")
}

func TestATrialThatIsNotFiniteEnds(t *testing.T) {
	s, p := broken(t, "encoder.features.3.weight", 1e38)
	trial, err := attack.NewTrial(core.NewCPU(1), s.Network, side, side, []attack.Method{attack.FGSM()})
	require.NoError(t, err)
	defer trial.Close()
	err = trial.Run(context.Background(), p.Image, make([]uint8, 2*side*side), func(attack.Outcome) error { return nil })
	assert.ErrorContains(t, err, "attack: the logits of the model became")
}

// poisoned is a backend whose programs give NaN where the CPU does not.
type poisoned struct{ core.Backend }

func (b poisoned) Load(p *core.Plan) (core.Program, error) {
	program, err := b.Backend.Load(p)
	return poisonedProgram{program}, err
}

type poisonedProgram struct{ core.Program }

func (p poisonedProgram) Fetch(_ context.Context, dst map[string][]float32) (func() error, error) {
	for _, x := range dst {
		for i := range x {
			x[i] = float32(math.NaN())
		}
	}
	return func() error { return nil }, nil
}

func TestABackendThatFailsAloneIsNotTheModelsFault(t *testing.T) {
	s, p := session(t)
	other, err := attack.NewSession(poisoned{core.NewCPU(1)}, s.Network, side, side)
	require.NoError(t, err)
	_, err = other.Predict(context.Background(), p.Image)
	assert.EqualError(t, err, "attack: the model's logits became NaN on this backend, but not on the CPU; use the CPU")
	assert.False(t, errors.As(err, new(*attack.NotFinite)))
}
