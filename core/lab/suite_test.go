package lab

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"segfault/core/attack"
	"segfault/core/metrics"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBothDiceAreToldOfEachStepThatIsSeen(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	p := NewAttack(id)
	require.NoError(t, p.Take("bim"))
	var first *Sketch
	f, err := l.Attack(Watched(background, Watch{Begun: func() {}, Progress: func(string, int, int) {}, Sketch: func(_, _ int, s *Sketch) {
		if first == nil {
			first = s
		}
	}}), p)
	require.NoError(t, err)
	require.NotNil(t, first)
	for told, of := range map[attack.Pair]*float64{first.Union: f.Metrics.Dice.Union.Before, first.True: f.Metrics.Dice.True.Before} {
		assert.Equal(t, attack.Pair{Before: of, After: of}, told, "the first is of the clean image")
	}
}

func TestAModelIsLedToWhatWasPainted(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	p := NewAttack(id)
	require.NoError(t, p.Take("bim"))
	p.Target, p.Epsilon = attack.Painted, 0.1
	_, err := l.Attack(background, p)
	assert.ErrorContains(t, err, "the scan has no target for the model to find; paint or add one")

	paint(t, l, id, "target", 0, 1)
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	assert.Equal(t, attack.Prediction, f.Metrics.Reference, "a target is no truth")
	require.NotNil(t, f.Metrics.Target)
	assert.Greater(t, *f.Metrics.Target.After, *f.Metrics.Target.Before)
	assert.Contains(t, []attack.Ending{attack.Reached, attack.Unreached}, f.Metrics.Ending)
	require.NotNil(t, f.Painted.Target)
	drawn, err := l.Render(background, &RenderParams{f.ID, RenderOptions{Outlines: []string{"target"}, Gain: 1}})
	require.NoError(t, err)
	assert.NotEmpty(t, drawn.Outlines["target"])

	p.Class = 9
	_, err = l.Attack(background, p)
	assert.ErrorContains(t, err, "class 9; the model has")
	single := NewAttack(id)
	single.Target = attack.Painted
	before, err := l.Attack(background, single)
	require.NoError(t, err)
	_, err = l.Paint(background, &PaintParams{id, PaintOptions{As: "target", Label: 1, Points: [][2]float64{{4, 4}}, Radius: 4}})
	require.NoError(t, err)
	after, err := l.Attack(background, single)
	require.NoError(t, err)
	assert.NotEqual(t, before.Metrics.Loss, after.Metrics.Loss, "another target is another gradient")
}

func TestTheLeastEpsilonIsWhatAnAttackOfItDoes(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	p := NewLeast(id)
	require.NoError(t, p.Take("bim"))
	p.Epsilon, p.Tries = 0.3, 6
	least, err := l.Least(background, p)
	require.NoError(t, err)
	assert.Equal(t, least.Found, least.Fault.Metrics.Success)
	assert.InDelta(t, least.Epsilon, float64(least.Fault.Attack.Epsilon), 1e-7)
	require.NotNil(t, least.Own, "in the scan's own units, too")
	assert.InEpsilon(t, least.Fault.Scan.Epsilon, *least.Own, 1e-9)
	again := NewAttack(id)
	again.How = least.Fault.Attack.How
	f, err := l.Attack(background, again)
	require.NoError(t, err)
	assert.Equal(t, least.Fault.Metrics.Dice, f.Metrics.Dice)
	p.Tries = 0
	_, err = l.Least(background, p)
	assert.ErrorContains(t, err, "0 tries; expected 1 to 30")
}

// A file of numbers with a fraction rounds nothing away, so that its copy shows where what was told and what was tried are apart.
func TestACopyOfTheLeastIsWhatSucceeded(t *testing.T) {
	l, _ := opened(t)
	for seed := range uint64(6) {
		draw := rand.New(rand.NewPCG(seed, 4))
		file := []byte("NRRD0004\ntype: float\ndimension: 2\nsizes: 40 36\nendian: little\nencoding: raw\n\n")
		for range 40 * 36 {
			file = binary.LittleEndian.AppendUint32(file, math.Float32bits(float32(40*math.Abs(draw.NormFloat64()))))
		}
		info, err := l.Load(background, &LoadParams{Files: []File{fileOf("x.nrrd", file)}})
		require.NoError(t, err)
		p := NewLeast(info.ID)
		require.NoError(t, p.Take("bim"))
		p.Epsilon, p.Tries = 0.3, 6
		least, err := l.Least(background, p)
		require.NoError(t, err)
		require.True(t, least.Found)
		r, err := l.Result(least.Fault.ID)
		require.NoError(t, err)
		assert.Equal(t, least.Fault.Adversarial, r.Own.Image)
	}
}

func TestAnAttackGoesThroughADefence(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	plain := attacked(t, l, id, 0)
	p := NewAttack(id)
	p.Epsilon, p.Defence = 0.05, "median+bits"
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	assert.Equal(t, "median+bits", f.Attack.Defence)
	assert.NotEqual(t, plain.Before.Logits, f.Before.Logits, "the model sees another image")
	assert.NotEqual(t, plain.Gradient, f.Gradient, "the gradient is that of both")
	assert.Equal(t, plain.Before.Logits, attacked(t, l, id, 0).Before.Logits, "the model itself stays")
	p.Defence = "medain"
	_, err = l.Attack(background, p)
	assert.ErrorContains(t, err, "unknown defence \"medain\"; did you mean median?")
}

func TestWhereAModelLooksIsTold(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	f := attacked(t, l, id, 0)
	a, err := l.Attention(background, &AttentionParams{f.ID, AttentionOptions{Class: 1}})
	require.NoError(t, err)
	assert.Equal(t, a.Stages[len(a.Stages)-1], a.Stage)
	assert.Len(t, a.Before, f.Width*f.Height)
	assert.Len(t, a.After, f.Width*f.Height)
	_, err = l.Attention(background, &AttentionParams{f.ID, AttentionOptions{Class: 1, Stage: "x"}})
	assert.ErrorContains(t, err, "unknown stage")
}

func TestARecipeOfEveryMethodIsTakenAgain(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "target", 0, 1)
	for _, e := range attack.Methods() {
		p := NewAttack(id)
		require.NoError(t, p.Take(e.Name))
		if p.Steps > 1 {
			p.Steps = 3
		}
		f, err := l.Attack(background, p)
		require.NoError(t, err, e.Name)
		again := NewAttack(id)
		again.How = f.Attack.How
		same, err := l.Attack(background, again)
		require.NoError(t, err, e.Name)
		assert.Equal(t, f.Adversarial, same.Adversarial, e.Name)
	}
}

// What a method leaves to those after it is the gradient at the clean image, or nothing.
func TestOneStepIsTheSameAfterAnyMethod(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	paint(t, l, id, "target", 0, 1)
	for _, ground := range []Ground{OnScan, OnInput} {
		for _, e := range attack.Methods() {
			p := NewAttack(id)
			require.NoError(t, p.Take(e.Name))
			p.Steps, p.On = min(p.Steps, 3), ground
			single := NewAttack(id)
			single.Objective, single.Epsilon, single.On = p.Objective, 0.05, ground
			l.gradients = nil
			want, err := l.Attack(background, single)
			require.NoError(t, err, e.Name)
			for _, kept := range []string{"before", "after"} { // the gradient was known before, or is left by the method
				if kept == "after" {
					l.gradients = nil
				}
				_, err = l.Attack(background, p)
				require.NoError(t, err, e.Name)
				got, err := l.Attack(background, single)
				require.NoError(t, err, e.Name)
				assert.Equal(t, want.Adversarial, got.Adversarial, "%s on the %s, %s", e.Name, ground, kept)
			}
		}
	}
}

func TestRadiologyIsInTheScansUnits(t *testing.T) {
	square := func(from, to int) []uint8 {
		mask := make([]uint8, 64)
		for y := 1; y < 5; y++ {
			for x := from; x < to; x++ {
				mask[y*8+x] = 1
			}
		}
		return mask
	}
	none := make([]uint8, 64)
	truth, moved := [][]uint8{square(1, 4), none}, [][]uint8{square(2, 5), none}
	g := metrics.Grid{Size: [3]int{1, 8, 8}, Spacing: [3]float64{5, 1, 2}}
	r := radiology(g, truth, moved, truth, true)
	assert.Equal(t, []Unit{Millimetre, Millilitre}, []Unit{r.Length, r.Volume})
	first := r.Classes[0]
	assert.Equal(t, []float64{0, 2}, []float64{*first.HD95.Before, *first.HD95.After}, "one pixel of 2 mm")
	assert.InDelta(t, 12*10./1000, first.Volume.Reference, 1e-12)
	assert.Equal(t, 0.0, *first.Change.After)
	assert.Equal(t, &Lesions{Found: 1}, first.Lesions.After)
	assert.Nil(t, r.Classes[1].HD95.After, "of nothing there is no distance")
	assert.Nil(t, r.Classes[1].Change.After)

	r = radiology(metrics.Grid{Size: g.Size}, truth, [][]uint8{none, none}, truth, false)
	assert.Equal(t, []Unit{Pixel, Pixel}, []Unit{r.Length, r.Volume})
	assert.Nil(t, r.Classes[0].HD95.After, "one is empty")
	assert.Equal(t, 12.0, r.Classes[0].Volume.Reference)
	assert.Nil(t, r.Classes[0].Lesions.Before, "the clean prediction is the reference")
	assert.Equal(t, &Lesions{Missed: 1}, r.Classes[0].Lesions.After)
	assert.Equal(t, -1.0, *r.Classes[0].Change.After)
}

func TestDistancesThroughSlicesOfUnknownSpacingAreInPixels(t *testing.T) {
	corner := func(k int) []uint8 {
		mask := make([]uint8, 3*8*8)
		mask[k*64] = 1
		return mask
	}
	truth, moved := [][]uint8{corner(0)}, [][]uint8{corner(2)}
	r := radiology(metrics.Grid{Size: [3]int{3, 8, 8}, Spacing: [3]float64{0, 0.5, 0.5}}, truth, moved, truth, true)
	assert.Equal(t, []Unit{Pixel, Pixel}, []Unit{r.Length, r.Volume}, "the file does not say what two slices are in mm")
	assert.Equal(t, 2.0, *r.Classes[0].HD95.After)
	r = radiology(metrics.Grid{Size: [3]int{3, 8, 8}, Spacing: [3]float64{4, 0.5, 0.5}}, truth, moved, truth, true)
	assert.Equal(t, Millimetre, r.Length)
	assert.Equal(t, 8.0, *r.Classes[0].HD95.After)
}

func TestAnEpsilonOfAPixelIsRefusedForTheNormOfAll(t *testing.T) {
	l, _ := opened(t)
	p := NewAttack(loaded(t, l, 1))
	p.Norm, p.Epsilon = attack.L2, 0.009
	_, err := l.Attack(background, p)
	assert.ErrorContains(t, err, "lab: epsilon 0.009 is too small for the norm l2, the root of all squared changes: as much in each of 40×36 pixels is 0.3415; give that, or take the norm linf")
	p.Epsilon = 0.3415
	_, err = l.Attack(background, p)
	assert.NoError(t, err)
	require.NoError(t, p.Take("asma"))
	p.Epsilon = 0.009
	_, err = l.Attack(background, p)
	assert.ErrorContains(t, err, "is 0.3415; give that", "a method that has no other norm")
	assert.NotContains(t, err.Error(), "linf")
}
