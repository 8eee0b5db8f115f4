package onnx

import "segfault/core"

// window is how a filter or a pool moves, from a node's attributes: a number for
// each spatial axis.
type window struct {
	size, stride, dilation []int
	before, after          []int // padding
}

// window reads the attributes for an input of a shape, N×C and spatial axes. size is
// the filter's; nil where an attribute says it.
func (c *call) window(shape core.Shape, size []int) window {
	rank := len(shape) - 2
	if rank < 1 {
		c.refuse("%v is not an image: N×C×H×W is expected", shape)
	}
	each := func(name string, otherwise []int) []int {
		list := c.list(name)
		if list == nil {
			list = otherwise
		}
		if list == nil {
			list = make([]int, rank)
			for i := range list {
				list[i] = 1
			}
		}
		if len(list) != rank {
			c.refuse("%s has %d numbers for an input of %v", name, len(list), shape)
		}
		return list
	}
	w := window{stride: each("strides", nil), dilation: each("dilations", nil), before: make([]int, rank), after: make([]int, rank)}
	if size == nil {
		if c.list("kernel_shape") == nil {
			c.refuse("it lacks its kernel_shape")
		}
		size = each("kernel_shape", nil)
	}
	w.size = size
	for i := range rank {
		if w.size[i] < 1 || w.stride[i] < 1 || w.dilation[i] < 1 || max(w.size[i], w.stride[i], w.dilation[i]) > 1<<20 {
			c.refuse("a window of %v, stride %v, dilation %v", w.size, w.stride, w.dilation)
		}
	}
	if pads := c.list("pads"); pads != nil {
		if len(pads) != 2*rank {
			c.refuse("pads has %d numbers for an input of %v", len(pads), shape)
		}
		for _, p := range pads {
			if p < -1<<20 || p > 1<<20 {
				c.refuse("pads of %v", pads)
			}
		}
		w.before, w.after = pads[:rank], pads[rank:]
	}
	return w
}

// reach is how far the taps span along an axis.
func (w window) reach(i int) int { return (w.size[i]-1)*w.dilation[i] + 1 }

// same pads so that there is a window for every stride, as auto_pad says.
func (c *call) same(w *window, shape core.Shape) {
	mode := c.word("auto_pad", "NOTSET")
	switch mode {
	case "NOTSET":
		return
	case "VALID":
		w.before, w.after = make([]int, len(w.size)), make([]int, len(w.size))
		return
	case "SAME_UPPER", "SAME_LOWER":
	default:
		c.refuse("auto_pad %q is not known", mode)
	}
	w.before, w.after = make([]int, len(w.size)), make([]int, len(w.size))
	for i := range w.size {
		n := shape[2+i]
		windows := (n + w.stride[i] - 1) / w.stride[i]
		w.before[i], w.after[i] = halves(max(0, (windows-1)*w.stride[i]+w.reach(i)-n), mode == "SAME_UPPER")
	}
}

// halves divides padding, the larger part to the end or to the beginning.
func halves(n int, upper bool) (before, after int) {
	if upper {
		return n / 2, n - n/2
	}
	return n - n/2, n / 2
}

// extent is a number for each spatial axis as core has it.
func extent(list []int) core.Extent {
	at := func(fromLast, otherwise int) int {
		if i := len(list) - 1 - fromLast; i >= 0 {
			return list[i]
		}
		return otherwise
	}
	return core.Extent{Depth: at(2, 0), Height: at(1, 0), Width: at(0, 0)}
}

// padding is that of a window as core has it.
func (w window) padding() core.Padding {
	before, after := extent(w.before), extent(w.after)
	return core.Padding{Front: before.Depth, Top: before.Height, Left: before.Width, Back: after.Depth, Bottom: after.Height, Right: after.Width}
}
