package kernels

// simd is the vector code of an architecture, which takes the place of the loops
// in gemm.go, panel.go and vector.go. Those of vector.go take whole vectors of lanes
// elements. Where there is none all is nil, and the scalar loops take everything.
type simd struct {
	name string // of the instructions, "" for none

	madd func(dst []float32, ds int, src []float32, off []int32, w []float32, strips int)
	dot  func(out *[tileRows * dotColumns]float32, a []float32, sa int, b []float32, off [dotColumns]int32, n int)

	transpose func(dst []float32, between, apart int, weights []float32, out, step, count int)

	scaleShift                      func(dst, x []float32, scale, shift float32, act Activation)
	gated, add, multiply            func(dst, a, b []float32)
	combine                         func(dst, x, y []float32, a, b, c float32)
	sum                             func(x []float32) float64
	products                        func(g, x []float32, mean float32) (sum, product float32)
	softplus, swish, twice          func(dst, x []float32)
	swishGrad, maxOfFour, sumOfFour func(dst, a, b []float32)
	toFirstOfFour                   func(up, down, top, bottom, dy []float32)
}

// useSIMD says whether the vector code is used.
var useSIMD = vectors.name != ""

// SIMD reports which vector instructions the inner loops use, "" for none.
func SIMD() string {
	if useSIMD {
		return vectors.name
	}
	return ""
}

// SetSIMD turns the vector code off, or on where the machine has it. It is for
// tests that compare the two; it must not be called during a run.
func SetSIMD(on bool) { useSIMD = on && vectors.name != "" }
