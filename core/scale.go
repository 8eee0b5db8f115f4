package core

import "segfault/kernels"

// AveragePool is global average pooling: N×C×H×W gives N×C×1×1.
func AveragePool(x *Node) *Node {
	return Reshape(Affine(SumRows(x), 1/float32(x.Shape[2]*x.Shape[3]), 0), x.Shape[0], x.Shape[1], 1, 1)
}

// Scale multiplies every channel (s has N·C values) or every image (s has N
// values) of x, N×C×H×W, by its own number.
func Scale(x, s *Node) *Node {
	count, parts := x.Shape.Count(), s.Shape.Count()
	if n := x.Shape[0]; len(x.Shape) != 4 || parts != n && parts != n*x.Shape[1] {
		refuse("Scale", "factors %v for %v", s.Shape, x.Shape)
	}
	return compute(kernels.Binary{Count: count, Op: kernels.Mul, Div: count / parts, Mod: parts}, x.Shape,
		func(dy *Node, i int) *Node {
			if i == 0 {
				return Scale(dy, s)
			}
			return Reshape(SumChannels(Mul(dy, x), 1, parts, count/parts), s.Shape...)
		}, x, s)
}

// Swish is x·σ(x).
func Swish(x *Node) *Node {
	return compute(kernels.Swish{Count: x.Shape.Count()}, x.Shape, func(dy *Node, _ int) *Node { return swishGrad(x, dy) }, x)
}

// swishGrad is dy·σ(1 + x·(1 − σ)), of which the derivative by x is dy·σ(1 − σ)(2 + x·(1 − 2σ)).
func swishGrad(x, dy *Node) *Node {
	return compute(kernels.SwishGrad{Count: x.Shape.Count()}, x.Shape, func(d *Node, i int) *Node {
		if i == 1 {
			return swishGrad(x, d)
		}
		s := Sigmoid(x)
		bend := Mul(Mul(s, Affine(s, -1, 1)), Affine(Mul(x, Affine(s, -2, 1)), 1, 2))
		return Mul(Mul(d, dy), bend)
	}, x, dy)
}
