package core

import "segfault/kernels"

// strides is how far apart the elements of each axis lie.
func (s Shape) strides() []int {
	strides := make([]int, len(s))
	step := 1
	for i := len(s) - 1; i >= 0; i-- {
		strides[i] = step
		step *= s[i]
	}
	return strides
}

// wholes are axes that show all of a shape.
func wholes(shape Shape) []kernels.Axis {
	axes := make([]kernels.Axis, len(shape))
	for i, stride := range shape.strides() {
		axes[i] = kernels.Whole(shape[i], stride)
	}
	return axes
}

// view shows x through axes; grad gives its gradient.
func view(op string, x *Node, axes []kernels.Axis, offset int, fill float32, grad func(dy *Node, _ int) *Node) *Node {
	shape := make(Shape, len(axes))
	for i := range axes {
		shape[i] = axes[i].Size
	}
	checkShape(op, shape)
	k, ok := kernels.NewView(axes, offset, fill)
	if !ok {
		refuse(op, "%v to %v moves more than %d axes apart", x.Shape, shape, kernels.MostAxes)
	}
	return compute(k, shape, grad, x)
}

// Expand repeats x along axes of size 1, and along those that it lacks in front,
// so that it goes with shape; see Add.
func Expand(x *Node, shape ...int) *Node {
	to := broadcast("Expand", x.Shape, shape)
	if to.Count() == x.Shape.Count() {
		return reshape(x, to)
	}
	from := x.Shape.aligned(len(to))
	axes := wholes(from)
	for i := range axes {
		if from[i] != to[i] {
			axes[i] = kernels.Whole(to[i], 0)
		}
	}
	return view("Expand", x, axes, 0, 0, func(dy *Node, _ int) *Node { return sumTo(dy, x.Shape) })
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
	return reshape(x, shape)
}

// reshape is x itself where it has the shape.
func reshape(x *Node, shape Shape) *Node {
	if x.Shape.Equal(shape) {
		return x
	}
	return Reshape(x, shape...)
}

// part is count elements of an axis, from the first-th on.
func part(x *Node, axis, first, count int) *Node {
	axes := wholes(x.Shape)
	a := &axes[axis]
	offset, n := first*a.Stride, a.Size
	*a = kernels.Whole(count, a.Stride)
	return view("Slice", x, axes, offset, 0, func(dy *Node, _ int) *Node { return within(dy, axis, first, n) })
}

// within is the gradient of part: an axis of n elements, zeros around x.
func within(x *Node, axis, first, n int) *Node {
	axes := wholes(x.Shape)
	a := &axes[axis]
	count := a.Size
	a.Size, a.Before = n, first
	return view("Slice", x, axes, 0, 0, func(dy *Node, _ int) *Node { return part(dy, axis, first, count) })
}

// Concat joins values along an axis; in their other axes they are alike.
func Concat(axis int, parts ...*Node) *Node {
	if len(parts) == 0 {
		refuse("Concat", "there is nothing to join")
	}
	if len(parts) == 1 {
		return parts[0]
	}
	first := parts[0].Shape
	axis = axisOf("Concat", first, axis)
	if many := len(parts) - kernels.MostParts; many > 0 {
		rest := append([]*Node{Concat(axis, parts[:kernels.MostParts]...)}, parts[kernels.MostParts:]...)
		return Concat(axis, rest...)
	}
	k := kernels.Concat{N: first[:axis].Count()}
	begins := make([]int, len(parts))
	shape := append(Shape{}, first...)
	shape[axis] = 0
	for i, p := range parts {
		if len(p.Shape) != len(first) || !p.Shape[:axis].Equal(first[:axis]) || !p.Shape[axis+1:].Equal(first[axis+1:]) {
			refuse("Concat", "%v and %v along axis %d", first, p.Shape, axis)
		}
		k.Widths[i] = p.Shape[axis:].Count()
		begins[i] = shape[axis]
		shape[axis] += p.Shape[axis]
	}
	return compute(k, shape, func(dy *Node, i int) *Node { return part(dy, axis, begins[i], parts[i].Shape[axis]) }, parts...)
}
