package core

import (
	"math"

	"segfault/kernels"
)

// Every op is one function: it checks shapes, names its kernel and carries its
// gradient.

func unary(op kernels.UnaryOp, x *Node, slope func(y *Node) *Node) *Node {
	var y *Node
	y = compute(kernels.Unary{Count: x.Shape.Count(), Op: op}, x.Shape,
		func(dy *Node, _ int) *Node { return Mul(dy, slope(y)) }, x)
	return y
}

// Exp is eˣ.
func Exp(x *Node) *Node {
	return unary(kernels.Exp, x, func(y *Node) *Node { return y })
}

// Log is the natural logarithm.
func Log(x *Node) *Node {
	return unary(kernels.Log, x, func(*Node) *Node { return Reciprocal(x) })
}

// Sigmoid is 1/(1+e⁻ˣ).
func Sigmoid(x *Node) *Node {
	return unary(kernels.Sigmoid, x, func(y *Node) *Node { return Mul(y, Affine(y, -1, 1)) })
}

// Softplus is ln(1+eˣ), exact for large |x|.
func Softplus(x *Node) *Node {
	return unary(kernels.Softplus, x, func(*Node) *Node { return Sigmoid(x) })
}

// Reciprocal is 1/x.
func Reciprocal(x *Node) *Node {
	return unary(kernels.Reciprocal, x, func(y *Node) *Node { return Neg(Mul(y, y)) })
}

// Neg is −x.
func Neg(x *Node) *Node {
	return compute(kernels.Unary{Count: x.Shape.Count(), Op: kernels.Neg}, x.Shape,
		func(dy *Node, _ int) *Node { return Neg(dy) }, x)
}

// Rectify is max(x, 0), the ReLU.
func Rectify(x *Node) *Node {
	var y *Node
	y = compute(kernels.Unary{Count: x.Shape.Count(), Op: kernels.Rectify}, x.Shape,
		func(dy *Node, _ int) *Node { return wherePositive(dy, y) }, x)
	return y
}

// Positive is 1 where x > 0 and 0 elsewhere; its gradient is zero.
func Positive(x *Node) *Node { return step(kernels.Positive, x) }

// step is a function of which the gradient is zero.
func step(op kernels.UnaryOp, x *Node) *Node {
	return compute(kernels.Unary{Count: x.Shape.Count(), Op: op}, x.Shape, func(*Node, int) *Node { return nil }, x)
}

// Floor is the next whole number below; its gradient is zero.
func Floor(x *Node) *Node { return step(kernels.Floor, x) }

// Ceil is the next whole number above; its gradient is zero.
func Ceil(x *Node) *Node { return step(kernels.Ceil, x) }

// Round is the nearest whole number, of two the even one; its gradient is zero.
func Round(x *Node) *Node { return step(kernels.Round, x) }

// Abs is |x|.
func Abs(x *Node) *Node { return unary(kernels.Abs, x, func(*Node) *Node { return Sign(x) }) }

// Tanh is the hyperbolic tangent.
func Tanh(x *Node) *Node {
	return unary(kernels.Tanh, x, func(y *Node) *Node { return Affine(Mul(y, y), -1, 1) })
}

// Erf is the error function.
func Erf(x *Node) *Node {
	return unary(kernels.Erf, x, func(*Node) *Node { return Affine(Exp(Neg(Mul(x, x))), 2/math.SqrtPi, 0) })
}

// Sign is 1 where x > 0, −1 where x < 0 and 0 elsewhere. It has no gradient.
func Sign(x *Node) *Node {
	return derive(kernels.Unary{Count: x.Shape.Count(), Op: kernels.Sign}, x.Shape, x)
}

// Sqrt is √x.
func Sqrt(x *Node) *Node {
	return unary(kernels.Sqrt, x, func(y *Node) *Node { return Affine(Reciprocal(y), 0.5, 0) })
}

// Inward rounds to the nearest whole number that is no further from 0 than x is,
// but for a hundredth, the rounding of float32. It has no gradient.
func Inward(x *Node) *Node {
	return derive(kernels.Unary{Count: x.Shape.Count(), Op: kernels.Inward}, x.Shape, x)
}

// Affine is scale·x + shift.
func Affine(x *Node, scale, shift float32) *Node {
	return compute(kernels.Affine{Count: x.Shape.Count(), Scale: scale, Shift: shift}, x.Shape,
		func(dy *Node, _ int) *Node { return Affine(dy, scale, 0) }, x)
}

// binary combines a with b, of which one or both are repeated where the shapes
// differ.
func binary(name string, op kernels.BinaryOp, a, b *Node, grad func(dy *Node, i int) *Node) *Node {
	shape := broadcast(name, a.Shape, b.Shape)
	count := shape.Count()
	if a.Shape.Count() != count {
		return binary(name, op, Expand(a, shape...), b, grad)
	}
	div, mod, ok := repeats(b.Shape.aligned(len(shape)), shape)
	if !ok {
		return binary(name, op, a, Expand(b, shape...), grad)
	}
	return compute(kernels.Binary{Count: count, Op: op, Div: div, Mod: mod}, shape,
		func(dy *Node, i int) *Node { return sumTo(grad(dy, i), []*Node{a, b}[i].Shape) }, a, b)
}

// repeats says how a kernel reads a value that is repeated to a shape: element i
// is its (i/div) mod mod-th. Not every value is repeated so.
func repeats(from, to Shape) (div, mod int, ok bool) {
	div, mod = 1, 1
	i := len(to) - 1
	for ; i >= 0 && from[i] == 1; i-- {
		div *= to[i]
	}
	for ; i >= 0 && from[i] == to[i]; i-- {
		mod *= to[i]
	}
	if mod == 1 {
		div = 1 // one number
	}
	return div, mod, mod == from.Count()
}

// wide puts the one of two values that is repeated last, for ops that allow it.
func wide(a, b *Node) (*Node, *Node) {
	if a.Shape.Count() < b.Shape.Count() {
		return b, a
	}
	return a, b
}

// Add is a + b. Values of unlike shapes are repeated along axes of size 1, or that
// one of them lacks in front, as in NumPy and ONNX.
func Add(a, b *Node) *Node {
	a, b = wide(a, b)
	return binary("Add", kernels.Add, a, b, func(dy *Node, _ int) *Node { return dy })
}

// Sub is a − b, with shapes as in Add.
func Sub(a, b *Node) *Node {
	return binary("Sub", kernels.Sub, a, b, func(dy *Node, i int) *Node {
		if i == 1 {
			return Neg(dy)
		}
		return dy
	})
}

// Mul is a · b, element by element, with shapes as in Add.
func Mul(a, b *Node) *Node {
	a, b = wide(a, b)
	return binary("Mul", kernels.Mul, a, b, func(dy *Node, i int) *Node {
		if i == 1 {
			return Mul(dy, a)
		}
		return Mul(dy, b)
	})
}

// Div is a / b, element by element, with shapes as in Add.
func Div(a, b *Node) *Node {
	var y *Node
	y = binary("Div", kernels.Div, a, b, func(dy *Node, i int) *Node {
		if i == 1 {
			return Neg(Div(Mul(dy, y), b))
		}
		return Div(dy, b)
	})
	return y
}

// wherePositive is a where gate > 0 and 0 elsewhere.
func wherePositive(a, gate *Node) *Node {
	return compute(kernels.Binary{Count: a.Shape.Count(), Op: kernels.WherePos, Div: 1, Mod: a.Shape.Count()}, a.Shape,
		func(dy *Node, i int) *Node {
			if i == 0 {
				return wherePositive(dy, gate)
			}
			return nil
		}, a, gate)
}
