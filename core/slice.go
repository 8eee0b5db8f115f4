package core

import "segfault/kernels"

// Cut is a part of an axis, as in NumPy and ONNX: from Start on, every Step-th
// element, to before End. A Step below 0 goes backwards, 0 means 1. Start and
// End below 0 count from the end of the axis, and what lies beyond an end is the
// end.
type Cut struct{ Axis, Start, End, Step int }

// run is what a cut takes of an axis of n elements: count of them, from first on,
// step apart.
func (c Cut) run(n int) (first, count, step int) {
	step = c.Step
	if step == 0 {
		step = 1
	}
	within := func(at, low, high int) int {
		if at < 0 {
			at += n
		}
		return min(max(at, low), high)
	}
	if step > 0 {
		first = within(c.Start, 0, n)
		return first, (within(c.End, 0, n) - first + step - 1) / step, step
	}
	first = within(c.Start, -1, n-1)
	return first, (within(c.End, -1, n-1) - first + step + 1) / step, step
}

// Count is how many elements a cut takes of an axis of n, below 1 where it takes
// none.
func (c Cut) Count(n int) int {
	_, count, _ := c.run(n)
	return count
}

// Slice takes parts of some axes, and of the others all.
func Slice(x *Node, cuts ...Cut) *Node {
	if len(cuts) == 0 {
		return x
	}
	axes, back := wholes(x.Shape), wholes(x.Shape)
	part := append(Shape{}, x.Shape...)
	taken := make([]int, len(cuts))
	offset := 0 // of the part in x
	for at, c := range cuts {
		i := axisOf("Slice", x.Shape, c.Axis)
		taken[at] = i
		n := x.Shape[i]
		first, count, step := c.run(n)
		if count < 1 {
			refuse("Slice", "nothing is left of axis %d of %v from %d to %d by steps of %d", i, x.Shape, c.Start, c.End, step)
		}
		offset += first * axes[i].Stride
		axes[i] = kernels.Whole(count, axes[i].Stride*step)
		back[i] = kernels.Axis{Size: n, Before: first, Step: step, Of: count}
		part[i] = count
	}
	axesOf("Slice", x.Shape, taken) // none twice
	end := 0                        // where in the part the gradient begins
	for i, stride := range part.strides() {
		a := &back[i]
		a.Stride = stride
		if a.Step < 0 { // the part's last element comes first
			a.Before += (a.Of - 1) * a.Step
			end += (a.Of - 1) * stride
			a.Step, a.Stride = -a.Step, -stride
		}
	}
	return view("Slice", x, axes, offset, 0, func(dy *Node, _ int) *Node {
		return view("Slice", dy, back, end, 0, func(d *Node, _ int) *Node { return Slice(d, cuts...) })
	})
}

// Transpose puts axis perm[i] of x in place i; without perm the axes are
// reversed.
func Transpose(x *Node, perm ...int) *Node {
	rank := len(x.Shape)
	if len(perm) == 0 {
		for i := range rank {
			perm = append(perm, rank-1-i)
		}
	}
	if len(perm) != rank {
		refuse("Transpose", "an order of %d axes for %v", len(perm), x.Shape)
	}
	if rank == 0 {
		return x
	}
	axesOf("Transpose", x.Shape, perm) // none twice
	whole := wholes(x.Shape)
	axes, back := make([]kernels.Axis, rank), make([]int, rank)
	for i, p := range perm {
		p = axisOf("Transpose", x.Shape, p)
		axes[i], back[p] = whole[p], i
	}
	return view("Transpose", x, axes, 0, 0, func(dy *Node, _ int) *Node { return Transpose(dy, back...) })
}
