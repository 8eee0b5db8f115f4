package core

import "segfault/kernels"

// SignStep moves x along the sign of g; see kernels.SignStep for the two forms.
// origin is the image that a budget is counted from; budget has two values, the
// step and the largest distance from origin. It has no gradient.
func SignStep(origin, x, g, budget *Node, blend, shared bool) *Node {
	if !origin.Shape.Equal(x.Shape) || !g.Shape.Equal(x.Shape) || len(x.Shape) != 4 || budget.Shape.Count() != 2 {
		refuse("SignStep", "origin %v, image %v, gradient %v, budget %v", origin.Shape, x.Shape, g.Shape, budget.Shape)
	}
	k := kernels.SignStep{N: x.Shape[0], C: x.Shape[1], Inner: x.Shape[2] * x.Shape[3], Blend: blend, Shared: shared}
	return derive(k, x.Shape, origin, x, g, budget)
}
