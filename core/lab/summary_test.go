package lab

import (
	"testing"

	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestManyAttacksAreToldTogether(t *testing.T) {
	l := New(newHost(t))
	pair := func(before, after float64) attack.Pair { return attack.Pair{Before: &before, After: &after} }
	s, err := l.Summary(background, &SummaryParams{SummaryOptions{[]Attacked{
		{"a", "dice", pair(0.8, 0.4), pair(0.8, 0.4), 0.01},
		{"a", "bce", pair(0.8, 0.7), pair(0.8, 0), 0.02}, // another class of the same shape
		{"b", "bce", pair(0.6, 0.1), pair(0.4, 0), 0},
		{"c", "dice", pair(0.6, 0.2), pair(0.4, 0.2), 0},
		{"d", "dice", attack.Pair{}, attack.Pair{}, 0.03}, // which found nothing where there is nothing
	}}})
	require.NoError(t, err)
	assert.Equal(t, []int{4, 3, 2}, []int{s.Attacks, s.Models, s.Ways})
	assert.InDeltaSlice(t, []float64{0.7, 0.35, 0.6, 0.15}, []float64{*s.Union.Before, *s.Union.After, *s.True.Before, *s.True.After}, 1e-12)
	assert.Equal(t, 0.03, s.LInf)
	assert.Equal(t, []Harm{{"bce", 2}, {"dice", 1}}, s.Worst)

	s, err = l.Summary(background, &SummaryParams{})
	require.NoError(t, err)
	assert.Nil(t, s.Union.After)
}

func TestNoWayToAttackIsSaidToDoMostHarmWhereNoneDoesAnyOrSeveralAsMuch(t *testing.T) {
	l := New(newHost(t))
	half, whole, none := 0.5, 1.0, 0.0
	of := func(before, after *float64) attack.Pair { return attack.Pair{Before: before, After: after} }
	attacked := func(model, how string, p attack.Pair) Attacked { return Attacked{model, how, p, p, 0} }
	s, err := l.Summary(background, &SummaryParams{SummaryOptions{[]Attacked{
		attacked("held", "dice", of(&half, &half)), attacked("held", "bce", of(&half, &whole)),
		attacked("agreeing", "dice", of(nil, &whole)), attacked("agreeing", "bce", of(nil, &whole)),
		attacked("broken", "dice", of(&half, &none)), attacked("broken", "bce", of(&half, &none)),
		attacked("worse", "dice", of(nil, &half)), attacked("worse", "bce", of(nil, &half)), attacked("worse", "focal", of(nil, &none)),
	}}})
	require.NoError(t, err)
	assert.Equal(t, []Harm{{"focal", 1}}, s.Worst)
}

func TestTheWorstSlicesAreThoseOfWhichTheMostIsLostOfWhatIsTold(t *testing.T) {
	row := func(slice int, union, own float64) SliceNumbers {
		whole := 1.0
		return SliceNumbers{Slice: slice, Pair: attack.Pair{Before: &whole, After: &union}, True: attack.Pair{Before: &whole, After: &own}, Reference: 5}
	}
	assert.Equal(t, []int{1, 2, 0}, worst([]SliceNumbers{row(0, 0.5, 0.5), row(1, 0.9, 0), row(2, 0.2, 0.2)}))
}
