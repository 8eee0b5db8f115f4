package attack_test

import (
	"context"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/metrics"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatBecameOfAPredictionIsNamed(t *testing.T) {
	none, left, right := []uint8{0, 0, 0, 0}, []uint8{1, 1, 0, 0}, []uint8{0, 0, 1, 1}
	planes := func(first, second []uint8) []uint8 { return append(append([]uint8{}, first...), second...) }
	truth, nothing := planes(left, none), planes(none, none)
	for _, c := range []struct {
		want                     attack.Ending
		reference, before, after []uint8
	}{
		{attack.Held, truth, truth, truth},
		{attack.Held, truth, nothing, planes(right, none)}, // what was missed before cannot be taken
		{attack.Held, nothing, nothing, nothing},
		{attack.Held, nothing, truth, planes(right, none)}, // it was wrong before
		{attack.Vanished, truth, truth, nothing},
		{attack.Displaced, truth, truth, planes(right, none)},
		{attack.Invented, nothing, nothing, planes(none, right)},
		{attack.Changed, truth, truth, planes(none, left)},
	} {
		before, after := metrics.Compare(c.before, c.reference, 2), metrics.Compare(c.after, c.reference, 2)
		assert.Equal(t, c.want, attack.End(before, after), "%v: %v → %v", c.reference, c.before, c.after)
	}
	assert.Equal(t, attack.Reached, attack.Near(0.8))
	assert.Equal(t, attack.Unreached, attack.Near(0.79))
}

func TestATargetIsMeasuredBesideTheTruth(t *testing.T) {
	s, p := session(t)
	m := named(t, "bim")
	m.Target, m.Epsilon = attack.Vanish, 0.05
	g, f, err := s.Run(context.Background(), p, m, nil)
	require.NoError(t, err)
	got, err := attack.Measure(p.Image, g, f, p.Truth, net.Shape{Classes: 2}, side, side)
	require.NoError(t, err)
	require.NotNil(t, got.Target)
	goal := make([]uint8, len(g.Logits))
	assert.Equal(t, [2]float64{metrics.Compare(attack.Mask(net.Shape{Classes: 2}, g.Logits), goal, 2).Exact, metrics.Compare(attack.Mask(net.Shape{Classes: 2}, f.Logits), goal, 2).Exact}, *got.Target)
	assert.Greater(t, f.Reached.Loss, f.Points[0].Loss, "the target comes nearer")
	assert.Less(t, found(f.Logits), found(g.Logits), "less is found")
}

func found(logits []float32) int { return area(attack.Mask(net.Shape{Classes: 2}, logits)) }

func area(mask []uint8) (n int) {
	for _, v := range mask {
		n += int(v)
	}
	return n
}

func TestTargetsAreWhatTheySay(t *testing.T) {
	s, p := session(t)
	n := side * side
	first := make([]uint8, 2*n) // a square of the first class
	for y := 2; y < 8; y++ {
		for x := 2; x < 8; x++ {
			first[y*side+x] = 1
		}
	}
	p.Truth = first
	goal := func(target attack.Target, class int) []uint8 {
		m := named(t, "bim")
		m.Target, m.Class, m.Steps = target, class, 1
		_, f, err := s.Run(context.Background(), p, m, nil)
		require.NoError(t, err)
		return f.Goal
	}
	assert.Zero(t, area(goal(attack.Vanish, 0)))
	swapped := append(make([]uint8, n), first[:n]...)
	assert.True(t, slices.Equal(swapped, goal(attack.Swap, 0)), "the next class")
	assert.True(t, slices.Equal(swapped, goal(attack.Swap, 2)), "the class that was chosen")
	disc := goal(attack.Hallucinate, 2)
	assert.Zero(t, area(disc[:n]), "it is of the class that was chosen")
	for i, v := range disc[n:] {
		require.False(t, v > 0 && first[i] > 0, "it lies where nothing is")
	}
	assert.InDelta(t, 3.14*5*5, float64(area(disc)), 10, "a disc whose radius is 20 of 128")

	m := named(t, "bim")
	for want, change := range map[string]func(m *attack.Method, p *attack.Problem){
		"there is no painted mask":                       func(m *attack.Method, _ *attack.Problem) { m.Target = attack.Painted },
		"the mask to be found has 3 values":              func(m *attack.Method, p *attack.Problem) { m.Target, p.Goal = attack.Painted, make([]uint8, 3) },
		"there is a mask for the model to find":          func(_ *attack.Method, p *attack.Problem) { p.Goal = first },
		"class 3; the model has 2":                       func(m *attack.Method, _ *attack.Problem) { m.Target, m.Class = attack.Swap, 3 },
		"the label truth takes no class":                 func(m *attack.Method, _ *attack.Problem) { m.Class = 1 },
		"nothing is there of another class than class 1": func(m *attack.Method, _ *attack.Problem) { m.Target, m.Class = attack.Swap, 1 },
		"nothing is there of any class": func(m *attack.Method, p *attack.Problem) {
			m.Target, p.Truth = attack.Swap, make([]uint8, len(p.Truth))
		},
		"the weight segpgd is of losses that are a mean over elements, which dice is not": func(m *attack.Method, _ *attack.Problem) {
			m.Name, m.Weight, m.Start, m.Loss = "segpgd", attack.SegPGD, attack.Origin, core.Dice
		},
		"the method dag does not take the norm l2; its own is linf": func(m *attack.Method, _ *attack.Problem) {
			*m = named(t, "dag")
			m.Norm = attack.L2
		},
		"does not take the start random; its own is origin": func(m *attack.Method, _ *attack.Problem) { m.Start = attack.Random },
		`unknown method "bimm"; did you mean bim`:           func(m *attack.Method, _ *attack.Problem) { m.Name = "bimm" },
	} {
		m, p := m, p
		change(&m, &p)
		_, _, err := s.Run(context.Background(), p, m, nil)
		assert.ErrorContains(t, err, want)
	}
}

func TestTheLeastChangeIsTheLeastThatSucceeds(t *testing.T) {
	s, p := session(t)
	m := named(t, "bim")
	m.Loss, m.Epsilon = core.BCE, 0.1
	limit := 0.0
	success := func(_ *attack.Gradient, f *attack.Fault) bool { return f.Reached.Loss > limit }
	_, half, err := s.Run(context.Background(), p, func() attack.Method { h := m; h.Epsilon /= 3; return h }(), nil)
	require.NoError(t, err)
	limit = half.Reached.Loss
	l, err := s.Least(context.Background(), p, m, 12, success, nil, nil)
	require.NoError(t, err)
	assert.True(t, l.Found)
	assert.InDelta(t, m.Epsilon/3, l.Epsilon, float64(m.Epsilon)/3*0.06)
	assert.Greater(t, l.Fault.Reached.Loss, limit)
	for i, at := range l.Curve {
		assert.Equal(t, at.Loss > limit, at.Success)
		if i > 0 {
			assert.Greater(t, at.Epsilon, l.Curve[i-1].Epsilon)
		}
	}
	limit = 1e9
	l, err = s.Least(context.Background(), p, m, 12, success, nil, nil)
	require.NoError(t, err)
	assert.False(t, l.Found)
	assert.Equal(t, m.Epsilon, l.Epsilon)
	assert.Len(t, l.Curve, 2, "a smaller change is not tried where the largest fails")
}

func TestWhatTheCleanImageHasAlreadyNeedsNoChange(t *testing.T) {
	s, p := session(t)
	logits, err := s.Predict(context.Background(), p.Image)
	require.NoError(t, err)
	m := named(t, "bim")
	m.Target, p.Goal = attack.Painted, attack.Mask(s.Network.Shape(), logits)
	l, err := s.Least(context.Background(), p, m, 8, func(_ *attack.Gradient, f *attack.Fault) bool { return f.Reached.Dice >= attack.Nearness }, nil, nil)
	require.NoError(t, err)
	assert.True(t, l.Found)
	assert.Zero(t, l.Epsilon)
	assert.Equal(t, p.Image, l.Fault.Adversarial)
	require.Len(t, l.Curve, 1)
	assert.True(t, l.Curve[0].Success)
}

func TestAUniversalChangeOfOneImageIsItsAttack(t *testing.T) {
	s, p := session(t)
	for i, v := range p.Image { // far from the range's ends
		p.Image[i] = 0.2 + v*0.6
	}
	m := named(t, "mifgsm")
	m.Loss = core.BCE
	_, f, err := s.Run(context.Background(), p, m, nil)
	require.NoError(t, err)
	gradients := 0
	universal, err := s.Universal(context.Background(), []attack.Problem{p}, m, func(_, all int) { gradients++; assert.Equal(t, m.Steps, all) })
	require.NoError(t, err)
	assert.Equal(t, m.Steps, gradients)
	alone := change(p.Image, f.Adversarial)
	near := 0
	for i, v := range universal {
		if d := v - alone[i]; d < 1e-5 && d > -1e-5 {
			near++
		}
	}
	assert.GreaterOrEqual(t, float64(near), 0.98*float64(len(alone)))

	other := p
	other.Image = make([]float32, len(p.Image))
	for i, v := range p.Image {
		other.Image[len(p.Image)-1-i] = v
	}
	both, err := s.Universal(context.Background(), []attack.Problem{p, other}, m, nil)
	require.NoError(t, err)
	for _, p := range []attack.Problem{p, other} {
		assert.Greater(t, lossAt(t, s, attack.Carry(p.Image, both), p.Truth, m), lossAt(t, s, p.Image, p.Truth, m), "it is for all of them")
	}
	assert.LessOrEqual(t, attack.Linf.Measure(both), float64(m.Epsilon)+1e-6)

	apgd := named(t, "apgd")
	_, err = s.Universal(context.Background(), []attack.Problem{p}, apgd, nil)
	assert.ErrorContains(t, err, "expected fgsm, bim, mifgsm, ")
	_, err = s.Universal(context.Background(), nil, m, nil)
	assert.ErrorContains(t, err, "expected at least one")
}

// Else each step would lead away from what the step before it led to.
// The middle that it is sought around has 0.5 to either end of the range.
func TestAUniversalChangeIsAsLargeAsItMayBe(t *testing.T) {
	s, p := session(t)
	for _, epsilon := range []float32{0.5, 0.8, 1} {
		m := named(t, "fgsm")
		m.Epsilon = epsilon
		change, err := s.Universal(context.Background(), []attack.Problem{p}, m, nil)
		require.NoError(t, err)
		assert.InDelta(t, epsilon, attack.Linf.Measure(change), 1e-6)
	}
}

func TestAUniversalChangeOfAnImageWithoutTruthLeadsAwayFromTheCleanPrediction(t *testing.T) {
	s, p := session(t)
	m := named(t, "bim")
	logits, err := s.Predict(context.Background(), p.Image)
	require.NoError(t, err)
	p.Truth = attack.Mask(s.Network.Shape(), logits)
	want, err := s.Universal(context.Background(), []attack.Problem{p}, m, nil)
	require.NoError(t, err)
	p.Truth, m.Target = nil, attack.Prediction
	got, err := s.Universal(context.Background(), []attack.Problem{p}, m, nil)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}
