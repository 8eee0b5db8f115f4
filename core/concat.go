package core

import "segfault/kernels"

// Concat joins tensors of N×C×H×W along the channels.
func Concat(first *Node, rest ...*Node) *Node {
	joined := first
	for _, next := range rest {
		joined = concat(joined, next)
	}
	return joined
}

func concat(a, b *Node) *Node {
	n, sameSize := a.Shape[0], a.Shape[2:].Equal(b.Shape[2:])
	if b.Shape[0] != n || !sameSize {
		refuse("Concat", "%v and %v", a.Shape, b.Shape)
	}
	k := kernels.Concat{N: n, A: a.Shape.Count() / n, B: b.Shape.Count() / n}
	shape := Shape{n, a.Shape[1] + b.Shape[1], a.Shape[2], a.Shape[3]}
	return compute(k, shape, func(dy *Node, i int) *Node {
		if i == 0 {
			return derive(kernels.Columns{N: n, Width: k.A + k.B, Count: k.A}, a.Shape, dy)
		}
		return derive(kernels.Columns{N: n, Width: k.A + k.B, First: k.A, Count: k.B}, b.Shape, dy)
	}, a, b)
}
