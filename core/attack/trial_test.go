package attack_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// singles lists attacks of one step; their number is no multiple of a batch.
func singles() []attack.Attack {
	var list []attack.Attack
	for _, epsilon := range []float32{0, 0.009, 0.05} {
		for _, a := range all(epsilon) {
			if a.Steps == 1 {
				list = append(list, a)
			}
		}
	}
	shared := attack.FGSM()
	shared.Shared = true
	return append(list, shared)
}

func planes(target []float32) []uint8 {
	p := make([]uint8, len(target))
	for i, v := range target {
		p[i] = uint8(v)
	}
	return p
}

func outcomes(t *testing.T, trial *attack.Trial, image []float32, truth []uint8) []attack.Outcome {
	t.Helper()
	var list []attack.Outcome
	require.NoError(t, trial.Run(context.Background(), image, truth, func(o attack.Outcome) error {
		o.Adversarial, o.Logits = slices.Clone(o.Adversarial), slices.Clone(o.Logits)
		list = append(list, o)
		return nil
	}))
	return list
}

func TestTrialDoesWhatSessionsDoOneByOne(t *testing.T) {
	s, image, target := session(t)
	attacks := singles()
	trial, err := attack.NewTrial(core.NewCPU(0), s.Model, side, side, attacks)
	require.NoError(t, err)
	defer trial.Close()
	got := outcomes(t, trial, image, planes(target))
	require.Len(t, got, len(attacks))
	for i, a := range attacks {
		g, f, err := s.Run(context.Background(), image, target, a, nil)
		require.NoError(t, err)
		want, err := attack.Measure(image, g, f, planes(target), 2, side, side)
		require.NoError(t, err)
		o := got[i]
		require.Equal(t, a, o.Attack)
		require.Equal(t, f.Adversarial, o.Adversarial, "%+v", a)
		require.Equal(t, f.Logits, o.Logits, "%+v", a)
		require.Equal(t, []any{want.Before, want.After, want.Flipped, want.Elements, want.Loss, want.LInf, want.L2},
			[]any{o.Before, o.After, o.Flipped, o.Elements, o.Loss, o.LInf, o.L2}, "%+v", a)
	}
}

func TestSwappedCrossEntropyPushesDownExactlyWhatIsLabelled(t *testing.T) {
	s, image, target := session(t)
	trial, err := attack.NewTrial(core.NewCPU(0), s.Model, side, side, singles())
	require.NoError(t, err)
	defer trial.Close()
	for _, o := range outcomes(t, trial, image, planes(target)) {
		if o.Attack.Loss == core.BCE && o.Attack.Swapped {
			assert.InDelta(t, 1, o.Alignment, 1e-12)
			assert.LessOrEqual(t, o.Deviation, 1e-6, "of N·gradient + label; N is a power of two")
		} else {
			assert.Less(t, o.Alignment, 0.999, "%+v", o.Attack)
			assert.Greater(t, o.Deviation, 0.01, "%+v", o.Attack)
		}
	}
}

func TestTrialWithoutTruthComparesWithThePrediction(t *testing.T) {
	s, image, target := session(t)
	a := attack.FGSM()
	trial, err := attack.NewTrial(core.NewCPU(0), s.Model, side, side, []attack.Attack{a})
	require.NoError(t, err)
	defer trial.Close()
	assert.ErrorContains(t, trial.Run(context.Background(), image, nil, nil), "there is no truth")

	a.Label = attack.Prediction
	trial, err = attack.NewTrial(core.NewCPU(0), s.Model, side, side, []attack.Attack{a})
	require.NoError(t, err)
	defer trial.Close()
	assert.Equal(t, 1.0, outcomes(t, trial, image, nil)[0].Before.Union)
	assert.Less(t, outcomes(t, trial, image, planes(target))[0].Before.Union, 1.0)
}

func TestTrialsOnManyCoresShareAModel(t *testing.T) {
	s, image, target := session(t)
	results := make([][]attack.Outcome, 4)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() {
			trial, err := attack.NewTrial(core.NewCPU(1), s.Model, side, side, singles()[:16])
			if assert.NoError(t, err) {
				defer trial.Close()
				results[i] = outcomes(t, trial, image, planes(target))
			}
		})
	}
	wait.Wait()
	for _, r := range results {
		assert.Len(t, r, 16)
		for _, o := range r {
			assert.False(t, math.IsNaN(o.Loss))
		}
	}
}

func TestTrialEndsWhereItIsTold(t *testing.T) {
	s, image, target := session(t)
	trial, err := attack.NewTrial(core.NewCPU(0), s.Model, side, side, singles())
	require.NoError(t, err)
	defer trial.Close()
	enough := errors.New("enough")
	assert.ErrorIs(t, trial.Run(context.Background(), image, planes(target), func(attack.Outcome) error { return enough }), enough)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, trial.Run(ctx, image, planes(target), nil), context.Canceled)
}

func TestTrialRefusesWhatItCannotTry(t *testing.T) {
	s, _, _ := session(t)
	try := func(height int, attacks ...attack.Attack) error {
		_, err := attack.NewTrial(core.NewCPU(0), s.Model, height, side, attacks)
		return err
	}
	wrong, iterated := attack.FGSM(), attack.FGSM()
	wrong.Epsilon, iterated.Steps = 2, 3
	assert.ErrorContains(t, try(40, attack.FGSM()), "multiples of 32")
	assert.ErrorContains(t, try(side), "at least one attack")
	assert.ErrorContains(t, try(side, wrong), "epsilon 2 is out of range")
	assert.ErrorContains(t, try(side, iterated), "attacks of one step, found one of 3")
}
