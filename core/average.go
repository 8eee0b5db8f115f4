package core

import "slices"

// AveragePool is the mean of every window of N×C×H×W: a convolution of each
// channel with a constant filter.
func AveragePool(x *Node, o Pool) *Node {
	k := o.window("AveragePool", x)
	c := x.Shape[1]
	ho, wo := k.Over(x.Shape[2], x.Shape[3])
	counted := func(n, after int) int { // where what counts ends
		if o.CountPad {
			return n + after
		}
		return n
	}
	rows := o.counts(ho, k.KH, k.StrideH, k.DilationH, k.Top, counted(x.Shape[2], o.Pad.Bottom))
	columns := o.counts(wo, k.KW, k.StrideW, k.DilationW, k.Left, counted(x.Shape[3], o.Pad.Right))
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
	share := NewTensor(1, 1, ho, wo)
	for i := range share.Data {
		share.Data[i] = 1 / float32(rows[i/wo]*columns[i%wo])
	}
	return Mul(y, NewParameter("share", share))
}

// counts is how many taps count of each row or column of windows: those before
// end, and without CountPad only from the image's first pixel on.
func (o Pool) counts(windows, taps, stride, apart, before, end int) []int {
	list := make([]int, windows)
	for i := range list {
		for tap := range taps {
			at := i*stride - before + tap*apart
			if (at >= 0 || o.CountPad) && at < end {
				list[i]++
			}
		}
	}
	return list
}
