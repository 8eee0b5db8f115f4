package lab

import (
	"testing"

	"segfault/core/attack"
	"segfault/core/report"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compared is an attack with its controls, and their methods.
func compared(t *testing.T, l *Lab, p *AttackParams) (f *Fault, methods []string, told []Control) {
	t.Helper()
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	of, err := l.Beside(background, &BesideParams{Of: f.ID, BesideOptions: BesideOptions{Blind: true}})
	require.NoError(t, err)
	for _, c := range of.Controls {
		methods = append(methods, c.Method)
	}
	return f, methods, of.Controls
}

func TestBesideAnAttackStandNoiseAndOneWithoutGradientsOfItsSize(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	p := NewAttack(id)
	p.Epsilon = 0.05
	f, methods, told := compared(t, l, p)
	assert.Equal(t, []string{"noise", "square"}, methods)
	for _, c := range told {
		assert.Equal(t, f.Metrics.Dice.Union.Before, c.Metrics.Dice.Union.Before, c.Method)
		assert.Equal(t, attack.Truth, c.Metrics.Reference, c.Method)
		assert.InDelta(t, f.Metrics.LInf, c.Metrics.LInf, 1e-6, c.Method)
	}
	assert.Less(t, told[0].Metrics.Flipped, f.Metrics.Flipped, "noise is no attack")
}

// What is judged is what the attack was judged by.
func TestControlsSeekTheTargetBehindTheDefenceInTheRegionOfTheAttack(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "target", 0, 1)
	p := NewAttack(id)
	require.NoError(t, p.Take("bim"))
	p.Target, p.Epsilon, p.Defence = attack.Painted, 0.1, "median"
	f, _, told := compared(t, l, p)
	require.Len(t, told, 2)
	for _, c := range told {
		require.NotNil(t, c.Metrics.Target, c.Method)
		assert.Equal(t, f.Metrics.Target.Before, c.Metrics.Target.Before, c.Method)
	}
}

func TestAControlHasNoneOfItsKindBesideIt(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	for name, want := range map[string][]string{"noise": {"square"}, "square": {"noise"}} {
		p := NewAttack(id)
		require.NoError(t, p.Take(name))
		_, methods, _ := compared(t, l, p)
		assert.Equal(t, want, methods, name)
	}
	p := NewAttack(id)
	p.Norm, p.Epsilon, p.On = attack.L2, 1, OnInput
	_, methods, told := compared(t, l, p)
	assert.Equal(t, []string{"noise", "square"}, methods)
	assert.LessOrEqual(t, told[1].Metrics.L2, 1+1e-5, "Square, of the maximum norm, is within the attack's budget")
}

func TestControlsLeaveNoResultBehind(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	f, _, told := compared(t, l, NewAttack(id))
	last := f.ID
	for k := range told {
		_, err := l.Result(last + 1 + k)
		assert.Error(t, err)
	}
}

// An attack without gradients takes hundreds of predictions, so a page has it where a defence may hide the gradient.
func TestAnAttackWithoutGradientsStandsBesideADefenceUnasked(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	for defence, want := range map[string]int{"": 1, "median": 2} {
		p := NewAttack(id)
		p.Defence = defence
		f, err := l.Attack(background, p)
		require.NoError(t, err)
		of, err := l.Beside(background, &BesideParams{Of: f.ID})
		require.NoError(t, err)
		assert.Len(t, of.Controls, want, defence)
	}
}

func TestControlsOfMasksThatHaveChangedSinceAreRefused(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	f := attacked(t, l, id, 0)
	paint(t, l, id, "truth", 0, 1)
	_, err := l.Beside(background, &BesideParams{Of: f.ID})
	assert.EqualError(t, err, "segfault: the scan's masks have changed since this was attacked; attack it again")
}

func TestBesideAPredictionStandsNothing(t *testing.T) {
	l, _ := opened(t)
	clean, err := l.Predict(background, &PredictParams{Scan: loaded(t, l, 1)})
	require.NoError(t, err)
	_, err = l.Beside(background, &BesideParams{Of: clean.ID})
	assert.ErrorContains(t, err, "nothing stands beside one; attack the slice")
}

func TestBesideAVolumeStandNoiseOnAllSlicesAndOneWithoutGradientsOnTheWorst(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 6)
	p := NewVolumeAttack(id)
	p.Epsilon = 0.05
	v, err := l.AttackVolume(background, p)
	require.NoError(t, err)
	require.Len(t, v.Worst, mostWorst)
	of, err := l.Beside(background, &BesideParams{Of: v.ID, BesideOptions: BesideOptions{Blind: true}})
	require.NoError(t, err)
	require.Len(t, of.Volume, 2)
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5}, of.Volume[0].Slices)
	assert.Equal(t, v.Dice.Union.After, of.Volume[0].Dice.Before, "of the volume as a whole")
	assert.Equal(t, v.Dice.True.After, of.Volume[0].True.Before, "of the volume as a whole")
	assert.Greater(t, *of.Volume[0].Dice.After, *of.Volume[0].Dice.Before, "noise is no attack")
	assert.Equal(t, v.Worst, of.Volume[1].Slices)
}

func TestTheWorstSlicesAreThoseInWhichADiceFellTheFurthest(t *testing.T) {
	dice := func(v float64) *float64 { return &v }
	row := func(slice int, before, after *float64, reference int) SliceNumbers {
		return SliceNumbers{Slice: slice, Pair: attack.Pair{Before: before, After: after}, Reference: reference}
	}
	assert.Equal(t, []int{3, 1, 5, 4}, worst([]SliceNumbers{
		row(0, nil, nil, 0), row(1, dice(0.9), dice(0.5), 9), row(2, dice(0.2), dice(0.2), 1), row(3, dice(0.9), dice(0), 1), row(4, dice(0.1), dice(0.1), 5),
		row(5, nil, dice(0.8), 9), row(6, dice(1), dice(0), 0),
	}), "of those alike the one that shows the most, and none that shows nothing")
}

func TestNoiseThatHasNothingFoundWhereAnAttackInventsDoesLess(t *testing.T) {
	none := 0.0
	assert.Contains(t, controls[0].meaning(report.Left{Dice: &none}, report.Left{}, false), "does less")
	assert.Equal(t, "There is nothing to find here.", controls[0].meaning(report.Left{}, report.Left{}, false))
}

// It leaves more of all classes together than noise does.
func TestNoiseThatLeavesTheClassThatAnAttackChangesDoesLess(t *testing.T) {
	left := func(all, own float64) report.Left { return report.Left{Dice: &all, True: &own} }
	assert.Contains(t, controls[0].meaning(left(0.89, 0), left(0.83, 0.72), false), "does less")
	assert.Contains(t, controls[1].meaning(left(0.8, 0.7), left(0.85, 0), false), "the gradient is hidden")
}

// In L2 a change may be larger than the whole range for each of its values.
func TestAControlOfAHugeChangeIsOneOfTheWholeRange(t *testing.T) {
	how := Paper()
	how.Target, how.Norm, how.Epsilon = attack.Prediction, attack.L2, 200
	square, err := controls[1].as(how, 32*32)
	require.NoError(t, err)
	assert.NoError(t, square.Check())
	assert.Equal(t, float32(1), square.Epsilon)
}
