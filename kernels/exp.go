package kernels

import "math"

// exp32 is eˣ in float32, within a unit in the last place: e^(k·ln 2 + r) with
// |r| ≤ ln 2 / 2 and Taylor's polynomial in r. It is several times as fast as
// math.Exp. Beyond ±87 it stays at the ends of what float32 can hold.
func exp32(x float32) float32 {
	const (
		toInteger = 3 << 22 // adding it leaves the integer part in the low bits
		high, low = 0.693359375, -2.12194440e-4
	)
	x = min(max(x, -87), 87)
	shifted := x*math.Log2E + toInteger
	k := shifted - toInteger
	r := x - k*high - k*low
	p := 1 + (r + r*r*(1./2+r*(1./6+r*(1./24+r*(1./120+r*(1./720+r*(1./5040)))))))
	return math.Float32frombits(math.Float32bits(p) + math.Float32bits(shifted)<<23)
}

// sigmoid32 is 1/(1+e⁻ˣ) in float32.
func sigmoid32(x float32) float32 { return 1 / (1 + exp32(-x)) }
