package coretest

import (
	"fmt"
	"math"

	"segfault/kernels"
)

// Special is an elementwise kernel that is tried with the numbers for which
// arithmetic has rules of its own, all combinations of them.
type Special struct {
	Name     string
	Kernel   func(count int) kernels.Kernel
	Bindings int
	// Numbers are bindings of few values, the same for all elements. The others
	// are arrays of special numbers, and the last ones the results.
	Numbers map[int][]float32
	// InPlace says that the results are read first.
	InPlace bool
	// Exact is the result in float64, of an element of every array that is read;
	// nil where only the twins are compared.
	Exact func(x []float64) float64
	// Near is how far from it the twins may be beside their rounding; nil for not at
	// all. (exp32 stays at e⁻⁸⁷, where eˣ goes to 0.)
	Near func(x []float32) float64
	// Undefined says for which elements WGSL leaves the result open in this kernel,
	// beyond what Shader allows in all.
	Undefined func(x []float32) bool
}

var (
	negativeZero = float32(math.Copysign(0, -1))
	nan          = float32(math.NaN())
	infinity     = float32(math.Inf(1))
	payload      = math.Float32frombits(0x7fc00001) // a NaN with something in it
)

// specialNumbers are those of kernels with one or two arrays; with more of them
// only the first are combined.
var specialNumbers = []float32{
	0, negativeZero, 1, -1, nan, infinity, -infinity, 3e38, -3e38, 1e-40, -1e-40,
	-nan, payload, 2e38, -2e38, 100, -100, 1e-20, math.SmallestNonzeroFloat32, math.MaxFloat32, -0.3,
}

const fewSpecialNumbers = 11

// Specials lists the elementwise kernels.
func Specials() []Special {
	all := []Special{
		one("view", func(n int) kernels.Kernel { return kernels.Copy(0, n) }, func(x float64) float64 { return x }, 0),
		one("affine", func(n int) kernels.Kernel { return kernels.Affine{Count: n, Scale: -1.5, Shift: 0.25} }, func(x float64) float64 { return -1.5*x + 0.25 }, 0),
		one("swish", func(n int) kernels.Kernel { return kernels.Swish{Count: n} }, exactSwish, 1e-34),
		{Name: "swish_grad", Bindings: 3, Kernel: func(n int) kernels.Kernel { return kernels.SwishGrad{Count: n} },
			Exact: func(x []float64) float64 { return x[1] * exactSwishSlope(x[0]) },
			Near: func(x []float32) float64 {
				if x[0] < -80 {
					return 2e-35 * math.Abs(float64(x[1]))
				}
				return 0
			}},
		{Name: "lerp", Bindings: 2, InPlace: true, Kernel: func(n int) kernels.Kernel { return kernels.Lerp{Count: n, Rate: 0.5} }},
		{Name: "adam", Bindings: 5, InPlace: true, Kernel: func(n int) kernels.Kernel {
			return kernels.Adam{Count: n, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Decay: 0.01}
		}, Numbers: map[int][]float32{1: {0.001, 0.1, 0.001}},
			Undefined: func(x []float32) bool { // it squares the gradient, and takes the root of the second moment
				return !(math.Abs(float64(x[0])) < 1e18 && x[3] >= 0)
			}},
		{Name: "batch_norm relu", Bindings: 5, Kernel: func(n int) kernels.Kernel { return kernels.BatchNorm{N: 1, C: 1, Inner: n, Act: kernels.ReLU} },
			Numbers: map[int][]float32{1: {0, 1}, 2: {1}, 3: {0}}, Exact: func(x []float64) float64 { return exactReLU(x[0]) }},
		{Name: "conv2d relu", Bindings: 5, Kernel: func(n int) kernels.Kernel {
			return kernels.Conv2D{N: 1, Ca: 1, H: 1, W: n, Up: 1, Cout: 1, Window: kernels.Window{KH: 1, KW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}, Groups: 1, Act: kernels.ReLU}
		}, Numbers: map[int][]float32{1: {0}, 2: {1}, 3: {0}}, Exact: func(x []float64) float64 { return exactReLU(x[0]) }},
	}
	for op, exact := range exactUnary {
		s := one(fmt.Sprint("unary ", op), func(n int) kernels.Kernel { return kernels.Unary{Count: n, Op: kernels.UnaryOp(op)} }, exact, 0)
		switch kernels.UnaryOp(op) {
		case kernels.Softplus:
			s.Near = func([]float32) float64 { return 1e-37 }
		case kernels.Log: // its accuracy is given for what has a logarithm
			s.Undefined = func(x []float32) bool { return x[0] < 0 }
		case kernels.Sqrt:
			s.Undefined = func(x []float32) bool { return x[0] < 0 }
		case kernels.Reciprocal:
			s.Undefined = func(x []float32) bool { return hardToDivideBy(x[0]) }
		}
		all = append(all, s)
	}
	for op, exact := range exactBinary {
		k := func(mod int) func(n int) kernels.Kernel {
			return func(n int) kernels.Kernel {
				return kernels.Binary{Count: n, Op: kernels.BinaryOp(op), Div: 1, Mod: max(mod, n*(1-mod))}
			}
		}
		undefined := func(x []float32) bool {
			switch kernels.BinaryOp(op) {
			case kernels.Div:
				return hardToDivideBy(x[1])
			case kernels.Max, kernels.Min: // subnormal numbers may count as equal
				return max(math.Abs(float64(x[0])), math.Abs(float64(x[1]))) < 0x1p-126
			}
			return false
		}
		all = append(all, Special{Name: fmt.Sprint("binary ", op), Bindings: 3, Kernel: k(0),
			Exact: func(x []float64) float64 { return exact(x[0], x[1]) }, Undefined: undefined})
		for _, b := range []float32{-1, negativeZero, infinity, nan, 1e-40} {
			all = append(all, Special{Name: fmt.Sprintf("binary %d with %v", op, b), Bindings: 3, Kernel: k(1), Numbers: map[int][]float32{1: {b}},
				Exact:     func(x []float64) float64 { return exact(x[0], float64(b)) },
				Undefined: func(x []float32) bool { return undefined([]float32{x[0], b}) || subnormal(b) }})
		}
	}
	for _, high := range []float32{math.MaxFloat32, 1} {
		k := kernels.Between{High: high, Slope: -0.25}
		all = append(all, Special{Name: fmt.Sprint("between 0 and ", high), Bindings: 3,
			Kernel: func(n int) kernels.Kernel { k := k; k.Count = n; return k },
			Exact: func(x []float64) float64 {
				if x[1] > 0 && x[1] < float64(high) {
					return x[0]
				}
				return -0.25 * x[0]
			}})
	}
	all = append(all, Special{Name: "box", Bindings: 4, Kernel: func(n int) kernels.Kernel { return kernels.Box{Count: n, Epsilons: 1} },
		Numbers: map[int][]float32{2: {0.25}}})
	return all
}

func one(name string, k func(int) kernels.Kernel, exact func(float64) float64, near float64) Special {
	return Special{Name: name, Kernel: k, Bindings: 2, Exact: func(x []float64) float64 { return exact(x[0]) },
		Near: func([]float32) float64 { return near }}
}

// hardToDivideBy says for which divisors WGSL promises no accuracy (section 15.7.4.1).
func hardToDivideBy(v float32) bool {
	v = float32(math.Abs(float64(v)))
	return v < 0x1p-126 && v > 0 || v > 0x1p126
}

// exactUnary and exactBinary are in the order of the kernels' functions.
var exactUnary = []func(x float64) float64{
	kernels.Neg: func(x float64) float64 { return -x }, kernels.Exp: math.Exp, kernels.Log: math.Log,
	kernels.Sigmoid: func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	kernels.Softplus: func(x float64) float64 {
		if x > 50 {
			return x
		}
		return math.Log1p(math.Exp(x))
	},
	kernels.Rectify:    exactReLU,
	kernels.Positive:   func(x float64) float64 { return exactGate(1, x) },
	kernels.Reciprocal: func(x float64) float64 { return 1 / x },
	kernels.Sign: func(x float64) float64 {
		return exactGate(1, x) - exactGate(1, -x)
	},
	kernels.Sqrt:   math.Sqrt,
	kernels.Inward: func(x float64) float64 { return math.Trunc(x + min(max(0.01*x, -0.5), 0.5)) },
	kernels.Abs:    math.Abs, kernels.Tanh: math.Tanh, kernels.Erf: math.Erf,
	kernels.Floor: math.Floor, kernels.Ceil: math.Ceil, kernels.Round: math.RoundToEven,
}

var exactBinary = []func(a, b float64) float64{
	kernels.Add: func(a, b float64) float64 { return a + b }, kernels.Sub: func(a, b float64) float64 { return a - b },
	kernels.Mul: func(a, b float64) float64 { return a * b }, kernels.Div: func(a, b float64) float64 { return a / b },
	kernels.WherePos: exactGate, // The built-in ones keep a NaN.
	kernels.Max:      func(a, b float64) float64 { return max(a, b) }, kernels.Min: func(a, b float64) float64 { return min(a, b) },
}

func exactReLU(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return x
}

func exactGate(v, open float64) float64 {
	if open > 0 {
		return v
	}
	return 0
}

// exactSwish and exactSwishSlope go on to infinity as limits.
func exactSwish(x float64) float64 { return max(x, -1e3) / (1 + math.Exp(-max(x, -1e3))) }

func exactSwishSlope(x float64) float64 {
	x = min(max(x, -1e3), 1e3)
	return 1 / (1 + math.Exp(-x)) * (1 + x/(1+math.Exp(x)))
}
