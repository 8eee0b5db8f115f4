package core

import "segfault/kernels"

// StraightThrough has the value of one node and the gradient of another of its
// shape (Bengio et al. 2013): of x, where value is x after something that has no
// useful gradient, such as rounding.
func StraightThrough(value, x *Node) *Node {
	if !value.Shape.Equal(x.Shape) {
		refuse("StraightThrough", "value %v for %v", value.Shape, x.Shape)
	}
	return newNode(Node{Shape: x.Shape, args: []*Node{value}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node { return dy }})
}

// Box is x within ε of origin, element by element, and within [0, 1]. ε is one
// number, or what can be repeated to one for each element. It has no gradient.
func Box(origin, x, epsilon *Node) *Node {
	div, mod, ok := repeats(epsilon.Shape.aligned(len(x.Shape)), x.Shape)
	if !origin.Shape.Equal(x.Shape) || !ok || div != 1 {
		refuse("Box", "origin %v, image %v, ε %v", origin.Shape, x.Shape, epsilon.Shape)
	}
	return derive(kernels.Box{Count: x.Shape.Count(), Epsilons: mod}, x.Shape, origin, x, epsilon)
}

// Where is a where the one number condition is 1, and b where it is 0, to the
// bit. It has no gradient.
func Where(condition, a, b *Node) *Node {
	if condition.Shape.Count() != 1 || !a.Shape.Equal(b.Shape) {
		refuse("Where", "condition %v for %v and %v", condition.Shape, a.Shape, b.Shape)
	}
	gate := func(x, open *Node) *Node {
		return derive(kernels.Binary{Count: x.Shape.Count(), Op: kernels.WherePos, Div: 1, Mod: 1}, x.Shape, x, open)
	}
	return Add(gate(a, condition), gate(b, Affine(condition, -1, 1)))
}

// Select is a where the condition is above 0, else b, element by element, with
// shapes as in Add. What is not chosen has no part in it, not even as NaN.
func Select(condition, a, b *Node) *Node {
	shape := broadcast("Select", condition.Shape, broadcast("Select", a.Shape, b.Shape))
	open := Positive(Expand(condition, shape...))
	return Add(wherePositive(Expand(a, shape...), open), wherePositive(Expand(b, shape...), Affine(open, -1, 1)))
}
