package kernels

import "math"

// BinaryOp is a function of two numbers.
type BinaryOp int

// The binary functions, numbered as in binary.wgsl.
const (
	Add      BinaryOp = iota
	Sub               // a − b
	Mul               // a · b
	Div               // a / b
	WherePos          // a where b > 0, else 0: the gradient of ReLU
	Max               // the larger one
	Min               // the smaller one
)

// Binary applies Op to two arrays. Element i of the result combines
// a[i] with b[(i/Div) mod Mod], so that b may be an array like a (Div 1,
// Mod Count), one value a row (Div the row's length), one a channel, or one
// number (Mod 1).
//
// Bindings: a Count, b Mod, y Count.
type Binary struct {
	Count    int
	Op       BinaryOp
	Div, Mod int
}

// Name implements Kernel.
func (k Binary) Name() string { return "binary" }

// Workgroups implements Kernel.
func (k Binary) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Binary) Bind(_ *Workers, bind [][]float32) []Stage {
	f := binary[k.Op]
	return inSpans(k.Count, func(lo, hi int) {
		a, y, b := bind[0][lo:hi], bind[2][lo:hi], bind[1]
		for at := lo; at < hi; { // runs over which b goes on, or stays the same
			from, length := at/k.Div%k.Mod, 1
			end := (at/k.Div + 1) * k.Div
			switch {
			case k.Mod == 1:
				end = hi
			case k.Div == 1:
				length = min(k.Mod-from, hi-at)
				end = at + length
			}
			end = min(end, hi)
			f(y[at-lo:end-lo], a[at-lo:end-lo], b[from:][:length])
			at = end
		}
	})
}

// binary holds y = op(a, b) with b as long as a or one number.
var binary = [...]func(y, a, b []float32){
	Add: func(y, a, b []float32) {
		if len(b) == 1 {
			scaleShift(y, a, 1, b[0], Identity)
			return
		}
		add(y, a, b)
	},
	Sub: func(y, a, b []float32) {
		if len(b) == 1 {
			each(func(a, b float32) float32 { return a - b })(y, a, b)
			return
		}
		combine(y, a, b, 1, -1, negativeZero) // which is a − b to the bit
	},
	Mul: func(y, a, b []float32) {
		if len(b) == 1 {
			scaleShift(y, a, b[0], negativeZero, Identity)
			return
		}
		multiply(y, a, b)
	},
	Div: each(func(a, b float32) float32 { return a / b }),
	WherePos: func(y, a, b []float32) {
		if len(b) == 1 {
			each(gate)(y, a, b)
			return
		}
		gated(y, a, b)
	},
	Max: each(func(a, b float32) float32 { return max(a, b) }),
	Min: each(func(a, b float32) float32 { return min(a, b) }),
}

// negativeZero changes nothing where it is added; 0 would make 0 of −0.
var negativeZero = float32(math.Copysign(0, -1))

func each(f func(a, b float32) float32) func(y, a, b []float32) {
	return func(y, a, b []float32) {
		if len(b) == 1 {
			for i, v := range a {
				y[i] = f(v, b[0])
			}
			return
		}
		for i, v := range a {
			y[i] = f(v, b[i])
		}
	}
}
