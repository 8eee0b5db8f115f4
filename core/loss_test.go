package core_test

import (
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
)

// Beside one class there is the background.
func TestCrossEntropyOfOneClassIsBinary(t *testing.T) {
	x := core.NewParameter("x", &core.Tensor{Shape: core.Shape{1, 1, 1, 4}, Data: []float32{-3, 0.5, 2, -1}})
	target := core.NewParameter("t", &core.Tensor{Shape: core.Shape{1, 1, 1, 4}, Data: []float32{0, 1, 0, 1}})
	slope := func(l core.Loss) []float32 { return valueOf(t, core.Grad(l.Of(x, target), x)[0]) }
	assert.InDelta(t, valueOf(t, core.BCE.Of(x, target))[0], valueOf(t, core.CE.Of(x, target))[0], 1e-6)
	assert.InDeltaSlice(t, slope(core.BCE), slope(core.CE), 1e-6)
}

// Of equal labels the first counts: a pixel without any is the first class, which mostly is the background.
func TestTheLabelOfAPixelIsItsFirstLargest(t *testing.T) {
	x := core.NewParameter("x", &core.Tensor{Shape: core.Shape{1, 3, 1, 3}, Data: []float32{5, 0, 0, 0, 5, 0, 0, 0, 5}})
	of := func(labels ...float32) float32 {
		target := core.NewParameter("t", &core.Tensor{Shape: core.Shape{1, 3, 1, 3}, Data: labels})
		return valueOf(t, core.CE.Of(x, target))[0]
	}
	const right, wrong = 0.013386, 5.013386 // −ln softmax
	assert.InDelta(t, right, of(1, 0, 0, 0, 1, 0, 0, 0, 1), 1e-5)
	assert.InDelta(t, (2*right+wrong)/3, of(0, 0, 0, 0, 1, 1, 0, 0, 1), 1e-5, "the last pixel has two labels, of which the first is another")
	assert.InDelta(t, (2*right+wrong)/3, of(0, 0, 0, 0, 1, 0, 0, 0, 0), 1e-5, "two pixels have none")
}
