package lab

import (
	"math"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPaintingIsUndoneStrokeByStroke(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 2)
	one := paint(t, l, id, "truth", 0, 1)
	two := paint(t, l, id, "truth", 1, 2)
	assert.Equal(t, []int{1}, one.Labels)
	assert.Equal(t, []int{1, 2}, two.Labels)
	undo := func() *MaskInfo {
		m, err := l.Unpaint(background, &UnpaintParams{Scan: id})
		require.NoError(t, err)
		return m
	}
	assert.Equal(t, one, undo())
	assert.Nil(t, undo(), "there was no mask before")
	assert.Nil(t, undo())
}

func TestAStrokeThatCannotBeIsRefusedAndLeavesNothing(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	nan, at := math.NaN(), [][2]float64{{5, 5}}
	for says, o := range map[string]PaintOptions{
		"a stroke has points or runs; neither was given":       {Label: 1, Radius: 3},
		"radius of -3; expected a number from 0":               {Label: 1, Radius: -3, Points: at},
		"radius of NaN":                                        {Label: 1, Radius: nan, Points: at},
		"radius of +Inf":                                       {Label: 1, Radius: math.Inf(1), Points: at},
		"a stroke through NaN, 5; expected points":             {Label: 1, Radius: 3, Points: [][2]float64{{5, 5}, {nan, 5}}},
		"a stroke through 5, -Inf; expected points of the pic": {Label: 1, Radius: 3, Points: [][2]float64{{5, math.Inf(-1)}}},
	} {
		_, err := l.Paint(background, &PaintParams{id, o})
		assert.ErrorContains(t, err, says)
	}
	assert.Nil(t, l.things.Get(id).(*Subject).Truth)
}

func TestStrokesThatAreTooManyToBeUndoneStayPainted(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	for k := range keptStrokes + 1 {
		_, err := l.Paint(background, &PaintParams{id, PaintOptions{Label: 1, Points: [][2]float64{{float64(k % 30), 5}}}})
		require.NoError(t, err)
	}
	var left *MaskInfo
	for range keptStrokes + 2 {
		var err error
		left, err = l.Unpaint(background, &UnpaintParams{Scan: id})
		require.NoError(t, err)
	}
	assert.Equal(t, 1, left.Pixels, "of the first stroke")
	assert.True(t, l.things.Get(id).(*Subject).Named, "what was painted is of the model's classes")
	assert.NotNil(t, attacked(t, l, id, 0).Painted.Truth, "a recipe has it, which no file has")
}

func TestStrokesOnALoadedMaskLeaveItAsItWas(t *testing.T) {
	l, h := opened(t)
	id := loaded(t, l, 1)
	labels := make([]uint8, 40*36)
	labels[0] = 1
	saved, err := h.WriteMask(background, "nifti", labels, nil, 0, l.things.Get(id).(*Subject).Scan)
	require.NoError(t, err)
	load := &LoadMaskParams{Scan: id, As: "truth"}
	load.File = fileOf("mask.nii", saved.Bytes.([]byte))
	info, err := l.LoadMask(background, load)
	require.NoError(t, err)
	assert.Equal(t, &MaskInfo{Labels: []int{1}, Pixels: 1}, info)
	loadedMask := l.things.Get(id).(*Subject).Truth
	paint(t, l, id, "", 0, 2)
	assert.Equal(t, labels, loadedMask.Layers[0])
	undone, err := l.Unpaint(background, &UnpaintParams{Scan: id})
	require.NoError(t, err)
	assert.Equal(t, info, undone)
	assert.Same(t, loadedMask, l.things.Get(id).(*Subject).Truth)
}

func TestAMaskOfAnotherSizeIsRefusedInWhateverRole(t *testing.T) {
	l, h := opened(t)
	id := loaded(t, l, 1)
	other := *l.things.Get(id).(*Subject).Scan
	other.Width, other.Height = 20, 18
	saved, err := h.WriteMask(background, "png", make([]uint8, 20*18), nil, 0, &other)
	require.NoError(t, err)
	for _, as := range []string{"truth", "region", "target"} {
		paint(t, l, id, as, 0, 1)
		before := (*easel{l.things.Get(id).(*Subject), as}.mask())
		load := &LoadMaskParams{Scan: id, As: as}
		load.File = fileOf("mask.png", saved.Bytes.([]byte))
		_, err = l.LoadMask(background, load)
		assert.ErrorContains(t, err, "scan: the mask is 20×18 pixels, but the scan is ", as)
		assert.Same(t, before, *easel{l.things.Get(id).(*Subject), as}.mask(), "%s: what was there stays", as)
	}
}

func TestValuesOfAMaskAreTheClassesThatTheyAreSaidToBe(t *testing.T) {
	l, h := opened(t)
	id := loaded(t, l, 1)
	on := l.things.Get(id).(*Subject)
	labels := make([]uint8, 40*36)
	copy(labels, []uint8{1, 2, 4, 7})
	saved, err := h.WriteMask(background, "nifti", labels, nil, 0, on.Scan)
	require.NoError(t, err)
	load := &LoadMaskParams{Scan: id, As: "truth"}
	load.File = fileOf("mask.nii", saved.Bytes.([]byte))
	_, err = l.LoadMask(background, load)
	require.ErrorContains(t, err, "the mask has label 7, but the model has 2 classes")

	load.Classes = []int{2, 0, 0, 1}
	info, err := l.LoadMask(background, load)
	require.NoError(t, err)
	assert.Equal(t, &MaskInfo{Labels: []int{1, 2}, Pixels: 2, Values: []int{1, 2, 4, 7}, Classes: []int{2, 0, 0, 1}}, info)
	assert.Equal(t, []uint8{2, 0, 1, 0}, on.Truth.Layers[0][:4])
	assert.True(t, on.Named, "a single class is the one that was said")

	load.Classes = []int{3}
	_, err = l.LoadMask(background, load)
	require.ErrorContains(t, err, "the mask has label 3, but the model has 2 classes")
	load.Classes = []int{-1}
	_, err = l.LoadMask(background, load)
	assert.EqualError(t, err, "segfault: label 1 is to be class -1, but classes are numbers from 1 to 255, and 0 is none")
	assert.Equal(t, []uint8{2, 0, 1, 0}, on.Truth.Layers[0][:4], "what was refused changes nothing")
}

func TestAScanOfFewWholeValuesMayBeAMask(t *testing.T) {
	of := func(values ...float32) bool {
		return (&Subject{Scan: &scan.Scan{Width: len(values), Height: 1, Slices: 1, Channels: 1, Values: values}}).labelled()
	}
	assert.True(t, of(0, 1, 0, 2, 255))
	assert.True(t, of(0, 0, 0))
	assert.False(t, of(0, 0.5))
	assert.False(t, of(0, -1))
	assert.False(t, of(0, float32(math.NaN())))
	many := make([]float32, 40)
	for i := range many {
		many[i] = float32(i)
	}
	assert.False(t, of(many...))
}

func TestARecipeKeepsPaintedMasksOnly(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	assert.Equal(t, Painted{}, attacked(t, l, id, 0).Painted)
	paint(t, l, id, "region", 0, 1)
	painted := attacked(t, l, id, 0).Painted
	assert.Nil(t, painted.Truth)
	again := l.things.Get(id).(*Subject).Scan.NewMask()
	require.NoError(t, again.SetRuns(0, painted.Region.Runs))
	assert.Equal(t, l.things.Get(id).(*Subject).Region.Layers, again.Layers)
}

func TestMessagesOfSlicesHaveAListForEach(t *testing.T) {
	runs := [][]int{{4}, {4, 2}}
	Fields(&PaintedVolume{Slices: runs}, func(name string, at any) {
		if name != "slices" {
			return
		}
		all := at.(List)
		for i := range all.Len {
			one, ok := all.At(i).(List)
			require.True(t, ok, "what no message knows ends the engine")
			assert.Equal(t, len(runs[i]), one.Len)
		}
	})
}

func TestRunsInPlaceOfPointsAreUndoneToWhatWasBefore(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	before, err := l.things.Get(id).(*Subject).Truth.Runs(0)
	require.NoError(t, err)
	_, err = l.Paint(background, &PaintParams{id, PaintOptions{Label: 2, Points: [][2]float64{{8, 8}}, Radius: 3, Runs: []int{40 * 36, 0}}})
	require.NoError(t, err)
	_, err = l.Unpaint(background, &UnpaintParams{id, UnpaintOptions{}})
	require.NoError(t, err)
	after, err := l.things.Get(id).(*Subject).Truth.Runs(0)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}
