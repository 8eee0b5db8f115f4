package kernels

import "math"

// gate is v where y > 0, else 0, without a branch: signs of activations are not
// predictable.
func gate(v, y float32) float32 {
	bits := math.Float32bits(y)
	keep := uint32(int32(-bits&^bits) >> 31)
	return math.Float32frombits(math.Float32bits(v) & keep)
}

// rectify is max(v, 0), exactly, without a branch and keeping NaN; the built-in
// max is a function call in WebAssembly.
func rectify(v float32) float32 {
	return 0.5 * (v + math.Float32frombits(math.Float32bits(v)&^(1<<31)))
}
