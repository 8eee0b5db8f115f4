package study

import (
	"math"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of models that were trained with BCE the third claim cannot be asked: what BCE does is told, and no verdict.
func TestOfModelsTrainedWithBCETheThirdClaimIsNotAsked(t *testing.T) {
	r := invent(6, func(_ int, a attack.Method) float64 {
		if a.Loss == core.BCE && a.Swapped {
			return 0.4
		}
		return 0.2
	})
	assert.NotContains(t, said(t, r), "**Not to be asked**")
	for i := range 5 {
		r.Models[i].BCE = true
	}
	text := said(t, r)
	assert.Contains(t, text, "*Does another loss attack better than the training loss?* **Not to be asked** of 5 of these 6 models: BCE is a part of the loss that they were trained with. "+
		"BCE called as in the paper is another attack: it pushes the marked area down. BCE against DiceFocal, as in the paper: more on all 6 models, by")
	assert.Contains(t, text, "Nor could it be: BCE is a part of the loss that 5 of these 6 models were trained with.")
	assert.NotContains(t, text, "finds no support")
	r.Models[5].BCE = true
	assert.Contains(t, said(t, r), "**Not to be asked** of these models: BCE")
}

func TestVerdictsFollowTheNumbers(t *testing.T) {
	constant := func(v float64) func(int, attack.Method) float64 {
		return func(int, attack.Method) float64 { return v }
	}
	bceMore := func(swapped, right bool) func(int, attack.Method) float64 {
		return func(_ int, a attack.Method) float64 {
			if a.Loss == core.BCE && (a.Swapped && swapped || !a.Swapped && right) {
				return 0.4
			}
			return 0.2
		}
	}
	for name, c := range map[string]struct {
		models   int
		drop     func(int, attack.Method) float64
		says     []string
		saysNone []string
	}{
		"all vulnerable":  {6, constant(0.2), []string{"**Yes, all 6.** Dice falls by", "**Undecided.** The larger of these 6 lose", "neither supports nor contradicts", "this is no evidence that size does not matter", "**Not shown of BCE**"}, []string{"{{", "NaN", "%!"}},
		"none vulnerable": {6, constant(0.01), []string{"**Not shown.** No model's drop has an interval above 0."}, []string{"**Yes"}},
		"some vulnerable": {6, func(m int, _ attack.Method) float64 { return 0.3 * float64(m%2) }, []string{"**3 of 6 are**"}, nil},
		"one model":       {1, constant(0.2), []string{"**Yes.** Dice falls by", "Too few models to ask."}, []string{"size.svg"}},
		"the larger lose more": {6, func(m int, _ attack.Method) float64 { return 0.1 + 0.05*float64(m) },
			[]string{"**Yes**: the larger lose more.", "ρ = 1.000 (p = 0.0028)", "|ρ| of 0.886 or more"}, []string{"**Undecided"}},
		"the larger lose less, by one loss": {6, func(m int, a attack.Method) float64 {
			if a.Loss == core.DiceFocal && !a.Swapped {
				return []float64{0.35, 0.40, 0.30, 0.25, 0.15, 0.20}[m]
			}
			return []float64{0.20, 0.30, 0.10, 0.15, 0.35, 0.25}[m]
		}, []string{"**Perhaps**: the larger lose less", "ρ = −0.886 (p = 0.0333)", "none shows one after correction"}, []string{"lose more"}},
		"four models": {4, func(m int, _ attack.Method) float64 { return 0.1 + 0.05*float64(m) }, []string{"No correlation of so few models could be significant.", "with 4 models none could"}, []string{"**Yes**: the larger"}},
		"BCE only swapped": {6, bceMore(true, false), []string{"**As in the paper, BCE does more than DiceFocal; as in training it does not.** BCE called as in the paper is another attack", "More than the training loss on most models: as in training, none; as in the paper, BCE.",
			"The strongest is BCE, as in the paper", "finds no support", "it is −y/N, to the rounding of 1/N in float32"}, []string{"survives calling them"}},
		"BCE in either order":    {6, bceMore(true, true), []string{"**BCE does, in either order.**", "The claim does not need the slip"}, []string{"does not survive"}},
		"BCE in the right order": {6, bceMore(false, true), []string{"**BCE does, as in training**", "as in training, BCE; as in the paper, none."}, []string{"does not survive"}},
		"BCE in the right order on one of two": {2, func(m int, a attack.Method) float64 {
			switch {
			case a.Loss != core.BCE:
				return 0.2
			case a.Swapped:
				return 0.4
			}
			return []float64{0.17, 0.22}[m]
		}, []string{"**Mixed.**", "as in the paper: more on both models, by 0.19", "As in training: more on 1 of 2 models, by 0.017; less on 1 of 2 models, by 0.026",
			"does more on some models and not on others"}, []string{"does not survive", "finds no support"}},
		"training loss strongest": {6, func(_ int, a attack.Method) float64 {
			return map[bool]float64{true: 0.4, false: 0.1}[a.Loss == core.DiceFocal && !a.Swapped]
		}, []string{"The training loss is the strongest of all"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := said(t, invent(c.models, c.drop))
			for _, s := range c.says {
				assert.Contains(t, text, s)
			}
			for _, s := range c.saysNone {
				assert.NotContains(t, text, s)
			}
		})
	}
}

func TestFewPatientsDecideNothing(t *testing.T) {
	r := invent(2, func(_ int, a attack.Method) float64 {
		return map[bool]float64{true: 0.4, false: 0.1}[a.Loss == core.BCE]
	})
	r.Patient = `^(p\d+)-`
	text := said(t, r)
	assert.Contains(t, text, "**BCE does, in either order.**", "p = 1/128, four times")
	assert.Contains(t, text, "With 8 patients no comparison of the other losses with the training loss could be significant", "p = 1/128, twelve times")
	assert.Contains(t, text, "8 patients are few.")
	assert.Contains(t, text, "(brain: with 8 of them such an interval covers about 83 to 89 %)")
	r.Patient = `^p\d-(\d)`
	text = said(t, r)
	assert.Contains(t, text, "**Not to be told**: with 3 patients no comparison could be significant")
	assert.Contains(t, text, "In the mean of models BCE takes 0.298 [0.298, 0.299] more than DiceFocal, as in the paper, and 0.300 [0.297, 0.303] as in training.", "an interval needs no correction")
	assert.Contains(t, text, "No comparison of the other losses with the training loss could be, either.")
	assert.NotContains(t, text, "With 3 patients no comparison", "nothing is said twice")
	assert.NotContains(t, text, "BCE does")
}

// TestDifferencesOfTheSmoothingConstantAreTies has an attack that leaves no overlap on any slice, as another does, but with a
// larger false area.
func TestDifferencesOfTheSmoothingConstantAreTies(t *testing.T) {
	r := invent(2, func(int, attack.Method) float64 { return 0.9 })
	for i := range r.Rows {
		r.Rows[i].After = 1e-7
		if r.Rows[i].Attack.Loss == core.BCE {
			r.Rows[i].After = 1e-9
		}
	}
	s, err := newSection(r)
	require.NoError(t, err)
	assert.Equal(t, []float64{0, 1, 0}, []float64{s.Other.Right.More, math.Round(s.Other.Right.Equal*1e9) / 1e9, s.Other.Right.Less})
	for _, c := range s.Other.Right.Each {
		assert.Equal(t, []float64{1, 1}, []float64{c.P, c.Rank})
		assert.Zero(t, c.Difference.Estimate)
	}
	assert.Zero(t, apart(0.5, 0.50009))
	assert.NotZero(t, apart(0.5, 0.4999), "numbers of four decimals that are one apart differ")
}

func TestOneComparisonIsMadeOnce(t *testing.T) {
	s, err := newSection(invent(6, func(m int, a attack.Method) float64 { return 0.1 + 0.02*float64(m) }))
	require.NoError(t, err)
	once := map[string]string{}
	for _, f := range s.families {
		for _, c := range f.all {
			key := c.Model + " " + attackText(c.This) + " " + attackText(c.That)
			assert.Empty(t, once[key], "%s is in the families %s and %s", key, once[key], f.question)
			once[key] = f.question
		}
	}
	assert.Equal(t, []int{12, 36}, []int{s.Other.Claim.Size(), s.Other.All.Size()})
	assert.Same(t, s.Other.Right, s.Other.Against(s.with(core.BCE, false)), "both tables show the one verdict")
}

func TestVerdictsWithinMonteCarloErrorAreNamed(t *testing.T) {
	c := comparison{Holm: 0.0504, Error: 0.0003}
	assert.True(t, c.Near())
	c.Error = 0.0001
	assert.False(t, c.Near(), "four standard errors away")
	c.Error, c.Holm = 0, 0.05
	assert.False(t, c.Near(), "an exact p has no error")
}

func TestChangesOfNoPracticalSizeAreCalledSo(t *testing.T) {
	text := said(t, invent(6, func(_ int, a attack.Method) float64 {
		if a.Rule == attack.Blend {
			return 0.2015
		}
		return 0.2
	}))
	assert.Contains(t, text, "Mixing in and adding do the same to within 0.00")
	text = said(t, invent(6, func(_ int, a attack.Method) float64 {
		if a.Rule == attack.Blend {
			return 0.25
		}
		return 0.2
	}))
	assert.Contains(t, text, "Mixing in against adding: more on all 6 models, by 0.0")
}

func TestLeadOfFewSlicesIsSaid(t *testing.T) {
	r := invent(2, func(int, attack.Method) float64 { return 0.2 })
	for i, row := range r.Rows {
		if r.Rows[i].After = 0.7; row.Attack.Loss == core.BCE && row.Attack.Swapped {
			r.Rows[i].After = map[bool]float64{true: 0, false: 0.71}[strings.HasPrefix(row.Image, "p0") || strings.HasPrefix(row.Image, "p1") || strings.HasPrefix(row.Image, "p2")]
		}
	}
	assert.Contains(t, said(t, r), "more on 38 % of the slices, equal on 0 %, less on 62 %: its lead is in some slices, not in the typical one (median difference −0.010)")
}
