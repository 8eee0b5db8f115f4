package attack_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// valued is a loss and its gradient by the logits, times their number.
type valued struct {
	Value    float64
	Gradient []float64 `json:"gradient_times_n"`
}

// formula computes an objective's loss, weighted, and its gradient.
func formula(t *testing.T, o attack.Objective, shape core.Shape, z, target []float32, before float32) valued {
	t.Helper()
	logits := core.NewInput("z", shape...)
	rise := o.Rise(logits, core.NewInput("t", shape...), core.NewInput("before", 1))
	plan := core.Compile(core.Outputs{"value": rise, "gradient": core.Grad(rise, logits)[0]})
	program, err := core.NewCPU(1).Load(plan)
	require.NoError(t, err)
	defer program.Close()
	in := map[string][]float32{"z": z, "t": target, "before": {before}}
	value, gradient := []float32{0}, make([]float32, len(z))
	for name, v := range in {
		if _, has := plan.Inputs[name]; has {
			require.NoError(t, program.Write(name, v))
		}
	}
	require.NoError(t, program.Run(t.Context(), nil))
	require.NoError(t, program.Read(t.Context(), "value", value))
	require.NoError(t, program.Read(t.Context(), "gradient", gradient))
	v := valued{Value: float64(value[0])}
	for _, g := range gradient {
		v.Gradient = append(v.Gradient, float64(g)*float64(len(z)))
	}
	return v
}

// agree holds a formula to the oracle's, to a part in 10⁵ and what float32 leaves of numbers near 0.
func agree(t *testing.T, want, got valued, name string) {
	t.Helper()
	assert.InEpsilon(t, want.Value, got.Value, 1e-5, name)
	for i, g := range want.Gradient {
		assert.InDelta(t, g, got.Gradient[i], 1e-5*math.Abs(g)+2e-7, "%s: gradient %d", name, i)
	}
}

// The oracle computed them in float64 at given logits, weights as numbers to the gradient.
func TestFormulasAreTheOracles(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(coretest.Shared(t, "oracle-attacks"), "formulas.json"))
	require.NoError(t, err)
	var cases []struct {
		Z, T      []float32
		Steps     int
		BCE       valued            `json:"loss.bce"`
		Dice      valued            `json:"loss.dice"`
		Focal     valued            `json:"loss.focal"`
		DiceFocal valued            `json:"loss.dice_focal"`
		Masked    valued            `json:"loss.masked_bce"`
		Balanced  valued            `json:"loss.balanced_bce"`
		JS        valued            `json:"loss.js"`
		CosPGD    valued            `json:"loss.cospgd"`
		SegPGD    map[string]valued `json:"loss.segpgd"`
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		shape := core.Shape{1, 1, 1, len(c.Z)}
		for name, one := range map[string]struct {
			attack.Objective
			want valued
		}{
			"bce":          {attack.Objective{Loss: core.BCE, Target: attack.Truth}, c.BCE},
			"dice":         {attack.Objective{Loss: core.Dice, Target: attack.Truth}, c.Dice},
			"focal":        {attack.Objective{Loss: core.Focal, Target: attack.Truth}, c.Focal},
			"dice_focal":   {attack.Objective{Loss: core.DiceFocal, Target: attack.Truth}, c.DiceFocal},
			"masked bce":   {attack.Objective{Loss: core.BCE, Target: attack.Truth, Weight: attack.Right}, c.Masked},
			"balanced bce": {attack.Objective{Loss: core.BCE, Target: attack.Truth, Weight: attack.Balanced}, c.Balanced},
			"js":           {attack.Objective{Loss: core.JS, Target: attack.Truth}, c.JS},
			"cospgd":       {attack.Objective{Loss: core.BCE, Target: attack.Truth, Weight: attack.CosPGD}, c.CosPGD},
		} {
			agree(t, one.want, formula(t, one.Objective, shape, c.Z, c.T, 0), name)
		}
		before := attack.Halves(c.Steps)
		for step, at := range map[string]int{"1": 0, "2": 1, "11": 10, "20": 19} {
			o := attack.Objective{Loss: core.BCE, Target: attack.Truth, Weight: attack.SegPGD}
			agree(t, c.SegPGD[step], formula(t, o, shape, c.Z, c.T, before[at]), "segpgd at step "+step)
		}
	}
}

// Of exclusive classes the papers' own forms are computed here, in float64: a pixel has one class and a softmax.
func TestWeightsOfExclusiveClassesAreThePapers(t *testing.T) {
	const classes, pixels = 3, 4
	z := []float32{2, -1, 0.3, 1, -0.5, 0.2, 0.1, 4, 0.7, 3, -2, 0.5} // the largest of each pixel: 0, 2, 0, 1
	truth := []int{0, 1, 0, 1}
	target := make([]float32, len(z))
	counts := [classes]float64{}
	for i, c := range truth {
		target[c*pixels+i] = 1
		counts[c]++
	}
	const before = 0.2 // λ
	weights := map[attack.Weight]func(p []float64, right bool, class int) float64{
		attack.Even: func([]float64, bool, int) float64 { return 1 },
		attack.SegPGD: func(_ []float64, right bool, _ int) float64 {
			if right {
				return 1 - before
			}
			return before
		},
		attack.CosPGD: func(p []float64, _ bool, class int) float64 {
			return p[class] / math.Sqrt(p[0]*p[0]+p[1]*p[1]+p[2]*p[2])
		},
		attack.Right: func(_ []float64, right bool, _ int) float64 {
			if right {
				return 1
			}
			return 0
		},
		attack.Balanced: func(_ []float64, right bool, class int) float64 {
			if right {
				return pixels / (classes * counts[class])
			}
			return 0
		},
	}
	for weight, of := range weights {
		want := valued{Gradient: make([]float64, len(z))}
		for i, class := range truth {
			p, sum, best := make([]float64, classes), 0.0, 0
			for c := range p {
				p[c] = math.Exp(float64(z[c*pixels+i]))
				sum += p[c]
				if z[c*pixels+i] > z[best*pixels+i] {
					best = c
				}
			}
			for c := range p {
				p[c] /= sum
			}
			w := of(p, best == class, class)
			want.Value -= w * math.Log(p[class]) / pixels
			for c := range p {
				want.Gradient[c*pixels+i] = classes * w * (p[c] - float64(target[c*pixels+i])) // times classes×pixels elements, over pixels
			}
		}
		o := attack.Objective{Loss: core.CE, Target: attack.Truth, Weight: weight}
		agree(t, want, formula(t, o, core.Shape{1, classes, 1, pixels}, z, target, before), "weight "+string(weight))
	}
}
