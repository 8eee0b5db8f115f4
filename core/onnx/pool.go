package onnx

import "segfault/core"

var pools = map[string]operator{
	"MaxPool":           func(c *call) []value { return c.pool(core.MaxPool) },
	"AveragePool":       func(c *call) []value { return c.pool(core.AveragePool) },
	"GlobalAveragePool": func(c *call) []value { return one(core.Mean(c.image(), spatial(c.x(0))...)) },
	"GlobalMaxPool":     globalMaxPool,
}

func (c *call) pool(f func(x *core.Node, o core.Pool) *core.Node) []value {
	x := c.image()
	w := c.window(x.Shape, nil)
	c.same(&w, x.Shape)
	o := core.Pool{Size: extent(w.size), Stride: extent(w.stride), Dilation: extent(w.dilation), Pad: w.padding(),
		Ceil: c.integer("ceil_mode", 0) != 0, CountPad: c.integer("count_include_pad", 0) != 0}
	return one(core.OnImages(x, func(x *core.Node) *core.Node { return f(x, o) }))
}

// image is the first input, which has spatial axes.
func (c *call) image() *core.Node {
	x := c.x(0)
	if len(x.Shape) < 3 {
		c.refuse("%v is not an image: N×C×H×W is expected", x.Shape)
	}
	return x
}

// spatial are the axes behind the channels.
func spatial(x *core.Node) (axes []int) {
	for i := 2; i < len(x.Shape); i++ {
		axes = append(axes, i)
	}
	return axes
}

// globalMaxPool gives the gradient to the first of equal values, as a pool does.
func globalMaxPool(c *call) []value {
	x := c.image()
	s := x.Shape
	flat := core.Reshape(x, s[0], s[1], 1, s[2:].Count())
	y := core.MaxPool(flat, core.Pool{Size: core.Extent{Height: 1, Width: s[2:].Count()}})
	shape := append(core.Shape{}, s...)
	for _, i := range spatial(x) {
		shape[i] = 1
	}
	return one(core.Reshape(y, shape...))
}
