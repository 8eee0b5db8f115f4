package lab

import (
	"context"
	"errors"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/safetensors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnotherEpsilonCostsNoGradient(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	first := attacked(t, l, id, 0)
	require.Len(t, l.gradients, 1)
	p := NewAttack(id)
	p.Epsilon = 0.01
	second, err := l.Attack(background, p)
	require.NoError(t, err)
	assert.Len(t, l.gradients, 1)
	assert.Equal(t, first.Gradient, second.Gradient)
	assert.Greater(t, first.Metrics.LInf, second.Metrics.LInf)
	p.Loss = "bce"
	_, err = l.Attack(background, p)
	require.NoError(t, err)
	assert.Len(t, l.gradients, 2, "another loss is another question")
}

func TestAChangedTruthMakesGradientsVoid(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	free := attacked(t, l, id, 0)
	paint(t, l, id, "region", 0, 1)
	assert.Len(t, l.gradients, 1, "a region only matters afterwards")
	paint(t, l, id, "truth", 0, 1)
	assert.Empty(t, l.gradients)
	bound := attacked(t, l, id, 0)
	assert.NotEqual(t, free.Gradient, bound.Gradient)
	assert.Equal(t, attack.Truth, bound.Metrics.Reference)
	assert.Equal(t, InRegion, bound.Attack.Where)
}

func TestOfAPredictionNoAttackedScanIsSaved(t *testing.T) {
	l, _ := opened(t)
	clean, err := l.Predict(background, &PredictParams{Scan: loaded(t, l, 1)})
	require.NoError(t, err)
	_, err = l.Save(background, &SaveParams{clean.ID, SaveOptions{What: "scan"}})
	assert.EqualError(t, err, "segfault: this is a prediction, in which no scan was attacked; save its mask, which is called before")
}

func TestWhatIsReleasedIsGone(t *testing.T) {
	l, h := opened(t)
	id := loaded(t, l, 1)
	fault := attacked(t, l, id, 0)
	_, err := l.Release(background, &ReleaseParams{[]int{id}})
	require.NoError(t, err)
	_, err = l.Attack(background, NewAttack(id))
	assert.EqualError(t, err, "segfault: this scan is not loaded, or was released; load it again")
	assert.Empty(t, l.gradients)
	_, err = l.Save(background, &SaveParams{fault.ID, SaveOptions{What: "scan"}})
	assert.NoError(t, err, "a result keeps its scan's file")
	assert.Empty(t, h.forgotten)
	_, err = l.Release(background, &ReleaseParams{[]int{fault.ID, fault.ID, 99}})
	require.NoError(t, err)
	assert.Len(t, h.forgotten, 1)
	_, err = l.Save(background, &SaveParams{fault.ID, SaveOptions{What: "scan"}})
	assert.EqualError(t, err, "segfault: what should be saved is not there any more; load or compute it again")
	_, err = l.Render(background, NewRendering(fault.ID))
	assert.ErrorContains(t, err, "what should be drawn is not there any more")
}

func TestOthersHaveTheLabWhileWeightsAreFetched(t *testing.T) {
	h := newHost(t)
	l := New(h)
	var during error
	h.fetch = func(context.Context) error {
		_, during = l.Sample(background, &SampleParams{Name: "heart"})
		return nil
	}
	_, err := l.Open(background, &OpenParams{OpenOptions: OpenOptions{Backend: "cpu"}})
	require.NoError(t, err)
	assert.NoError(t, during)
}

func TestAFailedDownloadEndsItsCallAlone(t *testing.T) {
	h := newHost(t)
	l := New(h)
	h.fetch = func(context.Context) error { return Coded(BadNetwork, errors.New("the host is silent")) }
	_, err := l.Open(background, &OpenParams{OpenOptions: OpenOptions{Backend: "cpu"}})
	assert.EqualError(t, err, "the host is silent")
	assert.Equal(t, BadNetwork, CodeOf(err))
	h.fetch = nil
	_, err = l.Open(background, &OpenParams{OpenOptions: OpenOptions{Backend: "cpu"}})
	assert.NoError(t, err, "the lab is free, and tries again")
	assert.Len(t, l.models, 1)
}

func TestACallThatEndsWhileItWaitsGetsNoTurn(t *testing.T) {
	l, _ := opened(t)
	busy, err := l.begin(background)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(Watched(background, Watch{Begun: func() { t.Error("it has no turn") }}))
	cancel()
	_, err = l.Predict(ctx, &PredictParams{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, Cancelled, CodeOf(err))
	busy.end()
	loaded(t, l, 1)
}

func TestAScanThatIsReleasedWhileItIsAttackedKeepsItsFileSoLong(t *testing.T) {
	l, h := opened(t)
	id := loaded(t, l, 2)
	kept := -1
	ctx := Watched(background, Watch{Begun: func() {}, Progress: func(stage string, done, _ int) {
		if stage == "slice" && done == 1 {
			_, err := l.Release(background, &ReleaseParams{[]int{id}})
			assert.NoError(t, err)
			kept = len(h.forgotten)
		}
	}})
	v, err := l.AttackVolume(ctx, NewVolumeAttack(id))
	require.NoError(t, err)
	assert.Zero(t, kept)
	_, err = l.Release(background, &ReleaseParams{[]int{v.ID}})
	require.NoError(t, err)
	assert.Len(t, h.forgotten, 1)
}

func TestAComputationBreathesAndTellsHowFarItIs(t *testing.T) {
	l, h := opened(t)
	id := loaded(t, l, 1)
	breaths, stages := 0, map[string]int{}
	h.breathe = func() { breaths++ }
	ctx := Watched(background, Watch{Begun: func() {}, Progress: func(stage string, done, total int) { stages[stage]++ }})
	p := NewAttack(id)
	p.Steps, p.Epsilon = 3, 0.05
	f, err := l.Attack(ctx, p)
	require.NoError(t, err)
	assert.Equal(t, 3, stages["step"])
	assert.Len(t, f.Metrics.Steps, 4)
	assert.Positive(t, stages["plan"])
	assert.GreaterOrEqual(t, breaths, stages["plan"])
}

func TestAnIterationOfQuickStepsHearsThatItIsEnough(t *testing.T) {
	l, h := opened(t)
	p := NewAttack(loaded(t, l, 1))
	p.Steps = 900
	begun, heard := false, false
	h.breathe = func() { heard = heard || begun } // as a worker hears messages
	f, err := l.Attack(Watched(background, Watch{
		Begun:    func() {},
		Progress: func(stage string, _, _ int) { begun = begun || stage == "step" },
		Enough:   func() bool { return heard },
	}), p)
	require.NoError(t, err)
	require.NotNil(t, f.Cancelled)
	assert.Less(t, f.Cancelled.After, f.Cancelled.Of)
}

func TestASampleIsThePatientOfItsSeed(t *testing.T) {
	l, _ := opened(t)
	seed := 7.0
	s, err := l.Sample(background, &SampleParams{Name: "glioma", SampleOptions: SampleOptions{&seed}})
	require.NoError(t, err)
	assert.Equal(t, &Simulated{"glioma", 7}, s.Sample)
	assert.False(t, s.Saveable)
	again, err := l.Sample(background, &SampleParams{ID: 40, Name: "glioma", SampleOptions: SampleOptions{&seed}})
	require.NoError(t, err)
	assert.Equal(t, 40, again.ID, "the number that it had")
	first, err := l.Slice(background, &SliceParams{s.ID, 0})
	require.NoError(t, err)
	second, err := l.Slice(background, &SliceParams{40, 0})
	require.NoError(t, err)
	assert.Equal(t, first, second)
}

func TestAVisitorsModelIsAttackedAsItIsTold(t *testing.T) {
	l, h := opened(t)
	p := &LoadModelParams{ModelParams: ModelParams{FileParams: FileParams{fileOf("small.safetensors", h.weights)}}}
	p.Classes, p.Size, p.Range = []string{"left", "right"}, 64, []float32{-1, 1}
	loadedModel, err := l.LoadModel(background, p)
	require.NoError(t, err)
	assert.Equal(t, "small (2)", loadedModel.Model.Name)
	assert.True(t, loadedModel.Model.Own)
	id := loaded(t, l, 1)
	a := NewAttack(id)
	a.Model = "small (2)"
	f, err := l.Attack(background, a)
	require.NoError(t, err)
	assert.Equal(t, 64, f.Width)
	assert.Equal(t, []string{"left", "right"}, f.Classes)
	p.Size = 33
	_, err = l.LoadModel(background, p)
	assert.ErrorContains(t, err, "expected a multiple of")
	assert.Equal(t, BadFile, CodeOf(err))
	a.Model = "none"
	_, err = l.Attack(background, a)
	assert.ErrorContains(t, err, `there is no model "none"; expected small or small (2)`)
	a.Model = "smal"
	_, err = l.Attack(background, a)
	assert.ErrorContains(t, err, `there is no model "smal"; did you mean small?`)
}

func TestAVisitorsModelKeepsItsNameInAnotherWorker(t *testing.T) {
	l, h := opened(t)
	p := &LoadModelParams{ModelParams: ModelParams{FileParams: FileParams{fileOf("best.pt.safetensors", h.weights)}}}
	before, err := l.LoadModel(background, p)
	require.NoError(t, err)
	assert.Equal(t, "best.pt", before.Model.Name)
	other, _ := opened(t)
	p.Name = before.Model.Name // as site/engine/journal.js gives it again
	after, err := other.LoadModel(background, p)
	require.NoError(t, err)
	assert.Equal(t, before.Model.Name, after.Model.Name)
}

func TestWhatAScanCannotHaveIsRefused(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	for want, change := range map[string]func(*AttackParams){
		"the scan has no truth to attack with":               func(p *AttackParams) { p.Target = attack.Truth },
		"the scan has no region of interest":                 func(p *AttackParams) { p.Where = InRegion },
		`unknown place "regoin"; did you mean region?`:       func(p *AttackParams) { p.Where = "regoin" },
		`unknown gradient "gray"; did you mean grey?`:        func(p *AttackParams) { p.Gradient = "gray" },
		`unknown ground "inpt"; did you mean input?`:         func(p *AttackParams) { p.On = "inpt" },
		`unknown loss "dice_fcal"; did you mean dice_focal?`: func(p *AttackParams) { p.Loss = "dice_fcal" },
		"epsilon 7 is out of range":                          func(p *AttackParams) { p.Epsilon = 7 },
		"slice 1 was asked for, but the scan has 1":          func(p *AttackParams) { p.Slice = 1 },
		"the truth has 3 labels, but the slice has 40×":      func(p *AttackParams) { p.Truth = make([]uint8, 3) },
	} {
		p := NewAttack(id)
		change(p)
		_, err := l.Attack(background, p)
		assert.ErrorContains(t, err, want)
		assert.Equal(t, Bug, CodeOf(err), want)
	}
	_, err := l.Load(background, &LoadParams{Files: []File{fileOf("x.png", []byte("no picture"))}})
	assert.Equal(t, BadFile, CodeOf(err))
}

func TestANamedMethodDecidesWhatIsLeftOut(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	ask := func(options func(*AttackParams)) (*Fault, error) {
		reply, err := Methods["attack"](background, l, func(p any) error {
			p.(*AttackParams).Scan = id
			options(p.(*AttackParams))
			return nil
		})
		if err != nil {
			return nil, err
		}
		return reply.(*Fault), nil
	}
	f, err := ask(func(p *AttackParams) { p.Name, p.Steps = "pgd", 3 })
	require.NoError(t, err)
	assert.Equal(t, attack.Random, f.Attack.Start)
	assert.Equal(t, 3, f.Attack.Steps)
	assert.Equal(t, attack.Prediction, f.Attack.Target, "as the scan has it")
	_, err = ask(func(p *AttackParams) { p.Name, p.Steps = "fgsm", 3 })
	assert.ErrorContains(t, err, "the method fgsm does not take the steps 3")
	_, err = ask(func(p *AttackParams) { p.Name = "sgpgd" })
	assert.ErrorContains(t, err, `unknown method "sgpgd"; did you mean segpgd?`)
	f, err = ask(func(*AttackParams) {})
	require.NoError(t, err)
	assert.Equal(t, "fgsm", f.Attack.Name, "what it is, is told")
}

func TestWhereForeignNetworksAreNotReadWhatWasFoundIsSaid(t *testing.T) {
	h := newHost(t)
	h.bare = true
	l := New(h)
	data, err := safetensors.Write(&safetensors.File{Tensors: map[string]*core.Tensor{"transformer.0.weight": core.NewTensor(4, 4)}}, safetensors.F32)
	require.NoError(t, err)
	for want, data := range map[string][]byte{`transformer.0.weight`: data, "saved as safetensors": []byte("\x08\x08:\x00")} {
		for _, name := range []string{"a.safetensors", "a.onnx", "a"} { // which whoever saved it may have called as he liked
			p := &LoadModelParams{}
			p.File = fileOf(name, data)
			_, err = l.LoadModel(background, p)
			assert.ErrorContains(t, err, want, name)
			assert.Equal(t, BadFile, CodeOf(err))
		}
	}
}

func TestWhatANetworkIsItsBytesTellNotItsName(t *testing.T) {
	l, h := opened(t)
	for name, data := range map[string][]byte{"onnx: ": []byte("\x08\x08:\x00"), "the file is a text": []byte("no network at all"), "": h.weights} {
		for _, called := range []string{"best.safetensors", "best.onnx", "best", "best.pth.tar"} {
			p := &LoadModelParams{}
			p.File = fileOf(called, data)
			_, err := l.LoadModel(background, p)
			if name == "" {
				assert.NoError(t, err, called)
			} else {
				assert.ErrorContains(t, err, name, called)
			}
		}
	}
}

func TestAnAttackThatWasLeftAtItsGradientLeavesNone(t *testing.T) {
	l, _ := opened(t)
	expected := attacked(t, l, loaded(t, l, 1), 0)
	l, h := opened(t)
	scan := loaded(t, l, 1)
	ctx, cancel := context.WithCancel(background)
	h.breathe = cancel // while the gradient's program is loaded
	_, err := l.Attack(ctx, NewAttack(scan))
	require.ErrorIs(t, err, context.Canceled)
	h.breathe = nil
	assert.Equal(t, expected.Metrics, attacked(t, l, scan, 0).Metrics)
}
