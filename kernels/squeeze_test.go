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

// sums are a mean of what is read twice, as Sum and Then would make it.
func sums(channels, inner int) Sum {
	k := Sum{N: 1, C: channels, Inner: inner, Kept: 1}
	k.Of = Map{Count: channels * inner, Reads: [MostReads]Repeat{{1, channels * inner}, {1, channels * inner}}}
	k.Of.Terms[0] = Term{Binary{Op: Mul}, [2]int8{0, 1}}
	k.Of.Terms[1] = Term{Swish{}, [2]int8{MostReads}}
	k.Then = thenExample(channels)
	return k
}

func TestASqueezeThatMakesItsSumsIsToTheBitBoth(t *testing.T) {
	first, last := layers()
	w := NewWorkers(2)
	pool := Sum{N: 1, C: 70, Inner: 35, Kept: 1}
	both, _ := Squeezed(first, last)
	k, ok := both.Pooled(pool)
	assert.True(t, ok)
	x, w1, b1, w2, b2 := uniform(70*35, 1), uniform(70*19, 2), uniform(19, 3), uniform(19*300, 4), uniform(300, 5)
	given, before, y, kept, got := make([]float32, 70), make([]float32, 19), make([]float32, 300), make([]float32, 19), make([]float32, 300)
	w.Run(pool.Bind(w, [][]float32{x, given}))
	w.Run(both.Bind(w, [][]float32{given, w1, b1, w2, b2, before, y}))
	w.Run(k.Bind(w, [][]float32{x, w1, b1, w2, b2, kept, got}))
	assert.Equal(t, before, kept)
	assert.Equal(t, y, got)
}

func TestSumsThatOneWorkgroupCannotMakeAreLeft(t *testing.T) {
	first, last := layers()
	both, _ := Squeezed(first, last)
	for name, sum := range map[string]Sum{
		"more than a dispatch is worth": {N: 1, C: 70, Inner: 1000, Kept: 1},
		"of several images":             {N: 2, C: 70, Inner: 35, Kept: 1},
		"of other channels":             {N: 1, C: 35, Inner: 70, Kept: 1},
		"of more than buffers bind":     sums(70, 35),
	} {
		t.Run(name, func(t *testing.T) {
			_, ok := both.Pooled(sum)
			assert.False(t, ok)
		})
	}
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
