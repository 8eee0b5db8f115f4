package core

import "segfault/kernels"

// Extent is a number for each axis of an image: a window's size, its stride or
// its dilation. A zero means 1; the depth is 1 today, see OnImages.
type Extent struct{ Depth, Height, Width int }

// Square is the same number for height and width.
func Square(n int) Extent { return Extent{Height: n, Width: n} }

// Padding is what is added on every side of an image, in ONNX's order. Less than
// 0 takes away.
type Padding struct{ Front, Top, Left, Back, Bottom, Right int }

// Around is the same padding on the four sides of an image.
func Around(n int) Padding { return Padding{Top: n, Left: n, Bottom: n, Right: n} }

// windowOf is how windows move over x, N×C×H×W, of which there must be one.
func windowOf(op string, x *Node, size, stride, dilation Extent, pad Padding, up int) kernels.Window {
	if len(x.Shape) != 4 {
		refuse(op, "%v is not an image: N×C×H×W is expected", x.Shape)
	}
	k := kernels.Window{
		KH: max(size.Height, 1), KW: max(size.Width, 1),
		StrideH: max(stride.Height, 1), StrideW: max(stride.Width, 1),
		DilationH: max(dilation.Height, 1), DilationW: max(dilation.Width, 1),
		Top: pad.Top, Left: pad.Left, Bottom: pad.Bottom, Right: pad.Right,
	}
	rows, columns := k.Reach()
	if x.Shape[2]*up+k.Top+k.Bottom < rows || x.Shape[3]*up+k.Left+k.Right < columns {
		refuse(op, "an image of %v, upsampled %d times, is smaller than the window %+v", x.Shape, up, k)
	}
	if max(size.Depth, stride.Depth, dilation.Depth) > 1 || pad.Front != 0 || pad.Back != 0 {
		refuse(op, "a window with depth; images have a depth of 1")
	}
	return k
}
