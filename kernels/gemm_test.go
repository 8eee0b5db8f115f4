package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Both loops add a few hundred products of numbers below 1 in another order
// than the scalar ones: a relative error of some √300 · 2⁻²⁴ of the sum of
// magnitudes, far below this.
const gemmTolerance = 1e-4

func TestMaddMatchesScalar(t *testing.T) {
	for _, taps := range []int{1, 2, 9, 144} {
		for _, strips := range []int{1, 2, 5} {
			t.Run(fmt.Sprintf("%d taps, %d strips", taps, strips), func(t *testing.T) {
				n := strips * stripWidth
				src := noise(1, n+3*taps+1)
				off := make([]int32, taps)
				for i := range off {
					off[i] = int32(3*taps - 3*i)
				}
				w := noise(2, tileRows*taps)
				stride := n + 5
				run := func() []float32 {
					dst := make([]float32, tileRows*stride)
					madd(dst, stride, src, off, w, strips)
					return dst
				}
				compareSIMD(t, run)
			})
		}
	}
}

func TestDotMatchesScalar(t *testing.T) {
	for _, n := range []int{8, 16, 264} {
		t.Run(fmt.Sprintf("%d products", n), func(t *testing.T) {
			a, b := noise(1, tileRows*(n+3)), noise(2, n+20)
			compareSIMD(t, func() []float32 {
				var out [tileRows * dotColumns]float32
				dot(&out, a, n+3, b, [dotColumns]int32{0, 7, 19}, n)
				return out[:]
			})
		})
	}
}

func compareSIMD(t *testing.T, run func() []float32) {
	vector, scalar := bothWays(t, run)
	assert.InDeltaSlice(t, scalar, vector, gemmTolerance)
}

// bothWays runs with and without vector instructions.
func bothWays[T any](t *testing.T, run func() T) (vector, scalar T) {
	if vectors.name == "" {
		t.Skip("no vector instructions here")
	}
	defer SetSIMD(true)
	SetSIMD(false)
	scalar = run()
	SetSIMD(true)
	return run(), scalar
}

// noise is n seeded numbers in [−1, 1).
func noise(seed uint64, n int) []float32 {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make([]float32, n)
	for i := range x {
		x[i] = 2*r.Float32() - 1
	}
	return x
}

func BenchmarkMadd(b *testing.B) {
	const taps, strips = 144, 32
	src, w, dst := noise(1, strips*stripWidth+taps), noise(2, tileRows*taps), make([]float32, tileRows*strips*stripWidth)
	off := make([]int32, taps)
	for i := range off {
		off[i] = int32(i)
	}
	for b.Loop() {
		madd(dst, strips*stripWidth, src, off, w, strips)
	}
	gigaflops(b, 2*taps*tileRows*strips*stripWidth)
}

func BenchmarkDot(b *testing.B) {
	const n = 4096
	x, y := noise(1, tileRows*n), noise(2, n+16)
	var out [tileRows * dotColumns]float32
	for b.Loop() {
		dot(&out, x, n, y, [dotColumns]int32{0, 1, 9}, n)
	}
	gigaflops(b, 2*n*tileRows*dotColumns)
}

func BenchmarkConv2D(b *testing.B) {
	k := Conv2D{N: 1, Ca: 32, H: 112, W: 112, Up: 1, Cout: 32, Window: square(3, 3, 1, 1), Groups: 1, Bias: true, Act: ReLU}
	bind := [][]float32{noise(1, 32*112*112), nil, noise(2, 32*32*9), noise(3, 32), make([]float32, 32*112*112)}
	w := NewWorkers(0)
	for b.Loop() {
		w.Run(k.Bind(w, bind))
	}
	gigaflops(b, 2*32*32*9*112*112)
}

func gigaflops(b *testing.B, flops int) {
	b.ReportMetric(float64(flops)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
