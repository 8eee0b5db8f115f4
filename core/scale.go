package core

import "segfault/kernels"

// Scale multiplies every channel (s has N·C values) or every image (s has N
// values) of x, N×C×H×W, by its own number.
func Scale(x, s *Node) *Node {
	parts := s.Shape.Count()
	if len(x.Shape) != 4 || parts != x.Shape[0] && parts != x.Shape[0]*x.Shape[1] {
		refuse("Scale", "factors %v for %v", s.Shape, x.Shape)
	}
	return Mul(x, Reshape(s, x.Shape[0], parts/x.Shape[0], 1, 1))
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
