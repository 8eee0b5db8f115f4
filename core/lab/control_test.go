package lab

import (
	"testing"

	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// beside are the methods of an attack's controls.
func beside(t *testing.T, l *Lab, p *AttackParams) (methods []string, told []Control) {
	t.Helper()
	told, err := l.Controls(background, p)
	require.NoError(t, err)
	for _, c := range told {
		methods = append(methods, c.Method)
	}
	return methods, told
}

func TestBesideAnAttackStandNoiseAndOneWithoutGradientsOfItsSize(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	p := NewAttack(id)
	p.Epsilon = 0.05
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	methods, told := beside(t, l, p)
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
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	_, told := beside(t, l, p)
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
		methods, _ := beside(t, l, p)
		assert.Equal(t, want, methods, name)
	}
	p := NewAttack(id)
	p.Norm, p.Epsilon = attack.L2, 1
	methods, _ := beside(t, l, p)
	assert.Equal(t, []string{"noise"}, methods, "Square has no L2")
}

func TestControlsLeaveNoResultBehind(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	last := attacked(t, l, id, 0).ID
	_, told := beside(t, l, NewAttack(id))
	for k := range told {
		_, err := l.Result(last + 1 + k)
		assert.Error(t, err)
	}
}
