package core

import (
	"slices"

	"segfault/kernels"
)

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
	if axes := len(x.Shape); axes != 4 {
		return unflat(MaxPool(flat("MaxPool", x), o), axes)
	}
	n, c, h, w := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	k := kernels.MaxPool2D{N: n * c, H: h, W: w, Window: o.window("MaxPool", h, w)}
	ho, wo := k.Out()
	o.counts("MaxPool", k.Window, h, w)
	return compute(k, Shape{n, c, ho, wo}, func(dy *Node, _ int) *Node {
		return derive(kernels.MaxPool2DGrad(k), x.Shape, x, dy)
	}, x)
}

// AveragePool is the mean of every window of N×C×H×W: a convolution of each
// channel with a constant filter.
func AveragePool(x *Node, o Pool) *Node {
	if axes := len(x.Shape); axes != 4 {
		return unflat(AveragePool(flat("AveragePool", x), o), axes)
	}
	c := x.Shape[1]
	k := o.window("AveragePool", x.Shape[2], x.Shape[3])
	rows, columns := o.counts("AveragePool", k, x.Shape[2], x.Shape[3])
	filter := NewTensor(c, 1, k.KH, k.KW)
	alike := slices.Min(rows) == slices.Max(rows) && slices.Min(columns) == slices.Max(columns)
	for i := range filter.Data {
		filter.Data[i] = 1
		if alike {
			filter.Data[i] = 1 / float32(rows[0]*columns[0])
		}
	}
	y := Conv2D(x, NewParameter("average", filter), Conv{Stride: o.Stride, Dilation: o.Dilation, Groups: c,
		Pad: Padding{Top: k.Top, Left: k.Left, Bottom: k.Bottom, Right: k.Right}})
	if alike {
		return y
	}
	share := NewTensor(1, 1, len(rows), len(columns))
	for i := range share.Data {
		share.Data[i] = 1 / float32(rows[i/len(columns)]*columns[i%len(columns)])
	}
	return Mul(y, NewParameter("share", share))
}

// GlobalAveragePool is the mean of every image and channel: N×C×H×W gives
// N×C×1×1.
func GlobalAveragePool(x *Node) *Node {
	if len(x.Shape) < 3 {
		refuse("GlobalAveragePool", "%v is not an image: N×C×H×W is expected", x.Shape)
	}
	var axes []int
	for i := 2; i < len(x.Shape); i++ {
		axes = append(axes, i)
	}
	return Mean(x, axes...)
}

// window is how the pool moves over an image of h×w: where windows may
// overhang, they are given the padding for it.
func (o Pool) window(op string, h, w int) kernels.Window {
	k := windowOf(op, o.Size, o.Stride, o.Dilation, o.Pad)
	if min(k.Top, k.Left, k.Bottom, k.Right) < 0 {
		refuse(op, "a negative padding of %+v", o.Pad)
	}
	fits(op, k, h, w)
	if !o.Ceil {
		return k
	}
	rows, columns := k.Over(h, w)
	reachH, reachW := k.Reach()
	overhang := func(n, windows, stride, reach, before, after int) int {
		if next := windows*stride - before; next+reach-stride < n+after && next < n {
			return windows*stride + reach - before - n
		}
		return after
	}
	k.Bottom = overhang(h, rows, k.StrideH, reachH, k.Top, k.Bottom)
	k.Right = overhang(w, columns, k.StrideW, reachW, k.Left, k.Right)
	return k
}

// counts is how many taps a window's rows and columns hold, for every row and
// column of windows; none may hold only padding.
func (o Pool) counts(op string, k kernels.Window, h, w int) (rows, columns []int) {
	count := func(windows, taps, stride, apart, before, n, after int) []int {
		list := make([]int, windows)
		for i := range list {
			pixels := 0
			for tap := range taps {
				at := i*stride - before + tap*apart
				if at >= 0 && at < n {
					pixels++
				}
				if at >= 0 && at < n || o.CountPad && at < n+after {
					list[i]++
				}
			}
			if pixels == 0 {
				refuse(op, "with padding %+v a window of %d×%d, dilated by %d×%d, would hold nothing of an image of %d×%d",
					o.Pad, k.KH, k.KW, k.DilationH, k.DilationW, h, w)
			}
		}
		return list
	}
	ho, wo := k.Over(h, w)
	return count(ho, k.KH, k.StrideH, k.DilationH, k.Top, h, o.Pad.Bottom),
		count(wo, k.KW, k.StrideW, k.DilationW, k.Left, w, o.Pad.Right)
}
