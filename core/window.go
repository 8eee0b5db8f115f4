package core

import "segfault/kernels"

// Extent is a number for each axis of an image: a window's size, its stride or
// its dilation. A zero means 1.
type Extent struct{ Depth, Height, Width int }

// Square is the same number for height and width.
func Square(n int) Extent { return Extent{Height: n, Width: n} }

// Padding is what is added on every side of an image, in ONNX's order.
type Padding struct{ Front, Top, Left, Back, Bottom, Right int }

// Around is the same padding on the four sides of an image.
func Around(n int) Padding { return Padding{Top: n, Left: n, Bottom: n, Right: n} }

// windowOf is how windows move over an image, whose depth is 1 today.
func windowOf(op string, size, stride, dilation Extent, pad Padding) kernels.Window {
	for _, e := range []Extent{size, stride, dilation} {
		if min(e.Depth, e.Height, e.Width) < 0 || e.Depth > 1 {
			refuse(op, "a window of size %+v, stride %+v and dilation %+v; each must be at least 1, and a depth only 1", size, stride, dilation)
		}
	}
	if pad.Front != 0 || pad.Back != 0 {
		refuse(op, "padding of %d and %d in depth; images have a depth of 1", pad.Front, pad.Back)
	}
	one := func(n int) int { return max(n, 1) }
	return kernels.Window{
		KH: one(size.Height), KW: one(size.Width),
		StrideH: one(stride.Height), StrideW: one(stride.Width),
		DilationH: one(dilation.Height), DilationW: one(dilation.Width),
		Top: pad.Top, Left: pad.Left, Bottom: pad.Bottom, Right: pad.Right,
	}
}

// fits refuses windows of which an image of h×w has none.
func fits(op string, k kernels.Window, h, w int) {
	rows, columns := k.Reach()
	if h+k.Top+k.Bottom < rows || w+k.Left+k.Right < columns {
		refuse(op, "a window that spans %d×%d does not fit into an image of %d×%d padded by %d, %d, %d, %d (top, left, bottom, right)",
			rows, columns, h, w, k.Top, k.Left, k.Bottom, k.Right)
	}
}

// flat is an image, or a filter, of one to three axes as N×C×H×W; a depth must
// be 1.
func flat(op string, x *Node) *Node {
	switch s := x.Shape; {
	case len(s) == 4:
		return x
	case len(s) == 3:
		return Reshape(x, s[0], s[1], 1, s[2])
	case len(s) == 5 && s[2] == 1:
		return Reshape(x, s[0], s[1], s[3], s[4])
	case len(s) == 5:
		refuse(op, "%v has a depth of %d: volumes are computed slice by slice, so only a depth of 1 can be", s, s[2])
	default:
		refuse(op, "%v is not an image: N×C×H×W is expected, N×C×W, or N×C×D×H×W with a depth of 1", s)
	}
	return nil
}

// unflat gives y, N×C×H×W, as many axes as what flat was given.
func unflat(y *Node, axes int) *Node {
	s := y.Shape
	switch {
	case axes == 3 && s[2] == 1:
		return Reshape(y, s[0], s[1], s[3])
	case axes == 5:
		return Reshape(y, s[0], s[1], 1, s[2], s[3])
	}
	return y
}
