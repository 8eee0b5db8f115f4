package lab

import (
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/net"
	"segfault/core/report"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// another is the name of a second model, of another size.
func another(t *testing.T, l *Lab, size int) string {
	t.Helper()
	p := &LoadModelParams{ModelOptions: ModelOptions{Name: "other", Classes: []string{"a", "b"}, Size: size}}
	p.File = fileOf("other.safetensors", seeded(t, "a,b", 11))
	loaded, err := l.LoadModel(background, p)
	require.NoError(t, err)
	return loaded.Model.Name
}

func TestAMeanOfModelsIsAttackedAsOne(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	logits := func(model string) []float32 {
		p := &PredictParams{Scan: id}
		p.Model = model
		clean, err := l.Predict(background, p)
		require.NoError(t, err)
		return clean.Logits
	}
	name := another(t, l, 32)
	both, a, b := logits("small+"+name), logits("small"), logits(name)
	for i := range both {
		assert.InDelta(t, (a[i]+b[i])/2, both[i], 1e-5)
	}
	p := NewAttack(id)
	require.NoError(t, p.Take("bim"))
	p.Model, p.Epsilon, p.Steps = "small+"+name, 0.05, 3
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	assert.Equal(t, "small+other", f.Attack.Model)
	page, err := l.Report(background, &ReportParams{ReportOptions{AttackVolumeOptions: p.AttackVolumeOptions, Scans: []report.Scan{{Slices: 1}}}})
	require.NoError(t, err)
	assert.Contains(t, page.HTML, "Mean of small and other")
	for model, message := range map[string]string{
		"small+":      `"small+" has an empty one`,
		"small+othre": `there is no model "othre"; expected small or other`,
	} {
		p.Model = model
		_, err = l.Attack(background, p)
		assert.ErrorContains(t, err, message)
	}
	l.named(name).Normalisation = "max"
	p.Model = name + "+small"
	_, err = l.Attack(background, p)
	assert.ErrorContains(t, err, "a mean needs models of the same classes and normalisation; other finds a, b of slices normalised by max, small a, b by minmax")
}

func TestAMeanOfModelsSeesASliceAtTheLargestOfTheirSizes(t *testing.T) {
	l, _ := opened(t)
	p := NewAttack(loaded(t, l, 1))
	p.Model = "small+" + another(t, l, 64)
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	assert.Equal(t, 64, f.Width)
}

func TestAnAttackOnEveryModelIsJudgedByAll(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	p := NewTransfer(id)
	p.Models, p.Epsilon = []string{"small", another(t, l, 64), "small+other"}, 0.05
	told, err := l.Transfer(background, p)
	require.NoError(t, err)
	require.Len(t, told.Rows, 9)
	for i, row := range told.Rows {
		assert.Equal(t, []string{p.Models[i/3], p.Models[i%3]}, []string{row.Crafted, row.Judged})
		if i/3 != i%3 {
			continue
		}
		own := NewAttack(id)
		own.Model, own.Epsilon = row.Crafted, p.Epsilon
		f, err := l.Attack(background, own)
		require.NoError(t, err)
		assert.Equal(t, []any{f.Metrics.Dice.Union, f.Metrics.Dice.True, f.Metrics.Ending}, []any{row.Union, row.True, row.Ending}, row.Crafted)
	}
	require.Len(t, told.Noise, 3, "as much noise stands beside it, for every model")
	noise := NewAttack(id)
	require.NoError(t, noise.Take(attack.Noise))
	noise.Model, noise.Epsilon = "other", p.Epsilon
	f, err := l.Attack(background, noise)
	require.NoError(t, err)
	assert.Equal(t, []any{f.Metrics.Dice.Union, f.Metrics.Dice.True, f.Metrics.Ending}, []any{told.Noise[1].Union, told.Noise[1].True, told.Noise[1].Ending})
	p.On, p.Epsilon = OnInput, 0.5
	told, err = l.Transfer(background, p)
	require.NoError(t, err)
	require.Len(t, told.Rows, 9)
	q := question{subject: &Subject{}, model: l.named("other")}
	r := &Result{Width: 32, Height: 32, Image: make([]float32, 3*32*32), Adversarial: slices.Repeat([]float32{0.25}, 3*32*32)}
	image, err := q.shown(r, slices.Repeat([]float32{0.5}, 3*64*64))
	require.NoError(t, err)
	assert.Equal(t, slices.Repeat([]float32{0.75}, 3*64*64), image, "the change is resampled")
	l.named("other").Normalisation = "max"
	_, err = l.Transfer(background, p)
	assert.ErrorContains(t, err, "the inputs of small and other have not the same channels and normalisation")
	p.Models = []string{"small"}
	_, err = l.Transfer(background, p)
	assert.ErrorContains(t, err, "a transfer between 1 model; expected two at least")
}

// blank is a network that finds nothing.
type blank struct{ net.Network }

func (n blank) Logits(x *core.Node) *core.Node { return core.Affine(n.Network.Logits(x), 0, -1) }

func TestWhatLeadsToATargetIsJudgedByIt(t *testing.T) {
	for _, sought := range []attack.Target{attack.Vanish, attack.Hallucinate} {
		l, _ := opened(t)
		id := loaded(t, l, 2)
		own := NewAttack(id)
		own.Target, own.Epsilon = sought, 0.05
		f, err := l.Attack(background, own)
		require.NoError(t, err)
		p := NewTransfer(id)
		p.How, p.Models = own.How, []string{"small", another(t, l, 64)}
		told, err := l.Transfer(background, p)
		require.NoError(t, err)
		assert.Equal(t, f.Metrics.Ending, told.Rows[0].Ending, "as of any attack")
		u := NewUniversal(id)
		u.Target = sought
		change, err := l.Universal(background, u)
		require.NoError(t, err)
		for _, row := range change.Slices {
			assert.Contains(t, []attack.Ending{attack.Reached, attack.Unreached}, row.Ending, "as the noise beside it is")
		}
	}
}

func TestAModelThatFindsNothingToSwapHidesNotWhatOthersDo(t *testing.T) {
	l, _ := opened(t)
	p := NewTransfer(loaded(t, l, 1))
	p.Models, p.Target, p.Epsilon = []string{"small", another(t, l, 64)}, attack.Swap, 0.05
	all, err := l.Transfer(background, p)
	require.NoError(t, err)
	transfer := func(blind ...string) (*Transfers, error) {
		l, _ := opened(t)
		p.Scan, p.Models[1] = loaded(t, l, 1), another(t, l, 64)
		for _, name := range blind {
			l.named(name).Net = blank{l.named(name).Net}
		}
		return l.Transfer(background, p)
	}
	told, err := transfer("other")
	require.NoError(t, err)
	assert.Equal(t, all.Rows[0], told.Rows[0])
	assert.Equal(t, attack.Unreached, told.Rows[2].Ending, "what is made on the other is no change")
	_, err = transfer("small", "other")
	assert.ErrorIs(t, err, attack.ErrNothing, "where no model finds any")
}

func TestOneChangeIsMadeOfEveryOtherSliceAndTriedOnAll(t *testing.T) {
	l, _ := opened(t)
	scans := []int{loaded(t, l, 3), loaded(t, l, 2)}
	paint(t, l, scans[0], "truth", 0, 1)
	p := NewUniversal(scans...)
	p.Epsilon, p.Steps = 0.05, 3
	f, err := l.Universal(background, p)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 2}, []int{f.Made.Slices, f.Held.Slices})
	assert.LessOrEqual(t, attack.Linf.Measure(f.Change), 0.05+1e-6)
	assert.Equal(t, OnInput, f.Attack.On)
	at := [][2]int{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}}
	for i, row := range f.Slices {
		assert.Equal(t, at[i], [2]int{row.Scan, row.Slice})
		assert.Equal(t, i%2 == 1, row.Held)
	}
	assert.NotNil(t, f.Slices[0].Union.Before, "which has a truth")
	assert.Nil(t, f.Slices[3].Union.Before, "which has none")
	var own means
	for _, row := range f.Slices {
		if row.Scan == 0 && !row.Held {
			own.add(row.Union)
		}
	}
	assert.Equal(t, own.told(), f.Made.Union, "before and after are means of the same slices: those with a truth")

	noise, beside := NewAttack(scans[0]), means{}
	require.NoError(t, noise.Take(attack.Noise))
	noise.On, noise.Epsilon = OnInput, 0.05
	for noise.Slice = range 3 {
		one, err := l.Attack(background, noise)
		require.NoError(t, err)
		beside.add(one.Metrics.Dice.Union)
	}
	assert.Equal(t, 5, f.Noise.Slices, "as much noise stands beside it, on all slices")
	assert.Equal(t, beside.told(), f.Noise.Union, "of the slices with a truth")

	again, err := l.Universal(background, p)
	require.NoError(t, err)
	assert.Equal(t, f.Change, again.Change)
}

func TestAUniversalChangeIsMadeWithoutSlicesOfNothingToSwap(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 4)
	paint(t, l, id, "truth", 2, 2)
	p := NewUniversal(id)
	p.Epsilon, p.Steps, p.Target = 0.05, 3, attack.Swap
	f, err := l.Universal(background, p)
	require.NoError(t, err)
	assert.NotZero(t, attack.Linf.Measure(f.Change))
	assert.Equal(t, 4, f.Noise.Slices)
	_, err = l.Unpaint(background, &UnpaintParams{id, UnpaintOptions{}})
	require.NoError(t, err)
	paint(t, l, id, "truth", 1, 2)
	_, err = l.Universal(background, p)
	assert.ErrorIs(t, err, attack.ErrNothing, "of the slices that it is made of none has anything")
}

func TestAUniversalChangeIsRefusedWhereItMakesNoSense(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 2)
	for message, change := range map[string]func(p *UniversalParams){
		"expected fgsm, bim, mifgsm, ":                      func(p *UniversalParams) { require.NoError(t, p.Take("apgd")) },
		"leave out on: scan":                                func(p *UniversalParams) { p.On = OnScan },
		"leave out where: region":                           func(p *UniversalParams) { p.Where = InRegion },
		"takes no stop":                                     func(p *UniversalParams) { p.Stop = 1 },
		"one that is held out; found 0":                     func(p *UniversalParams) { p.Scans = nil },
		"one that is held out; found 1":                     func(p *UniversalParams) { p.Scans = []int{loaded(t, l, 1)} },
		"the method bim does not take the schedule halving": func(p *UniversalParams) { p.Schedule = attack.Halving },
	} {
		p := NewUniversal(id)
		change(p)
		_, err := l.Universal(background, p)
		assert.ErrorContains(t, err, message)
	}
}
