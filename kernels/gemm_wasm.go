package kernels

import "unsafe"

// stripWidth is how many columns (pixels) madd computes at once: 2 vectors.
const stripWidth = 8

//go:wasmimport simd128 available
func simd128Available() uint32

func instructions() string {
	if simd128Available() == 0 {
		return ""
	}
	return "SIMD128"
}

//go:wasmimport simd128 madd
//go:noescape
func simd128Madd(dst unsafe.Pointer, ds uint32, src, off unsafe.Pointer, taps uint32, w unsafe.Pointer, strips uint32)

//go:wasmimport simd128 dot
//go:noescape
func simd128Dot(out, a unsafe.Pointer, sa uint32, b0, b1, b2 unsafe.Pointer, n uint32)

//go:wasmimport simd128 transpose
//go:noescape
func simd128Transpose(dst unsafe.Pointer, between, apart int32, weights unsafe.Pointer, out, step, count int32)

func maddVectors(dst []float32, ds int, src []float32, off []int32, w []float32, strips int) {
	simd128Madd(unsafe.Pointer(&dst[0]), uint32(ds), unsafe.Pointer(&src[0]), unsafe.Pointer(&off[0]),
		uint32(len(off)), unsafe.Pointer(&w[0]), uint32(strips))
}

func dotVectors(out *[tileRows * dotColumns]float32, a []float32, sa int, b []float32, off [dotColumns]int32, n int) {
	simd128Dot(unsafe.Pointer(out), unsafe.Pointer(&a[0]), uint32(sa),
		unsafe.Pointer(&b[off[0]]), unsafe.Pointer(&b[off[1]]), unsafe.Pointer(&b[off[2]]), uint32(n))
}

func transposeVectors(dst []float32, between, apart int, weights []float32, out, step, count int) {
	simd128Transpose(unsafe.Pointer(&dst[0]), int32(between), int32(apart), unsafe.Pointer(&weights[0]), int32(out), int32(step), int32(count))
}
