package onnx

import "segfault/core"

var products = map[string]operator{
	"MatMul": func(c *call) []value { return one(core.MatMul(c.x(0), c.x(1))) },
	"Gemm":   gemm,
	"Einsum": einsum,
}

// gemm is alpha·A·B + beta·C, with A and B as they are or transposed.
func gemm(c *call) []value {
	a, b := c.x(0), c.x(1)
	if len(a.Shape) != 2 || len(b.Shape) != 2 {
		c.refuse("%v and %v are no two matrices", a.Shape, b.Shape)
	}
	if c.integer("transA", 0) != 0 {
		a = core.Transpose(a)
	}
	if c.integer("transB", 0) != 0 {
		b = core.Transpose(b)
	}
	scaled := func(x *core.Node, by float32) *core.Node {
		if by == 1 {
			return x
		}
		return core.Affine(x, by, 0)
	}
	y := scaled(core.MatMul(a, b), c.number("alpha", 1))
	if c.has(2) {
		y = core.Add(y, scaled(c.x(2), c.number("beta", 1)))
	}
	return one(y)
}
