package onnx

import (
	"math"

	"segfault/core"
)

// constants are what depends on no value, but at most on a shape.
var constants = map[string]operator{
	"Constant":        constant,
	"ConstantOfShape": constantOfShape,
	"Shape":           shape,
	"Size":            func(c *call) []value { return []value{whole(nil, int64(c.get(0).shape.Count()))} },
	"Range":           series,
}

func constant(c *call) []value {
	a := c.attributes
	switch {
	case a["value"] != nil && a["value"].t != nil:
		v, err := c.r.file.read(a["value"].t)
		if err != nil {
			c.refuse("%v", err)
		}
		return []value{v}
	case a["value_int"] != nil:
		return []value{whole(nil, a["value_int"].i)}
	case a["value_ints"] != nil:
		ints := a["value_ints"].ints
		return []value{whole([]int{len(ints)}, ints...)}
	case a["value_float"] != nil:
		return one(core.NewParameter("", &core.Tensor{Data: []float32{a["value_float"].f}}))
	case a["value_floats"] != nil && len(a["value_floats"].floats) > 0:
		return one(core.Constant(a["value_floats"].floats...))
	}
	c.refuse("it holds no tensor and no numbers")
	return nil
}

func constantOfShape(c *call) []value {
	shape := c.sizes(0)
	c.limit(shape, mostKnown)
	fill := value{kind: float32s, node: core.Constant(0)}
	if a := c.attributes["value"]; a != nil && a.t != nil {
		v, err := c.r.file.read(a.t)
		if err != nil {
			c.refuse("%v", err)
		}
		if v.shape.Count() != 1 {
			c.refuse("its value should be one number, not %v", v.shape)
		}
		fill = v
	}
	n := core.Shape(shape).Count()
	y := value{kind: fill.kind, shape: shape}
	if n == 0 {
		return []value{y}
	}
	if fill.node == nil {
		c.limit(shape, mostIndices)
		y.ints = make([]int64, n)
		for i := range y.ints {
			y.ints[i] = fill.ints[0]
		}
		return []value{y}
	}
	t := core.NewTensor(shape...)
	for i := range t.Data {
		t.Data[i] = fill.node.Value.Data[0]
	}
	y.node = core.NewParameter("", t)
	return []value{y}
}

// shape may be of a part of the axes, since version 15.
func shape(c *call) []value {
	s := c.get(0).shape
	within := func(i int) int {
		if i < 0 {
			i += len(s)
		}
		return min(max(i, 0), len(s))
	}
	start, end := within(c.integer("start", 0)), within(c.integer("end", len(s)))
	var sizes []int64
	for i := start; i < end; i++ {
		sizes = append(sizes, int64(s[i]))
	}
	return []value{whole([]int{len(sizes)}, sizes...)}
}

// series counts from a number to before another.
func series(c *call) []value {
	if integral(c.get(0), c.get(1), c.get(2)) {
		start, end, step := c.ints(0), c.ints(1), c.ints(2)
		if len(start) != 1 || len(end) != 1 || len(step) != 1 || step[0] == 0 {
			c.refuse("expected three numbers, the last one not 0")
		}
		n := int(max(0, math.Ceil((float64(end[0])-float64(start[0]))/float64(step[0]))))
		c.limit([]int{n}, mostIndices)
		y := whole([]int{n})
		y.kind = c.in[0].kind
		for i := range n {
			y.ints = append(y.ints, start[0]+int64(i)*step[0])
		}
		return []value{y}
	}
	start, end, step := c.numbers(0), c.numbers(1), c.numbers(2)
	if len(start) != 1 || len(end) != 1 || len(step) != 1 || step[0] == 0 {
		c.refuse("expected three numbers, the last one not 0")
	}
	n := max(0, math.Ceil((float64(end[0])-float64(start[0]))/float64(step[0])))
	if !(n >= 1 && n <= mostIndices) {
		c.refuse("%v numbers from %v to %v by steps of %v", n, start[0], end[0], step[0])
	}
	t := core.NewTensor(int(n))
	for i := range t.Data {
		t.Data[i] = float32(float64(start[0]) + float64(i)*float64(step[0]))
	}
	return one(core.NewParameter("", t))
}
