package kernels

import "math"

// UnaryOp is a function of one number.
type UnaryOp int

// The unary functions, numbered as in unary.wgsl.
const (
	Neg        UnaryOp = iota // −x
	Exp                       // eˣ
	Log                       // ln x
	Sigmoid                   // 1/(1+e⁻ˣ)
	Softplus                  // ln(1+eˣ), without overflow
	Rectify                   // max(x, 0)
	Positive                  // 1 where x > 0, else 0
	Reciprocal                // 1/x
	Sign                      // 1, 0 or −1
	Sqrt                      // √x
	Inward                    // the nearest whole number that is no further from 0 than 1.01·x
	Abs                       // |x|
	Tanh                      // the hyperbolic tangent
	Erf                       // the error function
	Floor                     // the next whole number below
	Ceil                      // the next whole number above
	Round                     // the nearest whole number, of two the even one
)

// Unary applies Op to every element.
//
// Bindings: x Count, y Count.
type Unary struct {
	Count int
	Op    UnaryOp
}

// Name implements Kernel.
func (k Unary) Name() string { return "unary" }

// Workgroups implements Kernel.
func (k Unary) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Unary) Bind(_ *Workers, b [][]float32) []Stage {
	f := unary[k.Op]
	return inSpans(k.Count, func(lo, hi int) { f(b[1][lo:hi], b[0][lo:hi]) })
}

var unary = [...]func(dst, x []float32){
	Neg:        func(dst, x []float32) { scaleShift(dst, x, -1, negativeZero, Identity) },
	Exp:        in64(math.Exp),
	Log:        in64(math.Log),
	Sigmoid:    eachOf(func(x float32) float32 { return float32(1 / (1 + exp64(-float64(x)))) }),
	Softplus:   softplus,
	Rectify:    func(dst, x []float32) { scaleShift(dst, x, 1, 0, ReLU) },
	Positive:   eachOf(func(x float32) float32 { return gate(1, x) }),
	Reciprocal: eachOf(func(x float32) float32 { return 1 / x }),
	Sign:       eachOf(sign),
	Sqrt:       in64(math.Sqrt),
	Inward:     eachOf(func(x float32) float32 { return float32(math.Trunc(float64(x + min(max(0.01*x, -0.5), 0.5)))) }),
	Abs:        in64(math.Abs),
	Tanh:       in64(math.Tanh),
	Erf:        in64(math.Erf),
	Floor:      in64(math.Floor),
	Ceil:       in64(math.Ceil),
	Round:      in64(math.RoundToEven),
}

// in64 is a function that is computed in float64.
func in64(f func(float64) float64) func(dst, x []float32) {
	return eachOf(func(x float32) float32 { return float32(f(float64(x))) })
}

func eachOf(f func(float32) float32) func(dst, x []float32) {
	return func(dst, x []float32) {
		for i, v := range x {
			dst[i] = f(v)
		}
	}
}

func sign(v float32) float32 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}
