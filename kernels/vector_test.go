package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Vector code rounds as the scalar loops do, so results are the same to the
// bit.
func TestVectorLoopsRoundAsTheScalarOnes(t *testing.T) {
	x, y := noise(1, 1003), noise(2, 1003)
	for i := range x {
		x[i] *= 20
	}
	copy(x, []float32{0, float32(math.Copysign(0, -1)), 1e30, -1e30, 87, -87, 88, -88})
	copy(y, []float32{0, float32(math.Copysign(0, -1)), 1, -1})
	for name, f := range map[string]func(dst, x []float32){
		"scaleShift":      func(dst, x []float32) { scaleShift(dst, x, 1.7, -0.3, Identity) },
		"scaleShift ReLU": func(dst, x []float32) { scaleShift(dst, x, 1.7, -0.3, ReLU) },
		"gated":           func(dst, x []float32) { gated(dst, x, y) },
		"add":             func(dst, x []float32) { add(dst, x, y) },
		"multiply":        func(dst, x []float32) { multiply(dst, x, y) },
		"combine":         func(dst, x []float32) { combine(dst, x, y, 0.3, -1.1, 7) },
		"softplus":        softplus,
		"swish":           swish,
		"swishGrad":       func(dst, x []float32) { swishGrad(dst, x, y) },
		"maxOfFour":       func(dst, x []float32) { maxOfFour(dst[:len(x)/4], x, x[len(x)/2:]) },
		"twice":           func(dst, x []float32) { twice(dst, x[:len(x)/2]) },
		"sumOfFour":       func(dst, x []float32) { sumOfFour(dst[:len(x)/4], x, x[len(x)/2:]) },
	} {
		for _, n := range []int{1, 8, 1003} {
			t.Run(fmt.Sprintf("%s of %d", name, n), func(t *testing.T) {
				run := func() []float32 {
					dst := make([]float32, n)
					f(dst, x[:n])
					return dst
				}
				vector, scalar := bothWays(t, run)
				assert.Equal(t, scalar, vector)
			})
		}
	}
}

// Ties go to the first, and the others get 0. A maximum is 0 where only one is
// −0, and NaN where any is: such a window's gradient goes nowhere. A sum from 0
// on is never −0.
func TestVectorPoolingIsTheScalarOne(t *testing.T) {
	values := []float32{0, float32(math.Copysign(0, -1)), 1, -1, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e-40}
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 8, 501} {
		top, bottom, dy := noise(1, 2*n), noise(2, 2*n), noise(3, n)
		for i := range top {
			top[i], bottom[i] = values[r.IntN(len(values))], values[r.IntN(len(values))]
		}
		copy(dy, values[:2])
		vector, scalar := bothWays(t, func() [][]uint32 {
			up, down, most, sum := noise(4, 2*n), noise(5, 2*n), make([]float32, n), make([]float32, n)
			maxOfFour(most, top, bottom)
			toFirstOfFour(up, down, top, bottom, dy)
			sumOfFour(sum, top, bottom)
			return [][]uint32{bitsOf(most), bitsOf(up), bitsOf(down), bitsOf(sum)}
		})
		assert.Equal(t, scalar, vector)
	}
}

// bitsOf tells 0 from −0, and one NaN from no other.
func bitsOf(x []float32) []uint32 {
	bits := make([]uint32, len(x))
	for i, v := range x {
		if bits[i] = math.Float32bits(v); v != v {
			bits[i] = math.MaxUint32
		}
	}
	return bits
}

// Sums of a thousand numbers in another order: float32 keeps some 2⁻²⁴ of the
// sum of magnitudes, float64 2⁻⁵³.
func TestVectorSumsAgreeWithScalarOnes(t *testing.T) {
	x, y := noise(1, 1003), noise(2, 1003)
	vector, scalar := bothWays(t, func() []float64 {
		sum, product := products(x, y, 0.25)
		return []float64{float64(sum), float64(product), sum64(x)}
	})
	assert.InDelta(t, scalar[0], vector[0], 1e-4)
	assert.InDelta(t, scalar[1], vector[1], 1e-4)
	assert.InDelta(t, scalar[2], vector[2], 1e-12)
}

// A ReLU never gives −0, which is not above 0 but whose bits are not 0.
func TestReLUGivesNoNegativeZero(t *testing.T) {
	x := make([]float32, 19)
	for i := range x {
		x[i] = float32(math.Copysign(0, -1))
	}
	vector, scalar := bothWays(t, func() []float32 {
		dst := make([]float32, len(x))
		scaleShift(dst, x, 1, float32(math.Copysign(0, -1)), ReLU)
		return dst
	})
	for i := range x {
		assert.Zero(t, math.Float32bits(vector[i]), "vector %d", i)
		assert.Zero(t, math.Float32bits(scalar[i]), "scalar %d", i)
	}
}
