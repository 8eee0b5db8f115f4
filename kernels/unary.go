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

// Run implements Kernel.
func (k Unary) Run(w *Workers, b [][]float32) {
	f := unary[k.Op]
	w.Range(k.Count, func(lo, hi int) {
		x, y := b[0][lo:hi], b[1][lo:hi]
		for i, v := range x {
			y[i] = f(v)
		}
	})
}

var unary = [...]func(float32) float32{
	Neg:     func(x float32) float32 { return -x },
	Exp:     func(x float32) float32 { return float32(math.Exp(float64(x))) },
	Log:     func(x float32) float32 { return float32(math.Log(float64(x))) },
	Sigmoid: func(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) },
	Softplus: func(x float32) float32 {
		v := float64(x)
		return float32(max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))))
	},
	Rectify: func(x float32) float32 { return max(x, 0) },
	Positive: func(x float32) float32 {
		if x > 0 {
			return 1
		}
		return 0
	},
	Reciprocal: func(x float32) float32 { return 1 / x },
}
