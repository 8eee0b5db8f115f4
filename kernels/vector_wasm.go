package kernels

import "unsafe"

// lanes is how much the loops of vector128.wat are worth calling for: two
// vectors, since a call takes as long as some ten scalar elements.
const lanes = 8

//go:wasmimport simd128 scaleShift
//go:noescape
func simd128ScaleShift(dst, x unsafe.Pointer, n uint32, scale, shift float32, relu uint32)

//go:wasmimport simd128 gated
//go:noescape
func simd128Gated(dst, x, open unsafe.Pointer, n uint32)

//go:wasmimport simd128 add
//go:noescape
func simd128Add(dst, a, b unsafe.Pointer, n uint32)

//go:wasmimport simd128 multiply
//go:noescape
func simd128Multiply(dst, a, b unsafe.Pointer, n uint32)

//go:wasmimport simd128 combine
//go:noescape
func simd128Combine(dst, x, y unsafe.Pointer, n uint32, a, b, c float32)

//go:wasmimport simd128 sum
//go:noescape
func simd128Sum(x unsafe.Pointer, n uint32) float64

//go:wasmimport simd128 products
//go:noescape
func simd128Products(out, g, x unsafe.Pointer, n uint32, mean float32)

//go:wasmimport simd128 softplus
//go:noescape
func simd128Softplus(dst, x unsafe.Pointer, n uint32)

//go:wasmimport simd128 swish
//go:noescape
func simd128Swish(dst, x unsafe.Pointer, n uint32)

//go:wasmimport simd128 swishGrad
//go:noescape
func simd128SwishGrad(dst, x, dy unsafe.Pointer, n uint32)

//go:wasmimport simd128 maxOfFour
//go:noescape
func simd128MaxOfFour(dst, top, bottom unsafe.Pointer, n uint32)

//go:wasmimport simd128 toFirstOfFour
//go:noescape
func simd128ToFirstOfFour(up, down, top, bottom, dy unsafe.Pointer, n uint32)

//go:wasmimport simd128 twice
//go:noescape
func simd128Twice(dst, x unsafe.Pointer, n uint32)

//go:wasmimport simd128 sumOfFour
//go:noescape
func simd128SumOfFour(dst, top, bottom unsafe.Pointer, n uint32)

func pointer(x []float32) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

// vectors is SIMD128. Whether there is one is decided by whoever instantiates the
// program (simd128.mjs): Go's own WebAssembly has no vector instructions, so the
// loops live in other modules, of simd128.wasm, over the same memory.
var vectors = simd{
	name:      instructions(),
	madd:      maddVectors,
	dot:       dotVectors,
	transpose: transposeVectors,
	scaleShift: func(dst, x []float32, scale, shift float32, act Activation) {
		simd128ScaleShift(pointer(dst), pointer(x), uint32(len(dst)), scale, shift, uint32(act))
	},
	gated: func(dst, x, open []float32) {
		simd128Gated(pointer(dst), pointer(x), pointer(open), uint32(len(dst)))
	},
	add: func(dst, a, b []float32) {
		simd128Add(pointer(dst), pointer(a), pointer(b), uint32(len(dst)))
	},
	multiply: func(dst, a, b []float32) {
		simd128Multiply(pointer(dst), pointer(a), pointer(b), uint32(len(dst)))
	},
	combine: func(dst, x, y []float32, a, b, c float32) {
		simd128Combine(pointer(dst), pointer(x), pointer(y), uint32(len(dst)), a, b, c)
	},
	sum: func(x []float32) float64 { return simd128Sum(pointer(x), uint32(len(x))) },
	products: func(g, x []float32, mean float32) (sum, product float32) {
		var out [2]float32
		simd128Products(unsafe.Pointer(&out), pointer(g), pointer(x), uint32(len(g)), mean)
		return out[0], out[1]
	},
	softplus: func(dst, x []float32) { simd128Softplus(pointer(dst), pointer(x), uint32(len(dst))) },
	swish:    func(dst, x []float32) { simd128Swish(pointer(dst), pointer(x), uint32(len(dst))) },
	swishGrad: func(dst, x, dy []float32) {
		simd128SwishGrad(pointer(dst), pointer(x), pointer(dy), uint32(len(dst)))
	},
	maxOfFour: func(dst, top, bottom []float32) {
		simd128MaxOfFour(pointer(dst), pointer(top), pointer(bottom), uint32(len(dst)))
	},
	toFirstOfFour: func(up, down, top, bottom, dy []float32) {
		simd128ToFirstOfFour(pointer(up), pointer(down), pointer(top), pointer(bottom), pointer(dy), uint32(len(dy)))
	},
	twice: func(dst, x []float32) { simd128Twice(pointer(dst), pointer(x), uint32(len(x))) },
	sumOfFour: func(dst, top, bottom []float32) {
		simd128SumOfFour(pointer(dst), pointer(top), pointer(bottom), uint32(len(dst)))
	},
}
