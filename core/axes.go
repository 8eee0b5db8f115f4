package core

// Axes are counted from 0, or from −1 backwards, as in NumPy and ONNX.

// axisOf is an axis counted from 0.
func axisOf(op string, shape Shape, axis int) int {
	if axis < -len(shape) || axis >= len(shape) {
		refuse(op, "%v has no axis %d", shape, axis)
	}
	return (axis + len(shape)) % len(shape)
}

// axesOf says which axes are named; all, where none is.
func axesOf(op string, shape Shape, axes []int) []bool {
	named := make([]bool, len(shape))
	for i := range named {
		named[i] = len(axes) == 0
	}
	for _, axis := range axes {
		i := axisOf(op, shape, axis)
		if named[i] {
			refuse(op, "axis %d of %v is named twice", axis, shape)
		}
		named[i] = true
	}
	return named
}

// Squeeze leaves out axes of size 1; all of those, where none is named.
func Squeeze(x *Node, axes ...int) *Node {
	var shape Shape
	for i, named := range axesOf("Squeeze", x.Shape, axes) {
		switch {
		case !named || len(axes) == 0 && x.Shape[i] != 1:
			shape = append(shape, x.Shape[i])
		case x.Shape[i] != 1:
			refuse("Squeeze", "axis %d of %v has more than one element", i, x.Shape)
		}
	}
	return Reshape(x, shape...)
}

// broadcast is the shape of two values that go together, as in NumPy and ONNX:
// axes are aligned at the last, and sizes are equal unless one of them is 1.
func broadcast(op string, a, b Shape) Shape {
	rank := max(len(a), len(b))
	shape := a.aligned(rank)
	for i, d := range b.aligned(rank) {
		switch {
		case shape[i] == 1:
			shape[i] = d
		case d != 1 && d != shape[i]:
			refuse(op, "shapes %v and %v", a, b)
		}
	}
	return shape
}

// aligned is a shape with as many axes as another, those it lacks of size 1.
func (s Shape) aligned(rank int) Shape {
	a := make(Shape, rank)
	lacks := rank - len(s)
	copy(a[lacks:], s)
	for i := range lacks {
		a[i] = 1
	}
	return a
}
