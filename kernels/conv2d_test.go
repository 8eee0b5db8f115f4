package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func uniform(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32()*2 - 1
	}
	return x
}

// square moves a filter by the same stride and padding on all sides.
func square(kh, kw, stride, pad int) Window {
	return Window{KH: kh, KW: kw, StrideH: stride, StrideW: stride, DilationH: 1, DilationW: 1, Top: pad, Left: pad, Bottom: pad, Right: pad}
}

// overEnd pads more at the end.
func overEnd(w Window, extra int) Window {
	w.Bottom, w.Right = w.Bottom+extra, w.Right+extra
	return w
}

// naive is a convolution by its definition, in float64.
func naive(k Conv2D, a, b, w, bias []float32) []float32 {
	ho, wo := k.Out()
	cin, cout := (k.Ca+k.Cb)/k.Groups, k.Cout/k.Groups
	at := func(n, c, y, x int) float64 {
		if y < 0 || x < 0 || y >= k.H || x >= k.W {
			return 0
		}
		if c < k.Ca {
			return float64(a[((n*k.Ca+c)*(k.H/k.Up)+y/k.Up)*(k.W/k.Up)+x/k.Up])
		}
		return float64(b[((n*k.Cb+c-k.Ca)*k.H+y)*k.W+x])
	}
	y := make([]float32, k.N*k.Cout*ho*wo)
	for i := range y {
		ox, oy, co, n := i%wo, i/wo%ho, i/wo/ho%k.Cout, i/wo/ho/k.Cout
		var s float64
		for ci := range cin {
			for ky := range k.KH {
				for kx := range k.KW {
					s += float64(w[((co*cin+ci)*k.KH+ky)*k.KW+kx]) * at(n, co/cout*cin+ci, oy*k.StrideH+ky*k.DilationH-k.Top, ox*k.StrideW+kx*k.DilationW-k.Left)
				}
			}
		}
		if k.Bias {
			s += float64(bias[co])
		}
		if k.Act == ReLU {
			s = max(s, 0)
		}
		y[i] = float32(s)
	}
	return y
}

func TestConv2DIsItsDefinition(t *testing.T) {
	for _, k := range []Conv2D{
		{N: 2, Ca: 3, H: 7, W: 9, Up: 1, Cout: 5, Window: square(3, 3, 1, 1), Groups: 1, Bias: true},
		{N: 1, Ca: 4, Cb: 3, H: 8, W: 12, Up: 2, Cout: 6, Window: square(3, 3, 1, 1), Groups: 1, Bias: true, Act: ReLU},
		{N: 1, Ca: 3, H: 17, W: 18, Up: 1, Cout: 4, Window: square(7, 7, 2, 3), Groups: 1},
		{N: 1, Ca: 6, H: 9, W: 9, Up: 1, Cout: 9, Window: square(5, 3, 3, 2), Groups: 3, Bias: true},
		{N: 1, Ca: 4, H: 6, W: 5, Up: 1, Cout: 4, Window: square(3, 3, 1, 1), Groups: 4},
		{N: 2, Ca: 3, H: 9, W: 6, Up: 1, Cout: 3, Window: square(5, 5, 1, 2), Groups: 3, Bias: true, Act: ReLU},
		{N: 1, Ca: 3, H: 8, W: 10, Up: 1, Cout: 3, Window: overEnd(square(5, 5, 2, 1), 1), Groups: 3},
		{N: 1, Ca: 3, H: 8, W: 10, Up: 1, Cout: 4, Window: overEnd(square(3, 3, 2, 0), 1), Groups: 1},
		{N: 1, Ca: 3, H: 8, W: 14, Up: 1, Cout: 4, Window: Window{KH: 3, KW: 5, StrideH: 1, StrideW: 3, DilationH: 2, DilationW: 1, Top: 3, Left: 1, Right: 4}, Groups: 1},
		{N: 1, Ca: 3, H: 15, W: 14, Up: 1, Cout: 3, Window: Window{KH: 3, KW: 3, StrideH: 2, StrideW: 1, DilationH: 3, DilationW: 2, Top: 2, Left: 1, Bottom: 4, Right: 3}, Groups: 3},
		{N: 1, Ca: 2, H: 6, W: 5, Up: 1, Cout: 4, Window: Window{KH: 1, KW: 3, StrideH: 1, StrideW: 2, DilationH: 1, DilationW: 1, Top: 2, Left: 7, Bottom: 3, Right: 9}, Groups: 1},
		{N: 1, Ca: 2, Cb: 1, H: 8, W: 10, Up: 2, Cout: 4, Window: Window{KH: 3, KW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Top: -2, Left: -3, Bottom: 1, Right: -1}, Groups: 1},
		{N: 1, Ca: 2, H: 4, W: 5, Up: 1, Cout: 3, Window: Window{KH: 1, KW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Left: 1, Right: -1}, Groups: 1}, // moved
		{N: 1, Ca: 2, H: 4, W: 1, Up: 1, Cout: 3, Window: Window{KH: 1, KW: 2, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Left: -2, Right: 4}, Groups: 1}, // out of the image
		{N: 1, Ca: 2, H: 300, W: 200, Up: 1, Cout: 2, Window: square(3, 3, 1, 1), Groups: 2},                                                                       // depthwise, more than one block
		{N: 1, Ca: 40, H: 90, W: 70, Up: 1, Cout: 9, Window: square(3, 3, 1, 1), Groups: 1, Bias: true},                                                            // more than one block of rows
	} {
		t.Run(fmt.Sprintf("%+v", k), func(t *testing.T) {
			ho, wo := k.Out()
			a, b := uniform(k.N*k.Ca*k.H*k.W/k.Up/k.Up, 1), uniform(k.N*k.Cb*k.H*k.W, 2)
			w, bias := uniform(k.Cout*(k.Ca+k.Cb)/k.Groups*k.KH*k.KW, 3), uniform(k.Cout, 4)
			y := make([]float32, k.N*k.Cout*ho*wo)
			workers := NewWorkers(2)
			workers.Run(k.Bind(workers, [][]float32{a, b, w, bias, y}))
			// sums of up to 360 products below 1: float32 rounding stays under 1e-4
			assert.InDeltaSlice(t, naive(k, a, b, w, bias), y, 1e-4)
		})
	}
}

func TestInnerLoopsAgreeWithScalar(t *testing.T) {
	if SIMD() == "" {
		t.Skip("this machine has no vector instructions that the kernels use")
	}
	defer SetSIMD(true)
	const taps, strips, sa = 37, 3, 64
	src, w := uniform(4096, 1), uniform(taps*tileRows, 2)
	var off []int32
	for i := range taps {
		off = append(off, int32(i*53))
	}
	n := strips * stripWidth
	var dots [2][tileRows * dotColumns]float32
	var sums [2][]float32
	for i, simd := range []bool{false, true} {
		SetSIMD(simd)
		sums[i] = make([]float32, tileRows*n)
		madd(sums[i], n, src, off, w, strips)
		dot(&dots[i], src, sa, src[1000:], [dotColumns]int32{0, 1, 77}, sa)
	}
	assert.InDeltaSlice(t, sums[0], sums[1], 1e-5)
	assert.InDeltaSlice(t, dots[0][:], dots[1][:], 1e-5)
}

func TestConv2DAllocatesWhatItNeedsWhenItIsBound(t *testing.T) {
	k := Conv2D{N: 1, Ca: 16, H: 64, W: 64, Up: 1, Cout: 16, Window: square(3, 3, 1, 1), Groups: 1}
	w := NewWorkers(1)
	stages := k.Bind(w, [][]float32{uniform(16*64*64, 1), nil, uniform(16*16*9, 2), nil, make([]float32, 16*64*64)})
	assert.Zero(t, testing.AllocsPerRun(10, func() { w.Run(stages) }))
}

// TestAWeighedLayerIsToTheBitAProductAndALayer has two images, whose channels have numbers of their own.
func TestAWeighedLayerIsToTheBitAProductAndALayer(t *testing.T) {
	layer := Conv2D{N: 2, Ca: 19, H: 5, W: 7, Up: 1, Cout: 6, Window: Window{KH: 1, KW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}, Groups: 1}
	weighed, at, ok := layer.Weighed()
	assert.True(t, ok)
	assert.Equal(t, 1, at)
	w := NewWorkers(2)
	x, s, f := uniform(2*19*35, 1), uniform(2*19, 2), uniform(6*19, 3)
	product, want, got := make([]float32, len(x)), make([]float32, 2*6*35), make([]float32, 2*6*35)
	w.Run(Binary{Count: len(x), Op: Mul, Div: 35, Mod: 38}.Bind(w, [][]float32{x, s, product}))
	w.Run(layer.Bind(w, [][]float32{product, product, f, f, want}))
	w.Run(weighed.Bind(w, [][]float32{x, s, f, f, got}))
	assert.Equal(t, want, got)
	layer.KH, layer.Top, layer.Bottom = 3, 1, 1
	_, _, ok = layer.Weighed()
	assert.False(t, ok, "of more than single pixels")
}
