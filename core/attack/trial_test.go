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
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tried lists attacks of one step, whose number is no multiple of a batch, and between them some of several.
func tried() []attack.Method {
	var list []attack.Method
	for _, epsilon := range []float32{0, 0.009, 0.05} {
		for _, a := range all(epsilon) {
			if a.Steps == 1 || a.Rule == attack.Additive && a.Loss == core.BCE && epsilon > 0.01 {
				list = append(list, a)
			}
		}
	}
	shared := attack.FGSM()
	shared.Grey = true
	return append(list, shared)
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
	s, p := session(t)
	noise, err := attack.Named(attack.Noise)
	require.NoError(t, err)
	attacks := append(tried(), noise)
	trial, err := attack.NewTrial(core.NewCPU(0), s.Network, side, side, attacks)
	require.NoError(t, err)
	defer trial.Close()
	got := outcomes(t, trial, p.Image, p.Truth)
	require.Len(t, got, len(attacks))
	for i, a := range attacks {
		g, f, err := s.Run(context.Background(), p, a, nil)
		require.NoError(t, err)
		want, err := attack.Measure(p.Image, g, f, p.Truth, net.Shape{Classes: 2}, side, side)
		require.NoError(t, err)
		o := got[i]
		if a.Name == attack.Noise { // which follows no loss
			want.Loss = 0
		}
		require.Equal(t, a, o.Method)
		require.Equal(t, f.Adversarial, o.Adversarial, "%+v", a)
		require.Equal(t, f.Logits, o.Logits, "%+v", a)
		require.Equal(t, []any{want.Before, want.After, want.Flipped, want.Elements, want.Loss, want.LInf, want.L2},
			[]any{o.Before, o.After, o.Flipped, o.Elements, o.Loss, o.LInf, o.L2}, "%+v", a)
	}
}

func TestSwappedCrossEntropyPushesDownExactlyWhatIsLabelled(t *testing.T) {
	s, p := session(t)
	trial, err := attack.NewTrial(core.NewCPU(0), s.Network, side, side, tried())
	require.NoError(t, err)
	defer trial.Close()
	for _, o := range outcomes(t, trial, p.Image, p.Truth) {
		if !slices.Contains(goldenLosses, o.Method.Loss) {
			continue
		}
		if o.Method.Loss == core.BCE && o.Method.Swapped {
			assert.InDelta(t, 1, o.Alignment, 1e-12)
			assert.LessOrEqual(t, o.Deviation, 1e-6, "of N·gradient + label; N is a power of two")
		} else {
			assert.Less(t, o.Alignment, 0.999, "%+v", o.Method)
			assert.Greater(t, o.Deviation, 0.01, "%+v", o.Method)
		}
	}
}

func TestTrialWithoutTruthComparesWithThePrediction(t *testing.T) {
	s, p := session(t)
	a := attack.FGSM()
	trial, err := attack.NewTrial(core.NewCPU(0), s.Network, side, side, []attack.Method{a})
	require.NoError(t, err)
	defer trial.Close()
	assert.ErrorContains(t, trial.Run(context.Background(), p.Image, nil, nil), "there is no truth")

	a.Target = attack.Prediction
	trial, err = attack.NewTrial(core.NewCPU(0), s.Network, side, side, []attack.Method{a})
	require.NoError(t, err)
	defer trial.Close()
	assert.Equal(t, 1.0, outcomes(t, trial, p.Image, nil)[0].Before.Union)
	assert.Less(t, outcomes(t, trial, p.Image, p.Truth)[0].Before.Union, 1.0)
}

func TestTrialsOnManyCoresShareAModel(t *testing.T) {
	s, p := session(t)
	results := make([][]attack.Outcome, 4)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() {
			trial, err := attack.NewTrial(core.NewCPU(1), s.Network, side, side, tried()[:16])
			if assert.NoError(t, err) {
				defer trial.Close()
				results[i] = outcomes(t, trial, p.Image, p.Truth)
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
	s, p := session(t)
	trial, err := attack.NewTrial(core.NewCPU(0), s.Network, side, side, tried())
	require.NoError(t, err)
	defer trial.Close()
	enough := errors.New("enough")
	assert.ErrorIs(t, trial.Run(context.Background(), p.Image, p.Truth, func(attack.Outcome) error { return enough }), enough)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, trial.Run(ctx, p.Image, p.Truth, nil), context.Canceled)
}

func TestTrialRefusesWhatItCannotTry(t *testing.T) {
	s, _ := session(t)
	try := func(height int, attacks ...attack.Method) error {
		_, err := attack.NewTrial(core.NewCPU(0), s.Network, height, side, attacks)
		return err
	}
	wrong := attack.FGSM()
	wrong.Epsilon = 2
	assert.ErrorContains(t, try(40, attack.FGSM()), "multiples of 32")
	assert.ErrorContains(t, try(side), "at least one method")
	assert.ErrorContains(t, try(side, wrong), "epsilon 2 is out of range")
}
