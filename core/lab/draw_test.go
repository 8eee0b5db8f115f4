package lab

import (
	"math"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASliceIsDrawn(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	p := NewRendering(id)
	p.Pictures, p.Outlines = []string{"scan", "after"}, []string{"truth", "region", "after"}
	bare, err := l.Render(background, p)
	require.NoError(t, err)
	assert.Equal(t, []int{32, 32}, []int{bare.Width, bare.Height})
	assert.InDelta(t, 40./32, bare.Pixel, 1e-9, "as its file says of a mm, on the model's grid")
	assert.Len(t, bare.Pictures["scan"], 4*32*32)
	assert.NotContains(t, bare.Pictures, "after", "what it has not got is left out")
	assert.NotEmpty(t, bare.Outlines["truth"])
	assert.Empty(t, bare.Outlines["region"])
	f := attacked(t, l, id, 0)
	p.Of, p.Own = f.ID, true
	p.Pictures = []string{"scan", "adversarial", "perturbation", "after"}
	full, err := l.Render(background, p)
	require.NoError(t, err)
	assert.Len(t, full.Pictures, 4)
	assert.Equal(t, []int{40, 36}, []int{full.Own.Width, full.Own.Height})
	assert.Len(t, full.Own.Pictures, 3)
	for _, drawn := range []RGBA{full.Pictures["perturbation"], full.Own.Pictures["perturbation"]} {
		for i := 0; i < len(drawn); i += 4 {
			require.True(t, drawn[i] == drawn[i+1] && drawn[i] == drawn[i+2], "one grey for all channels")
		}
	}
	p.Outlines = []string{"befor"}
	_, err = l.Render(background, p)
	assert.ErrorContains(t, err, `unknown outline "befor"; did you mean before?`)
	p.Outlines, p.Pictures = nil, []string{"scn"}
	_, err = l.Render(background, p)
	assert.ErrorContains(t, err, `unknown picture "scn"; did you mean scan?`)
	p.Pictures, p.Window = nil, []float32{1, 0}
	_, err = l.Render(background, p)
	assert.ErrorContains(t, err, "a window of [1 0]; expected two numbers")
	p.Window, p.Gain = nil, float32(math.NaN())
	_, err = l.Render(background, p)
	assert.ErrorContains(t, err, "a gain of NaN; expected a number")
}

func TestASliceIsDrawnWithoutItsDarkestAndBrightestPixelsInAHundred(t *testing.T) {
	values := make([]float32, 1000)
	for i := range values {
		values[i] = float32(i)
	}
	s := &Subject{Scan: &scan.Scan{Width: 50, Height: 20, Slices: 1, Channels: 1, Values: values}}
	low, high, err := s.Window(0, scan.Max)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float32{0.01, 0.99}, []float32{low, high}, 1e-4)
	clear(values)
	low, high, err = s.Window(0, scan.Max)
	require.NoError(t, err)
	assert.Equal(t, []float32{0, 1}, []float32{low, high}, "of one value nothing can be left out")
}

func TestAPixelIsAsWideAsTheFileSaysUnlessItIsADetectors(t *testing.T) {
	s := &scan.Scan{Width: 20, Height: 50, Spacing: [3]float64{0.8, 0.8, 3}}
	r := &Result{Subject: &Subject{Scan: s}, Width: 100}
	assert.InDelta(t, 0.4, r.pixel(), 1e-9)
	s.Detector = true
	assert.Zero(t, r.pixel())
}
