package study

import (
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaultDesignCrossesSchemesAndLabelsAtThePapersEpsilon(t *testing.T) {
	d := DefaultDesign()
	require.NoError(t, d.Check())
	attacks := d.Attacks()
	count := map[float32]int{}
	for _, a := range attacks {
		count[a.Epsilon]++
		if a.Name == attack.Noise {
			assert.Equal(t, noise(a.Epsilon), a)
		} else if a.Epsilon != 0.009 {
			want := attack.FGSM()
			want.Epsilon, want.Loss, want.Swapped = a.Epsilon, a.Loss, a.Swapped
			assert.Equal(t, want, a)
		}
	}
	assert.Equal(t, map[float32]int{0.001: 8 + 1, 0.003: 8 + 1, 0.009: 4*2*2*2 + 8 + 1, 0.027: 8 + 1}, count)
	assert.True(t, slices.IsSortedFunc(attacks, Compare))
}

func TestDesignListsEveryAttackOnce(t *testing.T) {
	d := DefaultDesign()
	d.Epsilons = []float32{0.01, 0.003, 0.01}
	d.Crossed = d.Epsilons
	attacks := d.Attacks()
	assert.Len(t, attacks, 2*(4*2*2*2+8+1))
	assert.Equal(t, float32(0.003), attacks[0].Epsilon)
}

func TestDesignIsChecked(t *testing.T) {
	for says, change := range map[string]func(*Design){
		"has no loss":             func(d *Design) { d.Losses = nil },
		"has no ε":                func(d *Design) { d.Epsilons = nil },
		"has no order":            func(d *Design) { d.Swapped = nil },
		"crossed ε 0.5 is none":   func(d *Design) { d.Crossed = []float32{0.5} },
		"epsilon 3 is out":        func(d *Design) { d.Epsilons, d.Crossed = []float32{3}, nil },
		`unknown loss "hinge"`:    func(d *Design) { d.Losses = []core.Loss{"hinge"} },
		`unknown scheme "spline"`: func(d *Design) { d.Schemes = []attack.Rule{"spline"} },
	} {
		d := DefaultDesign()
		change(&d)
		assert.ErrorContains(t, d.Check(), says)
	}
}
