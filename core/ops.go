package core

import "segfault/kernels"

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
func Positive(x *Node) *Node {
	return compute(kernels.Unary{Count: x.Shape.Count(), Op: kernels.Positive}, x.Shape,
		func(*Node, int) *Node { return nil }, x)
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

// binary combines a with a b of the same shape, or with a single number.
func binary(name string, op kernels.BinaryOp, a, b *Node, grad func(dy *Node, i int) *Node) *Node {
	count, mod := a.Shape.Count(), b.Shape.Count()
	if !a.Shape.Equal(b.Shape) && mod != 1 {
		refuse(name, "shapes %v and %v", a.Shape, b.Shape)
	}
	return compute(kernels.Binary{Count: count, Op: op, Div: 1, Mod: mod}, a.Shape,
		func(dy *Node, i int) *Node {
			d := grad(dy, i)
			if i == 1 && mod == 1 && count != 1 {
				return Reshape(Total(d), b.Shape...)
			}
			return d
		}, a, b)
}

// Add is a + b; b may be a single number.
func Add(a, b *Node) *Node {
	return binary("Add", kernels.Add, a, b, func(dy *Node, _ int) *Node { return dy })
}

// Sub is a − b; b may be a single number.
func Sub(a, b *Node) *Node {
	return binary("Sub", kernels.Sub, a, b, func(dy *Node, i int) *Node {
		if i == 1 {
			return Neg(dy)
		}
		return dy
	})
}

// Mul is a · b, element by element; b may be a single number.
func Mul(a, b *Node) *Node {
	return binary("Mul", kernels.Mul, a, b, func(dy *Node, i int) *Node {
		if i == 1 {
			return Mul(dy, a)
		}
		return Mul(dy, b)
	})
}

// Div is a / b, element by element; b may be a single number.
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

// foldAbove is the length from which a sum is made in two stages, so that a GPU
// has enough to do at once.
const (
	foldAbove = 2048
	foldParts = 256
)

// SumChannels adds over images and pixels: x of count n·c·inner, seen as
// n×c×inner, gives c sums.
func SumChannels(x *Node, n, c, inner int) *Node {
	if n*c*inner != x.Shape.Count() {
		refuse("SumChannels", "%v is not %d×%d×%d", x.Shape, n, c, inner)
	}
	terms, length := x, inner
	if inner > foldAbove {
		terms, length = derive(kernels.Fold{Rows: n * c, Inner: inner, Parts: foldParts}, Shape{n * c, foldParts}, x), foldParts
	}
	return newNode(Node{Shape: Shape{c}, kernel: kernels.Sum{N: n, C: c, Inner: length}, args: []*Node{terms},
		parents: []*Node{x}, grad: func(dy *Node, _ int) *Node {
			return compute(kernels.Expand{N: n, C: c, Inner: inner}, x.Shape,
				func(d *Node, _ int) *Node { return SumChannels(d, n, c, inner) }, dy)
		}})
}

// SumRows adds along the last two dimensions: N×C×H×W gives N·C sums.
func SumRows(x *Node) *Node {
	if len(x.Shape) != 4 {
		refuse("SumRows", "shape %v is not N×C×H×W", x.Shape)
	}
	return SumChannels(x, 1, x.Shape[0]*x.Shape[1], x.Shape[2]*x.Shape[3])
}

// Total adds all elements.
func Total(x *Node) *Node { return SumChannels(x, 1, 1, x.Shape.Count()) }

// Mean is the mean of all elements.
func Mean(x *Node) *Node { return Affine(Total(x), 1/float32(x.Shape.Count()), 0) }

// Slice is count elements of the flattened x from offset on.
func Slice(x *Node, offset, count int) *Node {
	rest := x.Shape.Count() - offset - count
	if offset < 0 || count < 0 || rest < 0 {
		refuse("Slice", "[%d, %d) of %v", offset, offset+count, x.Shape)
	}
	return compute(kernels.Slice{Offset: offset, Count: count}, Shape{count}, func(dy *Node, _ int) *Node {
		if offset > 0 {
			dy = join(zeros(offset), dy)
		}
		if rest > 0 {
			dy = join(dy, zeros(rest))
		}
		return Reshape(dy, x.Shape...)
	}, x)
}

// join is a and then b, both of one dimension.
func join(a, b *Node) *Node {
	k := kernels.Concat{N: 1, A: a.Shape.Count(), B: b.Shape.Count()}
	return compute(k, Shape{k.A + k.B}, func(dy *Node, i int) *Node {
		if i == 0 {
			return Slice(dy, 0, k.A)
		}
		return Slice(dy, k.A, k.B)
	}, a, b)
}

func zeros(count int) *Node {
	return derive(kernels.Expand{N: 1, C: 1, Inner: count}, Shape{count}, Constant(0))
}
