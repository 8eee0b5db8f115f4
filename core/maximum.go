package core

import "segfault/kernels"

// Max is the larger of a and b, element by element, with shapes as in Add. Where
// they are equal, each gets half of the gradient, as in PyTorch.
func Max(a, b *Node) *Node {
	return binary("Max", kernels.Max, a, b, func(dy *Node, i int) *Node { return Mul(dy, larger(a, b, i)) })
}

// Min is the smaller of a and b, otherwise like Max.
func Min(a, b *Node) *Node {
	return binary("Min", kernels.Min, a, b, func(dy *Node, i int) *Node { return Mul(dy, larger(a, b, 1-i)) })
}

// larger is 1 where the i-th of two values is the larger one, 0 where it is the
// smaller one, and ½ where they are equal.
func larger(a, b *Node, i int) *Node {
	return Affine(Sign(Sub(a, b)), float32(1-2*i)/2, 0.5)
}

// ReduceMax is the largest over some axes, all where none is named; they stay,
// with size 1. Of equal values each gets the same share of the gradient, as of
// PyTorch's amax.
func ReduceMax(x *Node, axes ...int) *Node {
	most := x
	for i, named := range axesOf("ReduceMax", x.Shape, axes) {
		if n := most.Shape[i]; named && n > 1 {
			k := kernels.Most{N: most.Shape[:i].Count(), Inner: n, Kept: most.Shape[i+1:].Count()}
			shape := append(Shape{}, most.Shape...)
			shape[i] = 1
			most = derive(k, shape, most)
		}
	}
	if most == x {
		return x
	}
	return newNode(Node{Shape: most.Shape, args: []*Node{most}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node {
			equal := Equal(x, most)
			return Mul(equal, Div(dy, Sum(equal, axes...)))
		}})
}

// Equal is 1 where a and b are equal and 0 elsewhere; its gradient is zero.
func Equal(a, b *Node) *Node { return Affine(step(kernels.Abs, Sign(Sub(a, b))), -1, 1) }
