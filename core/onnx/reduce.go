package onnx

import "segfault/core"

// reductions make one number of all along some axes.
var reductions = map[string]operator{
	"ReduceSum":       reduce(core.Sum, func(a, b int64) int64 { return a + b }),
	"ReduceMax":       reduce(core.ReduceMax, func(a, b int64) int64 { return max(a, b) }),
	"ReduceMin":       reduce(least, func(a, b int64) int64 { return min(a, b) }),
	"ReduceProd":      reduce(product, func(a, b int64) int64 { return a * b }),
	"ReduceMean":      reduce(core.Mean, nil),
	"ReduceL1":        reduce(func(x *core.Node, axes ...int) *core.Node { return core.Sum(core.Abs(x), axes...) }, nil),
	"ReduceL2":        reduce(func(x *core.Node, axes ...int) *core.Node { return core.Sqrt(squares(x, axes...)) }, nil),
	"ReduceSumSquare": reduce(squares, nil),
	"ReduceLogSum":    reduce(func(x *core.Node, axes ...int) *core.Node { return core.Log(core.Sum(x, axes...)) }, nil),
	"ReduceLogSumExp": reduce(logSumExp, nil),
}

func squares(x *core.Node, axes ...int) *core.Node { return core.Sum(core.Mul(x, x), axes...) }

func least(x *core.Node, axes ...int) *core.Node {
	return core.Neg(core.ReduceMax(core.Neg(x), axes...))
}

func logSumExp(x *core.Node, axes ...int) *core.Node {
	most := core.Stop(core.ReduceMax(x, axes...))
	return core.Add(core.Log(core.Sum(core.Exp(core.Sub(x, most)), axes...)), most)
}

// product multiplies halves of an axis until one element is left.
func product(x *core.Node, axes ...int) *core.Node {
	if len(axes) == 0 {
		for i := range x.Shape {
			axes = append(axes, i)
		}
	}
	for _, axis := range axes {
		axis = (axis + len(x.Shape)) % len(x.Shape)
		for n := x.Shape[axis]; n > 1; n = x.Shape[axis] {
			half := n / 2
			y := core.Mul(core.Slice(x, core.Cut{Axis: axis, End: half}), core.Slice(x, core.Cut{Axis: axis, Start: half, End: 2 * half}))
			if n%2 == 1 {
				y = core.Concat(axis, y, core.Slice(x, core.Cut{Axis: axis, Start: n - 1, End: n}))
			}
			x = y
		}
	}
	return x
}

// reduce has its axes as an attribute in older versions, as an input in newer ones.
func reduce(f func(x *core.Node, axes ...int) *core.Node, g func(a, b int64) int64) operator {
	return func(c *call) []value {
		v := c.get(0)
		axes := c.listOr("axes", 1)
		if len(axes) == 0 && c.integer("noop_with_empty_axes", 0) != 0 {
			v.from = nil
			return []value{v}
		}
		kept := make(core.Shape, 0, len(v.shape))
		reduced := make([]bool, len(v.shape))
		for _, a := range axes {
			reduced[c.axis(a, len(v.shape))] = true
		}
		for i, d := range v.shape {
			switch {
			case !reduced[i] && len(axes) > 0:
				kept = append(kept, d)
			case c.integer("keepdims", 1) != 0:
				kept = append(kept, 1)
			}
		}
		if integral(v) {
			if g == nil || kept.Count() != 1 || len(v.ints) == 0 {
				c.refuse("of whole numbers of shape %v it is not supported", v.shape)
			}
			all := v.ints[0]
			for _, x := range v.ints[1:] {
				all = g(all, x)
			}
			return []value{{kind: v.kind, shape: kept, ints: []int64{all}}}
		}
		return one(core.Reshape(f(c.x(0), axes...), kept...))
	}
}
