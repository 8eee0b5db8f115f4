package kernels

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// layers are two of one pixel, from 70 channels by way of 19 to 300.
func layers() (first, last Conv2D) {
	pixel := Window{KH: 1, KW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
	first = Conv2D{N: 1, Ca: 70, H: 1, W: 1, Up: 1, Cout: 19, Window: pixel, Groups: 1, Bias: true, Act: SiLU, Keep: true}
	return first, Conv2D{N: 1, Ca: 19, H: 1, W: 1, Up: 1, Cout: 300, Window: pixel, Groups: 1, Bias: true, Act: Logistic}
}

func TestASqueezeIsToTheBitItsTwoLayers(t *testing.T) {
	first, last := layers()
	k, ok := Squeezed(first, last)
	assert.True(t, ok)
	w := NewWorkers(1)
	x, w1, b1, w2, b2 := uniform(70, 1), uniform(70*19, 2), uniform(19, 3), uniform(19*300, 4), uniform(300, 5)
	before, between, y := make([]float32, 19), make([]float32, 19), make([]float32, 300)
	w.Run(first.Bind(w, [][]float32{x, x, w1, b1, before, between}))
	w.Run(last.Bind(w, [][]float32{between, between, w2, b2, y}))
	kept, got := make([]float32, 19), make([]float32, 300)
	stages := k.Bind(w, [][]float32{x, w1, b1, w2, b2, kept, got})
	w.Run(stages)
	assert.Equal(t, before, kept)
	assert.Equal(t, y, got)
	assert.Zero(t, testing.AllocsPerRun(10, func() { w.Run(stages) }))
}

func TestASqueezesGradientIsToTheBitThatOfItsTwoLayers(t *testing.T) {
	first, last := layers()
	toHidden := Conv2DGradInput{N: 1, Cin: 19, C: 19, H: 1, W: 1, Up: 1, Cout: 300, Window: last.Window, Groups: 1, Gate: SiLU}
	toX := Conv2DGradInput{N: 1, Cin: 70, C: 70, H: 1, W: 1, Up: 1, Cout: 19, Window: first.Window, Groups: 1}
	k, ok := SqueezedGrad(toHidden, toX)
	assert.True(t, ok)
	w := NewWorkers(1)
	dy, gate, w2, w1 := uniform(300, 1), uniform(19, 2), uniform(19*300, 3), uniform(70*19, 4)
	between, dx, got := make([]float32, 19), make([]float32, 70), make([]float32, 70)
	w.Run(toHidden.Bind(w, [][]float32{dy, gate, w2, between}))
	w.Run(toX.Bind(w, [][]float32{between, between, w1, dx}))
	w.Run(k.Bind(w, [][]float32{dy, gate, w2, w1, got}))
	assert.Equal(t, dx, got)
}

func TestWhatIsNoPairOfLayersOfOnePixelIsNotSqueezed(t *testing.T) {
	first, last := layers()
	for name, change := range map[string]func(){
		"more than one pixel": func() { first.W, last.W = 2, 2 },
		"two images":          func() { first.N, last.N = 2, 2 },
		"too many between":    func() { first.Cout, last.Ca = MostHidden+1, MostHidden+1 },
		"something added":     func() { last.Plus = true },
	} {
		t.Run(name, func(t *testing.T) {
			defer func(a, b Conv2D) { first, last = a, b }(first, last)
			change()
			_, ok := Squeezed(first, last)
			assert.False(t, ok)
		})
	}
}
