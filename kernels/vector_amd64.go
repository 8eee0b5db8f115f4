package kernels

import "math"

// lanes is how many elements an AVX2 vector holds.
const lanes = 8

//go:noescape
func scaleShiftAVX2(dst, x *float32, n int, scale, shift, floor float32)

//go:noescape
func gatedAVX2(dst, x, gate *float32, n int)

//go:noescape
func addAVX2(dst, a, b *float32, n int)

//go:noescape
func multiplyAVX2(dst, a, b *float32, n int)

//go:noescape
func combineAVX2(dst, x, y *float32, n int, a, b, c float32)

//go:noescape
func sumAVX2(x *float32, n int) float64

//go:noescape
func productsAVX2(dy, x *float32, n int, mean float32) (sum, product float32)

//go:noescape
func softplusAVX2(dst, x *float32, n int)

//go:noescape
func swishAVX2(dst, x *float32, n int)

//go:noescape
func swishGradAVX2(dst, x, dy *float32, n int)

//go:noescape
func maxOfFourAVX2(dst, top, bottom *float32, n int)

//go:noescape
func toFirstOfFourAVX2(up, down, top, bottom, dy *float32, n int)

//go:noescape
func twiceAVX2(dst, x *float32, n int)

//go:noescape
func sumOfFourAVX2(dst, top, bottom *float32, n int)

// vectors is AVX2 with FMA, and AVX-512 where that pays.
var vectors = simd{
	name:      instructions(),
	madd:      maddVectors,
	dot:       dotVectors,
	transpose: transposeVectors,
	scaleShift: func(dst, x []float32, scale, shift float32, act Activation) {
		floor := float32(math.Inf(-1))
		if act == ReLU {
			floor = 0
		}
		scaleShiftAVX2(&dst[0], &x[0], len(dst), scale, shift, floor)
	},
	gated:    func(dst, x, gate []float32) { gatedAVX2(&dst[0], &x[0], &gate[0], len(dst)) },
	add:      func(dst, a, b []float32) { addAVX2(&dst[0], &a[0], &b[0], len(dst)) },
	multiply: func(dst, a, b []float32) { multiplyAVX2(&dst[0], &a[0], &b[0], len(dst)) },
	combine: func(dst, x, y []float32, a, b, c float32) {
		combineAVX2(&dst[0], &x[0], &y[0], len(dst), a, b, c)
	},
	sum: func(x []float32) float64 { return sumAVX2(&x[0], len(x)) },
	products: func(dy, x []float32, mean float32) (sum, product float32) {
		return productsAVX2(&dy[0], &x[0], len(dy), mean)
	},
	softplus:  func(dst, x []float32) { softplusAVX2(&dst[0], &x[0], len(dst)) },
	swish:     func(dst, x []float32) { swishAVX2(&dst[0], &x[0], len(dst)) },
	swishGrad: func(dst, x, dy []float32) { swishGradAVX2(&dst[0], &x[0], &dy[0], len(dst)) },
	maxOfFour: func(dst, top, bottom []float32) {
		maxOfFourAVX2(&dst[0], &top[0], &bottom[0], len(dst))
	},
	toFirstOfFour: func(up, down, top, bottom, dy []float32) {
		toFirstOfFourAVX2(&up[0], &down[0], &top[0], &bottom[0], &dy[0], len(dy))
	},
	twice: func(dst, x []float32) { twiceAVX2(&dst[0], &x[0], len(x)) },
	sumOfFour: func(dst, top, bottom []float32) {
		sumOfFourAVX2(&dst[0], &top[0], &bottom[0], len(dst))
	},
}
