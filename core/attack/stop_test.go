package attack_test

import (
	"slices"
	"testing"

	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// until ends an attack after a step.
func until(last int) func(*attack.Step) bool {
	return func(s *attack.Step) bool { return s.Done < last }
}

func TestAnEndedAttackKeepsItsPromisesAndCanBeRepeated(t *testing.T) {
	s, p := session(t)
	for _, e := range attack.Methods() {
		m := named(t, e.Name)
		m.Epsilon = 0.02
		if m.Norm == attack.L2 || m.Steps == 1 { // a target, or nothing to end
			continue
		}
		for _, last := range []int{1, 4, 9} {
			_, f, err := s.Run(t.Context(), p, m, until(last))
			require.NoError(t, err, e.Name)
			assert.LessOrEqual(t, m.Norm.Measure(change(p.Image, f.Adversarial)), float64(m.Epsilon)*(1+1e-5), "%s after %d steps: the budget", e.Name, last)
			assert.Less(t, len(f.Points), m.Steps, "%s after %d steps", e.Name, last)
			_, again, err := s.Run(t.Context(), p, m, until(last))
			require.NoError(t, err)
			assert.Equal(t, f, again, "%s after %d steps, to the bit", e.Name, last)
		}
	}
}

func TestAnEndedAttackBeginsNoOtherRun(t *testing.T) {
	s, p := session(t)
	m, steps := named(t, "pgd"), 0
	m.Steps, m.Restarts = 5, 3
	_, _, err := s.Run(t.Context(), p, m, func(s *attack.Step) bool { steps++; return s.Done < 7 })
	require.NoError(t, err)
	assert.Equal(t, 7, steps)
}

func TestAnEndedSearchTellsWhatItFound(t *testing.T) {
	s, p := session(t)
	m := named(t, "bim")
	m.Epsilon = 0.5
	steps, success := 0, func(_ *attack.Gradient, f *attack.Fault) bool { return !slices.Equal(f.Adversarial, p.Image) }
	l, err := s.Least(t.Context(), p, m, 8, success, func(*attack.Step) bool { steps++; return steps < 3*m.Steps-1 }, nil)
	require.NoError(t, err)
	assert.True(t, l.Found && l.Cut)
	assert.Len(t, l.Curve, 4, "the clean image and three tries")
}

func TestALookShowsTheStepsThatAreDone(t *testing.T) {
	for _, name := range []string{"apgd", attack.Square} {
		t.Run(name, func(t *testing.T) { lookedAt(t, named(t, name)) })
	}
}

func lookedAt(t *testing.T, m attack.Method) {
	s, p := session(t)
	m.Steps = min(m.Steps, 24)
	var seen []attack.Point
	logits := make([]float32, 2*side*side)
	untouched, err := s.Predict(t.Context(), p.Image)
	require.NoError(t, err)
	_, f, err := s.Run(t.Context(), p, m, func(step *attack.Step) (on bool) {
		var err error
		seen, err = step.Look(t.Context(), logits)
		require.NoError(t, err)
		require.Len(t, seen, step.Done)
		if step.Done == 1 && !m.Blind() {
			assert.InDeltaSlice(t, untouched, logits, 1e-4, "the first step begins at the clean image")
		}
		return true
	})
	require.NoError(t, err)
	assert.Equal(t, f.Points[:m.Steps], seen)
	assert.Len(t, f.Points, m.Steps+1, "of the clean image and after each step")
}
