package core

import (
	"slices"

	"segfault/kernels"
)

// strides is how far apart the elements of each axis lie.
func (s Shape) strides() []int {
	strides := make([]int, len(s))
	step := 1
	for i, d := range slices.Backward(s) {
		strides[i] = step
		step *= d
	}
	return strides
}

// view shows x through axes of strides; grad gives its gradient.
func view(op string, x *Node, axes []kernels.Axis, offset int, fill float32, grad func(dy *Node) *Node) *Node {
	shape := make(Shape, len(axes))
	for i, a := range axes {
		shape[i] = a.Size
	}
	checkShape(op, shape)
	k, ok := kernels.NewView(axes, offset, fill)
	if !ok {
		refuse(op, "%v to %v moves more than %d axes apart", x.Shape, shape, kernels.MostAxes)
	}
	return compute(k, shape, func(dy *Node, _ int) *Node { return grad(dy) }, x)
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
	axesOf("Transpose", x.Shape, perm)
	strides := x.Shape.strides()
	axes, back := make([]kernels.Axis, rank), make([]int, rank)
	for i, p := range perm {
		p = axisOf("Transpose", x.Shape, p)
		axes[i] = kernels.Whole(x.Shape[p], strides[p])
		back[p] = i
	}
	if rank == 0 {
		return x
	}
	return view("Transpose", x, axes, 0, 0, func(dy *Node) *Node { return Transpose(dy, back...) })
}

// Expand repeats x along axes of size 1, and along those that it lacks in front,
// so that it goes with shape; see Add.
func Expand(x *Node, shape ...int) *Node {
	to := broadcast("Expand", x.Shape, shape)
	if to.Equal(x.Shape) {
		return x
	}
	if to.Count() == x.Shape.Count() {
		return Reshape(x, to...)
	}
	from := x.Shape.aligned(len(to))
	axes := make([]kernels.Axis, len(to))
	for i, stride := range from.strides() {
		if from[i] != to[i] {
			stride = 0
		}
		axes[i] = kernels.Whole(to[i], stride)
	}
	return view("Expand", x, axes, 0, 0, func(dy *Node) *Node { return sumTo(dy, x.Shape) })
}

// sumTo is the gradient of Expand: what was repeated is summed.
func sumTo(x *Node, shape Shape) *Node {
	var axes []int
	for i, d := range shape.aligned(len(x.Shape)) {
		if d != x.Shape[i] {
			axes = append(axes, i)
		}
	}
	if axes != nil {
		x = Sum(x, axes...)
	}
	if !x.Shape.Equal(shape) {
		x = Reshape(x, shape...)
	}
	return x
}

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

// Slice takes parts of some axes, and of the others all.
func Slice(x *Node, cuts ...Cut) *Node {
	axes, back := wholes(x.Shape)
	taken := make([]int, 0, len(cuts))
	offset, end := 0, 0 // of the part in x, and of its last element in the part
	for _, c := range cuts {
		i := axisOf("Slice", x.Shape, c.Axis)
		taken = append(taken, i)
		n := x.Shape[i]
		first, count, step := c.run(n)
		if count < 1 {
			refuse("Slice", "nothing is left of axis %d of %v from %d to %d by steps of %d", i, x.Shape, c.Start, c.End, step)
		}
		offset += first * axes[i].Stride
		axes[i] = kernels.Whole(count, axes[i].Stride*step)
		back[i] = kernels.Axis{Size: n, Before: first, Step: step, Of: count}
	}
	if len(cuts) == 0 {
		return x
	}
	axesOf("Slice", x.Shape, taken) // none twice
	part := make(Shape, len(axes))
	for i, a := range axes {
		part[i] = a.Size
	}
	for i, stride := range part.strides() {
		back[i].Stride = stride
		if a := &back[i]; a.Step < 0 { // the part's last element comes first
			a.Before += (a.Of - 1) * a.Step
			end += (a.Of - 1) * stride
			a.Step, a.Stride = -a.Step, -stride
		}
	}
	return view("Slice", x, axes, offset, 0, func(dy *Node) *Node {
		return view("Slice", dy, back, end, 0, func(d *Node) *Node { return Slice(d, cuts...) })
	})
}

// wholes are axes that show all of a shape, and a copy.
func wholes(shape Shape) (axes, again []kernels.Axis) {
	for i, stride := range shape.strides() {
		axes = append(axes, kernels.Whole(shape[i], stride))
	}
	return axes, slices.Clone(axes)
}

// PadMode is what an array is padded with.
type PadMode int

// The modes, by ONNX's names.
const (
	PadConstant PadMode = iota // a number
	PadReflect                 // what lies on the other side of the edge, without the edge
	PadEdge                    // the edge
)

// Pad pads every axis at its beginning, then every axis at its end, as ONNX lists
// them: pads has two numbers for each. One below 0 takes away as much. value is
// PadConstant's.
func Pad(x *Node, pads []int, mode PadMode, value float32) *Node {
	rank := len(x.Shape)
	if len(pads) != 2*rank {
		refuse("Pad", "%d pads for %v; %d are expected, one at the beginning and one at the end of each axis", len(pads), x.Shape, 2*rank)
	}
	var cuts []Cut
	grown := make([]int, 2*rank) // what pads add
	for i, n := range x.Shape {
		before, after := pads[i], pads[rank+i]
		if min(before, after) < 0 {
			cuts = append(cuts, Cut{Axis: i, Start: max(0, -before), End: n + min(0, after)})
			if max(0, -before) >= n+min(0, after) {
				refuse("Pad", "pads of %d and %d leave nothing of axis %d of %v", before, after, i, x.Shape)
			}
		}
		grown[i], grown[rank+i] = max(0, before), max(0, after)
	}
	x = Slice(x, cuts...)
	if mode == PadConstant {
		return padConstant(x, grown, value)
	}
	for axis := range rank {
		before, after := grown[axis], grown[rank+axis]
		for before+after > 0 { // reflections reach as far as the array
			reach := before + after
			if mode == PadReflect {
				reach = x.Shape[axis] - 1
			}
			if reach == 0 {
				refuse("Pad", "axis %d of %v has one element: there is nothing to reflect", axis, x.Shape)
			}
			b, a := min(before, reach), min(after, reach)
			before, after = before-b, after-a
			x = padFrom(x, axis, b, a, mode)
		}
	}
	return x
}

// padFrom pads an axis with parts of x.
func padFrom(x *Node, axis, before, after int, mode PadMode) *Node {
	n := x.Shape[axis]
	part := func(count int, edge, reflected Cut) *Node {
		if mode == PadReflect {
			return Slice(x, reflected)
		}
		shape := slices.Clone(x.Shape)
		shape[axis] = count
		return Expand(Slice(x, edge), shape...)
	}
	parts := []*Node{x}
	if before > 0 {
		head := part(before, Cut{Axis: axis, End: 1}, Cut{Axis: axis, Start: before, End: 0, Step: -1})
		parts = []*Node{head, x}
	}
	if after > 0 {
		end := n - 2 - after
		if end < 0 {
			end -= n // before the first element
		}
		tail := part(after, Cut{Axis: axis, Start: n - 1, End: n}, Cut{Axis: axis, Start: n - 2, End: end, Step: -1})
		parts = append(parts, tail)
	}
	return Concat(axis, parts...)
}

// padConstant pads by what is not below 0.
func padConstant(x *Node, pads []int, value float32) *Node {
	if slices.Max(pads) == 0 {
		return x
	}
	axes, _ := wholes(x.Shape)
	var cuts []Cut
	for i, n := range x.Shape {
		before, after := pads[i], pads[len(x.Shape)+i]
		if before+after > 0 {
			axes[i].Size, axes[i].Before = before+n+after, before
			cuts = append(cuts, Cut{Axis: i, Start: before, End: before + n})
		}
	}
	return view("Pad", x, axes, 0, value, func(dy *Node) *Node { return Slice(dy, cuts...) })
}

// Concat joins values along an axis; in their other axes they are alike.
func Concat(axis int, parts ...*Node) *Node {
	if len(parts) == 0 {
		refuse("Concat", "there is nothing to join")
	}
	first := parts[0].Shape
	axis = axisOf("Concat", first, axis)
	for len(parts) > kernels.MostParts {
		parts = append([]*Node{Concat(axis, parts[:kernels.MostParts]...)}, parts[kernels.MostParts:]...)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	shape := slices.Clone(first)
	shape[axis] = 0
	k := kernels.Concat{N: first[:axis].Count()}
	var cuts []Cut
	for i, p := range parts {
		if len(p.Shape) != len(first) || !p.Shape[:axis].Equal(first[:axis]) || !p.Shape[axis+1:].Equal(first[axis+1:]) {
			refuse("Concat", "%v and %v along axis %d", first, p.Shape, axis)
		}
		k.Widths[i] = p.Shape[axis:].Count()
		cuts = append(cuts, Cut{Axis: axis, Start: shape[axis], End: shape[axis] + p.Shape[axis]})
		shape[axis] += p.Shape[axis]
	}
	return compute(k, shape, func(dy *Node, i int) *Node { return Slice(dy, cuts[i]) }, parts...)
}
