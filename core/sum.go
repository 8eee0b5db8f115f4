package core

import (
	"slices"

	"segfault/kernels"
)

// foldAbove is the length from which a sum is made in two stages, so that a GPU
// has enough to do at once.
const (
	foldAbove = 2048
	foldParts = 256
)

// Sum adds over some axes, all where none is named; they stay, with size 1.
func Sum(x *Node, axes ...int) *Node {
	summed := axesOf("Sum", x.Shape, axes)
	shape := slices.Clone(x.Shape)
	runs := []int{1} // sizes of axes that are kept and summed in turn, beginning with a kept one
	for i, d := range x.Shape {
		switch {
		case d == 1:
			continue
		case summed[i]:
			shape[i] = 1
			if len(runs)%2 == 1 {
				runs = append(runs, 1)
			}
		case len(runs)%2 == 0:
			runs = append(runs, 1)
		}
		runs[len(runs)-1] *= d
	}
	if len(runs) == 1 {
		return Reshape(x, shape...)
	}
	terms := x
	var k kernels.Sum
	for done := false; !done; {
		k, runs = lastSum(runs)
		done = len(runs) < 2
		if k.Kept == 1 && k.Inner > foldAbove {
			terms = derive(kernels.Fold{Rows: k.N * k.C, Inner: k.Inner, Parts: foldParts}, Shape{k.N * k.C, foldParts}, terms)
			k.Inner = foldParts
		}
		if !done {
			terms = derive(k, Shape{k.C * k.Kept}, terms)
		}
	}
	return newNode(Node{Shape: shape, kernel: k, args: []*Node{terms}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node { return Expand(dy, x.Shape...) }})
}

// lastSum is the kernel that adds over the last summed run, and over the one
// before it where that is all, and the runs that are left.
func lastSum(runs []int) (k kernels.Sum, left []int) {
	kept := 1
	if len(runs)%2 == 1 {
		kept, runs = runs[len(runs)-1], runs[:len(runs)-1]
	}
	inner, runs := runs[len(runs)-1], runs[:len(runs)-1]
	if len(runs) == 3 && runs[0] == 1 {
		return kernels.Sum{N: runs[1], C: runs[2], Inner: inner, Kept: kept}, nil
	}
	c := 1
	for _, n := range runs {
		c *= n
	}
	last := len(runs) - 1
	left = append(slices.Clone(runs[:last]), runs[last]*kept)
	if last == 0 {
		left = nil
	}
	return kernels.Sum{N: 1, C: c, Inner: inner, Kept: kept}, left
}

// Total adds all elements, to one number.
func Total(x *Node) *Node { return Reshape(Sum(x), 1) }

// Mean is the mean over some axes, all where none is named; they stay, with
// size 1.
func Mean(x *Node, axes ...int) *Node {
	sum := Sum(x, axes...)
	return Affine(sum, 1/float32(x.Shape.Count()/sum.Shape.Count()), 0)
}
