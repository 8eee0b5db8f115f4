package core

import "segfault/kernels"

// foldAbove is the length from which a sum is made in two stages, so that a GPU
// has enough to do at once.
const (
	foldAbove = 2048
	foldParts = 256
)

// Sum adds over some axes, all where none is named; they stay, with size 1.
func Sum(x *Node, axes ...int) *Node {
	k := kernels.Sum{N: 1, C: 1, Inner: 1, Kept: 1}
	runs := [...]*int{&k.Kept, &k.Inner, &k.C, &k.N} // kept and summed in turn, from the last axis on
	run := 0
	var last []int // the axes of the last summed run
	shape := append(Shape{}, x.Shape...)
	summed := axesOf("Sum", x.Shape, axes)
	for i := len(shape) - 1; i >= 0; i-- {
		d := shape[i]
		if d == 1 {
			continue
		}
		if summed[i] != (run%2 == 1) {
			run++
		}
		if run == len(runs) { // more than a kernel takes
			return Sum(Sum(x, last...), axes...)
		}
		*runs[run] *= d
		if summed[i] {
			shape[i] = 1
		}
		if run == 1 {
			last = append(last, i)
		}
	}
	if last == nil {
		return x
	}
	terms := x
	if k.Kept == 1 && k.Inner > foldAbove {
		terms = derive(kernels.Fold{Rows: k.N * k.C, Inner: k.Inner, Parts: foldParts}, Shape{k.N * k.C, foldParts}, x)
		k.Inner = foldParts
	}
	return newNode(Node{Shape: shape, kernel: k, args: []*Node{terms}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node { return Expand(dy, x.Shape...) }})
}

// Total adds all elements, to one number.
func Total(x *Node) *Node { return Reshape(Sum(x), 1) }

// Mean is the mean over some axes, all where none is named; they stay, with
// size 1.
func Mean(x *Node, axes ...int) *Node {
	sum := Sum(x, axes...)
	share := 1 / float32(x.Shape.Count()/sum.Shape.Count())
	// The gradient is repeated first: whatever reads it scales it, too.
	return newNode(Node{Shape: sum.Shape, args: []*Node{Affine(sum, share, 0)}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node { return Affine(Expand(dy, x.Shape...), share, 0) }})
}
