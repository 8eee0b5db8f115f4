package kernels

import "math"

// Both choose by the bits, without a branch: signs of activations are not
// predictable, and the built-in max is a function call in WebAssembly.

// infinity are the bits of +Inf: those of larger numbers below the sign's are NaN's.
const infinity = 0x7f800000

// gate is v where y > 0, else 0, also where y is NaN.
func gate(v, y float32) float32 {
	bits := math.Float32bits(y)
	keep := uint32(int32(-bits&(bits-infinity-1)) >> 31) // all ones from 1 to infinity
	return math.Float32frombits(math.Float32bits(v) & keep)
}

// rectify is max(v, 0), never −0, and NaN where v is.
func rectify(v float32) float32 {
	bits := math.Float32bits(v)
	keep := uint32(int32(^bits|((1<<31|infinity)-bits)) >> 31) // all ones without a sign, and beyond −Inf
	return math.Float32frombits(bits & keep)
}
