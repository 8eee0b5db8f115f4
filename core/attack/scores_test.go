package attack

import (
	"testing"

	"segfault/core/metrics"

	"github.com/stretchr/testify/assert"
)

// Three classes of two pixels: one that is lost, one that is nowhere, one that the attack invents.
var (
	scoredTruth  = []uint8{1, 1, 0, 0, 0, 0}
	scoredBefore = []uint8{1, 1, 0, 0, 0, 0}
	scoredAfter  = []uint8{0, 0, 0, 0, 0, 1}
)

func TestClassThatIsNowhereHasNoScore(t *testing.T) {
	s := Score(Truth, metrics.Compare(scoredBefore, scoredTruth, 3), metrics.Compare(scoredAfter, scoredTruth, 3))
	for _, of := range []PerClass{s.Dice, s.IoU} {
		assert.Nil(t, of.Before[1])
		assert.Nil(t, of.After[1])
		assert.InDelta(t, 1, *of.Before[0], 1e-4)
		assert.InDelta(t, 0, *of.After[0], 1e-4)
		assert.InDelta(t, 1, *of.Before[2], 1e-4, "rightly not found before")
		assert.InDelta(t, 0, *of.After[2], 1e-4)
		assert.InDelta(t, 1, *of.Mean.Before, 1e-4)
		assert.InDelta(t, 0, *of.Mean.After, 1e-4, "the class that is nowhere is no part of the mean")
	}
	assert.InDelta(t, 1.0/3, *s.Union.Drop(), 1e-4)
}

func TestWithoutATruthThereIsNoScoreBefore(t *testing.T) {
	s := Score(Prediction, metrics.Compare(scoredBefore, scoredBefore, 3), metrics.Compare(scoredAfter, scoredBefore, 3))
	assert.Equal(t, []*float64{nil, nil, nil}, s.Dice.Before)
	assert.Equal(t, []*float64{nil, nil, nil}, s.IoU.Before)
	assert.Nil(t, s.Dice.Mean.Before)
	assert.Nil(t, s.Union.Before)
	assert.Nil(t, s.Union.Drop())
	assert.InDelta(t, 2.0/3, *s.Union.After, 1e-4)
	assert.InDelta(t, 0, *s.Dice.After[0], 1e-4)
}

func TestWhereThereIsNothingThereAreNoScores(t *testing.T) {
	nothing := make([]uint8, 6)
	for _, reference := range []Target{Truth, Prediction} {
		s := Score(reference, metrics.Compare(nothing, nothing, 3), metrics.Compare(nothing, nothing, 3))
		assert.Equal(t, []*float64{nil, nil, nil}, s.Dice.After, reference)
		assert.Equal(t, Pair{}, s.Dice.Mean, reference)
		assert.Equal(t, Pair{}, s.Union, reference)
	}
}
