package core

import "slices"

// MatMul is the product of the matrices in the last two axes, as NumPy's: axes
// before them go together as in Add, and a value with one axis is a row or a
// column. It is a convolution of one tap, whose filter a is: b's rows are the
// channels and its columns the pixels.
func MatMul(a, b *Node) *Node {
	const op = "MatMul"
	if len(a.Shape) == 0 || len(b.Shape) == 0 {
		refuse(op, "%v and %v; a matrix is expected", a.Shape, b.Shape)
	}
	row, column := len(a.Shape) == 1, len(b.Shape) == 1
	switch {
	case row && column:
		return Squeeze(MatMul(Reshape(a, 1, a.Shape[0]), b), 0)
	case row:
		return Squeeze(MatMul(Reshape(a, 1, a.Shape[0]), b), -2)
	case column:
		return Squeeze(MatMul(a, Reshape(b, b.Shape[0], 1)), -1)
	}
	split := func(s Shape) (before Shape, rows, columns int) {
		return s[:len(s)-2], s[len(s)-2], s[len(s)-1]
	}
	batchA, m, k := split(a.Shape)
	batchB, rows, n := split(b.Shape)
	if k != rows {
		refuse(op, "%v and %v", a.Shape, b.Shape)
	}
	if batchB.Count() == 1 { // all rows of a are those of one matrix
		shape := append(slices.Clone(broadcast(op, batchA, batchB)), m, n)
		m *= batchA.Count()
		return reshape(Conv2D(Reshape(b, 1, k, 1, n), Reshape(a, m, k, 1, 1), Conv{}), shape)
	}
	batch := broadcast(op, batchA, batchB)
	a, b = Expand(a, append(slices.Clone(batch), m, k)...), Expand(b, append(slices.Clone(batch), k, n)...)
	count := batch.Count()
	y := Conv2D(Reshape(b, 1, count*k, 1, n), Reshape(a, count*m, k, 1, 1), Conv{Groups: count})
	return Reshape(y, append(slices.Clone(batch), m, n)...)
}
