package kernels

import "math"

// exp32 is eˣ in float32, within a unit in the last place: e^(k·ln 2 + r) with
// |r| ≤ ln 2 / 2 and Taylor's polynomial in r. It is several times as fast as
// math.Exp. Beyond ±87 it stays near the ends of what float32 can hold; of NaN it
// is NaN.
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
	return p * math.Float32frombits(one+math.Float32bits(shifted)<<23)
}

// exp64 is eˣ in float64 as exp32 is in float32, within some units in the last place, which no float32 made of it shows: even and odd powers apart, so
// that they are computed side by side. It has none of the cases of math.Exp, which cost WebAssembly (build/BENCH.md). Beyond ±700 it is that of ±700.
func exp64(x float64) float64 {
	const (
		toInteger = 3 << 51
		high, low = 6.93147180369123816490e-01, 1.90821492927058770002e-10 // ln 2, the first with 20 zeros at its end
		bits      = 0x3ff << 52                                            // of 1
	)
	x = min(max(x, -700), 700)
	shifted := x*math.Log2E + toInteger
	k := shifted - toInteger
	r := x - k*high - k*low
	q := r * r
	even := 1 + q*(1./2+q*(1./24+q*(1./720+q*(1./40320+q*(1./3628800+q*(1./479001600))))))
	odd := 1 + q*(1./6+q*(1./120+q*(1./5040+q*(1./362880+q*(1./39916800)))))
	return (even + r*odd) * math.Float64frombits(bits+math.Float64bits(shifted)<<52)
}

// one are the bits of 1.
const one = 0x3f800000

// flat is from where on the swish of −x is 0 and the slope of x's is 1, to
// float32: beyond it their formulas would make 0·∞ of infinity, and of large
// numbers a share of what e⁻ˣ leaves where exp32 stays.
const flat = 1000

// swish32 is x·σ(x) in float32.
func swish32(x float32) float32 {
	x = max(x, -flat)
	return x / (1 + exp32(-x))
}

// swishSlope32 is σ(x)·(1 + x·(1 − σ(x))) in float32.
func swishSlope32(x float32) float32 {
	x = min(max(x, -flat), flat)
	s := sigmoid32(x)
	return s * (1 + x*(1-s))
}

// sigmoid32 is 1/(1+e⁻ˣ) in float32.
func sigmoid32(x float32) float32 { return 1 / (1 + exp32(-x)) }

// softplus32 is ln(1+eˣ) in float32, without overflow: the positive part of x
// plus ln(1+u) of u = e^−|x|, with ln(1+u) = 2·artanh(u/(2+u)) by its series.
func softplus32(x float32) float32 {
	u := exp32(-math.Float32frombits(math.Float32bits(x) &^ (1 << 31)))
	s := u / (2 + u) // at most 1/3: the first term left out is below 2⁻²⁸ of the sum
	q := s * s
	series := 1./3 + q*(1./5+q*(1./7+q*(1./9+q*(1./11+q*(1./13+q*(1./15))))))
	return rectify(x) + 2*(s+s*q*series)
}
