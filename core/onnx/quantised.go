package onnx

import "segfault/core"

// quantised are weights that a file holds as whole numbers.
var quantised = map[string]operator{"DequantizeLinear": dequantize}

// dequantize is (x − zero)·scale, of all or of each place along an axis. Of what depends on the image it comes after rounding.
func dequantize(c *call) []value {
	if c.get(0).traced {
		c.refuse("%s", rounding)
	}
	if c.integer("block_size", 0) != 0 {
		c.refuse("weights that are quantised in blocks are not supported: give the network as it was before")
	}
	x := c.x(0)
	along := func(i int) *core.Node {
		y := c.x(i)
		if y.Shape.Count() == 1 {
			return core.Reshape(y)
		}
		axis, wide := c.axis(c.integer("axis", 1), len(x.Shape)), make(core.Shape, len(x.Shape))
		for k := range wide {
			wide[k] = 1
		}
		wide[axis] = x.Shape[axis]
		if len(y.Shape) != 1 || y.Shape[0] != wide[axis] {
			c.refuse("its input %d is %v; expected one number, or %d", i+1, y.Shape, wide[axis])
		}
		return core.Reshape(y, wide...)
	}
	if c.has(2) {
		x = core.Sub(x, along(2))
	}
	return one(core.Mul(x, along(1)))
}
