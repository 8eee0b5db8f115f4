package core

import (
	"fmt"
	"slices"
)

// Grad builds the gradients of a scalar with respect to some values, by
// reverse accumulation. Only what lies between them is differentiated: asking
// for an input's gradient computes no gradient of a weight. A value that the
// scalar does not depend on has gradient zero. An op without a gradient in between
// panics, unless it is behind a Stop.
func Grad(scalar *Node, wrt ...*Node) []*Node {
	if scalar.Shape.Count() != 1 {
		refuse("Grad", "a gradient is of one number, not of %v", scalar.Shape)
	}
	order, active := between(scalar, wrt)
	sum := map[*Node]*Node{scalar: NewParameter("", &Tensor{Shape: scalar.Shape, Data: []float32{1}})}
	for _, n := range slices.Backward(order) {
		dy := sum[n]
		if dy == nil {
			continue
		}
		for i, p := range n.parents {
			if !active[p] { // nil, an absent one, never is
				continue
			}
			if n.grad == nil {
				panic(fmt.Sprintf("core: Grad: %s has no gradient; put a Stop before it where it is to count as constant", n.kernel.Name()))
			}
			d := n.grad(dy, i)
			if d == nil {
				continue
			}
			if !d.Shape.Equal(p.Shape) {
				panic(fmt.Sprintf("core: Grad: gradient of shape %v for a value of shape %v", d.Shape, p.Shape))
			}
			if before := sum[p]; before != nil {
				d = Add(before, d)
			}
			sum[p] = d
		}
	}
	out := make([]*Node, len(wrt))
	for i, n := range wrt {
		if out[i] = sum[n]; out[i] == nil {
			out[i] = NewParameter("", NewTensor(n.Shape...))
		}
	}
	return out
}

// between lists, in building order, the nodes that scalar depends on, and marks
// those that depend on one of wrt.
func between(scalar *Node, wrt []*Node) (order []*Node, active map[*Node]bool) {
	active = map[*Node]bool{}
	for _, n := range wrt {
		active[n] = true
	}
	order = reach([]*Node{scalar}, func(n *Node) []*Node { return n.parents })
	for _, n := range order {
		for _, p := range n.parents {
			if active[p] {
				active[n] = true
			}
		}
	}
	return order, active
}

// reach lists every node that can be reached from the roots, in building order.
func reach(roots []*Node, next func(*Node) []*Node) []*Node {
	seen := map[*Node]bool{}
	var found []*Node
	stack := slices.Clone(roots)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == nil || seen[n] {
			continue
		}
		seen[n] = true
		found = append(found, n)
		stack = append(stack, next(n)...)
	}
	slices.SortStableFunc(found, func(a, b *Node) int { return int(a.id - b.id) })
	return found
}
