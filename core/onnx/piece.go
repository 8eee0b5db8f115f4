package onnx

import (
	"math"

	"segfault/core"
)

// pieces are operators that take values apart and put them together.
var pieces = map[string]operator{
	"Concat": concat,
	"Split":  split,
	"Slice":  slice,
	"Gather": gather,
	"Pad":    pad,
	"Expand": expand,
	"Tile":   tile,
}

// joined is a concatenation, which a convolution can do itself.
type joined struct {
	parts []value
	axis  int
}

func concat(c *call) []value {
	var parts []value
	for i := range c.in {
		if v := c.get(i); !v.empty() {
			parts = append(parts, v)
		}
	}
	if len(parts) == 0 {
		return []value{c.get(0)}
	}
	axis := c.axis(c.integer("axis", 1), len(parts[0].shape))
	for _, v := range parts {
		if len(v.shape) != len(parts[0].shape) {
			c.refuse("%v and %v have not as many axes", parts[0].shape, v.shape)
		}
	}
	y := c.move(func(x []*core.Node) *core.Node { return core.Concat(axis, x...) }, parts...)
	if y.node != nil && len(parts) > 1 && parts[0].node != nil {
		y.from = &joined{parts, axis}
		for _, v := range parts {
			if v.node == nil {
				y.from = nil
			}
		}
	}
	return []value{y}
}

func split(c *call) []value {
	v := c.get(0)
	axis := c.axis(c.integer("axis", 0), len(v.shape))
	sizes := c.listOr("split", 1)
	if sizes == nil {
		parts := c.integer("num_outputs", len(c.outputs))
		if parts < 1 || parts > len(c.outputs) {
			c.refuse("%d parts for %d outputs", parts, len(c.outputs))
		}
		each := (v.shape[axis] + parts - 1) / parts
		for at := 0; at < v.shape[axis]; at += each {
			sizes = append(sizes, min(each, v.shape[axis]-at))
		}
	}
	var outputs []value
	at := 0
	for _, n := range sizes {
		if n < 0 || at+n > v.shape[axis] {
			c.refuse("parts of %v of axis %d of %v", sizes, axis, v.shape)
		}
		outputs = append(outputs, c.cut(v, core.Cut{Axis: axis, Start: at, End: at + n}))
		at += n
	}
	return outputs
}

// cut takes parts of a value, of which nothing may be left if it is known.
func (c *call) cut(v value, cuts ...core.Cut) value {
	shape := append(core.Shape{}, v.shape...)
	empty := false
	for _, k := range cuts {
		i := c.axis(k.Axis, len(shape))
		if n := k.Count(shape[i]); n < 1 {
			shape[i], empty = 0, true
		} else {
			shape[i] = n
		}
	}
	if empty || v.empty() {
		if v.traced {
			c.refuse("nothing is left of %v", v.shape)
		}
		return value{kind: v.kind, shape: shape}
	}
	return c.move(func(x []*core.Node) *core.Node { return core.Slice(x[0], cuts...) }, v)
}

// slice has its limits as attributes in older versions, as inputs in newer ones.
func slice(c *call) []value {
	v := c.get(0)
	starts, ends := c.listOr("starts", 1), c.listOr("ends", 2)
	axes, steps := c.listOr("axes", 3), []int(nil)
	if c.has(4) {
		steps = c.sizes(4)
	}
	if axes == nil {
		for i := range starts {
			axes = append(axes, i)
		}
	}
	if len(ends) != len(starts) || len(axes) != len(starts) || steps != nil && len(steps) != len(starts) {
		c.refuse("starts %v, ends %v, axes %v and steps %v", starts, ends, axes, steps)
	}
	var cuts []core.Cut
	for i, start := range starts {
		k := core.Cut{Axis: axes[i], Start: start, End: ends[i], Step: 1}
		if steps != nil {
			k.Step = steps[i]
		}
		if k.Step == 0 {
			c.refuse("a step of 0")
		}
		cuts = append(cuts, k)
	}
	return []value{c.cut(v, cuts...)}
}

// gather takes elements along an axis by their known indices: runs of them are
// slices.
func gather(c *call) []value {
	v, at := c.get(0), c.ints(1)
	axis := c.axis(c.integer("axis", 0), len(v.shape))
	n := v.shape[axis]
	indices := make([]int, len(at))
	for i, a := range at {
		if a < -int64(n) || a >= int64(n) {
			c.refuse("index %d of an axis of %d", a, n)
		}
		indices[i] = int(a+int64(n)) % n
	}
	shape := append(append(append(core.Shape{}, v.shape[:axis]...), c.in[1].shape...), v.shape[axis+1:]...)
	if len(indices) == 0 {
		return []value{{kind: v.kind, shape: shape}}
	}
	if !v.traced {
		return []value{c.looked(v, axis, indices, shape)}
	}
	runs := runsOf(indices)
	if len(runs) > mostRuns {
		c.refuse("%d indices without order of an axis of %d are not supported", len(indices), n)
	}
	y := c.move(func(x []*core.Node) *core.Node {
		var parts []*core.Node
		for _, r := range runs {
			r.Axis = axis
			parts = append(parts, core.Slice(x[0], r))
		}
		return core.Concat(axis, parts...)
	}, v)
	return []value{c.reshaped(y, shape)}
}

// looked is what a known value, such as a table of weights, holds at indices of an axis, in whatever order.
func (c *call) looked(v value, axis int, indices []int, shape core.Shape) value {
	y := value{kind: v.kind, shape: shape}
	n, inner := v.shape[axis], v.shape[axis+1:].Count()
	if v.node == nil {
		c.limit(shape, mostIndices)
		y.ints = picked(v.ints, n, inner, indices)
		return y
	}
	c.limit(shape, mostKnown)
	y.node = core.NewParameter("", &core.Tensor{Shape: shape, Data: picked(c.evaluate(v.node).Data, n, inner, indices)})
	return y
}

// picked takes, of every n times inner numbers, the inner ones at each index.
func picked[T any](from []T, n, inner int, indices []int) []T {
	to := make([]T, 0, len(from)/n*len(indices))
	for ; len(from) > 0; from = from[n*inner:] {
		for _, at := range indices {
			to = append(to, from[at*inner:(at+1)*inner]...)
		}
	}
	return to
}

// mostRuns is how many slices take the place of indices.
const mostRuns = 1024

// runsOf are indices as slices, as few as follow from taking as many as possible
// one by one.
func runsOf(indices []int) (runs []core.Cut) {
	for i := 0; i < len(indices); {
		step, end := 1, i+1
		if end < len(indices) && indices[end] != indices[i] {
			step = indices[end] - indices[i]
			for end < len(indices) && indices[end]-indices[end-1] == step {
				end++
			}
		}
		last := indices[end-1] + step
		if last < 0 { // before the first element
			last = math.MinInt
		}
		runs = append(runs, core.Cut{Start: indices[i], End: last, Step: step})
		i = end
	}
	return runs
}

// padded is a padding, which a convolution can do itself if it is with zeros.
type padded struct {
	x    value
	pads []int
	zero bool
}

// spatial says whether only height and width of images are padded, with zeros.
func (p *padded) spatial() bool {
	if !p.zero || len(p.pads) != 8 {
		return false
	}
	for i, n := range p.pads {
		if n < 0 || i%4 < 2 && n != 0 {
			return false
		}
	}
	return true
}

var padModes = map[string]core.PadMode{"constant": core.PadConstant, "reflect": core.PadReflect, "edge": core.PadEdge}

func pad(c *call) []value {
	v := c.get(0)
	rank := len(v.shape)
	given := c.listOr("pads", 1)
	if given == nil {
		given = c.list("paddings") // version 1
	}
	axes := []int(nil)
	if c.has(3) {
		axes = c.sizes(3)
	} else {
		for i := range rank {
			axes = append(axes, i)
		}
	}
	if len(given) != 2*len(axes) {
		c.refuse("%d pads for %d axes; two for each are expected", len(given), len(axes))
	}
	pads := make([]int, 2*rank)
	for i, a := range axes {
		a = c.axis(a, rank)
		pads[a], pads[rank+a] = given[i], given[len(axes)+i]
	}
	mode, known := padModes[c.word("mode", "constant")]
	if !known {
		c.refuse("padding by %q is not supported: expected constant, reflect or edge", c.word("mode", ""))
	}
	fill := c.number("value", 0)
	if c.has(2) {
		if n := c.numbers(2); len(n) == 1 {
			fill = n[0]
		}
	}
	shape := make(core.Shape, rank)
	for i, d := range v.shape {
		if max(pads[i], pads[rank+i]) > 1<<20 || min(pads[i], pads[rank+i]) < -1<<20 {
			c.refuse("pads of %v", pads)
		}
		shape[i] = d + pads[i] + pads[rank+i]
	}
	c.limit(shape, mostTraced)
	y := c.move(func(x []*core.Node) *core.Node { return core.Pad(x[0], pads, mode, fill) }, v)
	if v.node != nil {
		y.from = &padded{v, pads, mode == core.PadConstant && fill == 0}
	}
	return []value{y}
}

// mostTraced bounds the elements of one value of a graph.
const mostTraced = 1 << 30

func expand(c *call) []value {
	shape := c.sizes(1)
	c.limit(shape, mostTraced)
	v := c.get(0)
	if core.Shape(shape).Count() == 0 {
		return []value{{kind: v.kind, shape: shape}}
	}
	return []value{c.move(func(x []*core.Node) *core.Node { return core.Expand(x[0], shape...) }, v)}
}

// tile repeats a value along its axes.
func tile(c *call) []value {
	v, repeats := c.get(0), c.sizes(1)
	if len(repeats) != len(v.shape) {
		c.refuse("%d repeats for %v", len(repeats), v.shape)
	}
	var apart, wide, result core.Shape
	for i, d := range v.shape {
		apart, wide, result = append(apart, 1, d), append(wide, repeats[i], d), append(result, repeats[i]*d)
	}
	c.limit(wide, mostTraced)
	return []value{c.move(func(x []*core.Node) *core.Node {
		return core.Reshape(core.Expand(core.Reshape(x[0], apart...), wide...), result...)
	}, v)}
}
