package core

import "segfault/kernels"

// Pool says how a pooling is done; zero values mean a stride and a dilation of 1
// and no padding.
type Pool struct {
	Size, Stride, Dilation Extent
	Pad                    Padding
	// Ceil adds a window that overhangs the end of a row or column, where one
	// begins inside of it.
	Ceil bool
	// CountPad averages over the padding, too.
	CountPad bool
}

// MaxPool is max-pooling of N×C×H×W, padded with what never is a maximum; of
// equal values the first in row-major order gets the gradient.
func MaxPool(x *Node, o Pool) *Node {
	k := kernels.MaxPool2D{Window: o.window("MaxPool", x)}
	n, c, h, w := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	k.N, k.H, k.W = n*c, h, w
	ho, wo := k.Out()
	return compute(k, Shape{n, c, ho, wo}, func(dy *Node, _ int) *Node {
		return derive(kernels.MaxPool2DGrad{N: k.N, H: k.H, W: k.W, Window: k.Window}, x.Shape, x, dy, dy)
	}, x)
}

// GlobalAveragePool is the mean of every image and channel: N×C×H×W gives
// N×C×1×1.
func GlobalAveragePool(x *Node) *Node { return Mean(x, 2, 3) }

// window is how the pool moves over x. Where a window overhangs, it is given the
// padding for it. No window may hold only padding.
func (o Pool) window(op string, x *Node) kernels.Window {
	k := windowOf(op, x, o.Size, o.Stride, o.Dilation, o.Pad, 1)
	h, w := x.Shape[2], x.Shape[3]
	rows, columns := k.Over(h, w)
	reachH, reachW := k.Reach()
	if min(k.Top, k.Left, k.Bottom, k.Right) < 0 || max(k.Top, k.Bottom) >= reachH || max(k.Left, k.Right) >= reachW ||
		k.DilationH > h && k.Top+k.Bottom > 0 || k.DilationW > w && k.Left+k.Right > 0 {
		refuse(op, "with padding %+v a window might hold nothing of an image of %v", k, x.Shape)
	}
	if o.Ceil {
		k.Bottom = overhang(h, rows*k.StrideH-k.Top, reachH, k.StrideH, k.Bottom)
		k.Right = overhang(w, columns*k.StrideW-k.Left, reachW, k.StrideW, k.Right)
	}
	return k
}

// overhang is how much must be added to n pixels for one more window, which begins
// at next, if that is inside and the windows before leave something.
func overhang(n, next, reach, stride, after int) int {
	if next < n && next+reach-stride < n+after {
		return next + reach - n
	}
	return after
}
