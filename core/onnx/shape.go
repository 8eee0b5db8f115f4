package onnx

import (
	"slices"

	"segfault/core"
)

// shapes are operators that change a value's shape, the order of its elements, or
// its kind.
var shapes = map[string]operator{
	"Identity":     identity,
	"Dropout":      dropout,
	"Cast":         func(c *call) []value { return []value{c.cast(kind(c.integer("to", 1)))} },
	"CastLike":     func(c *call) []value { return []value{c.cast(c.get(1).kind)} },
	"Reshape":      reshape,
	"Flatten":      flatten,
	"Squeeze":      squeeze,
	"Unsqueeze":    unsqueeze,
	"Transpose":    transpose,
	"DepthToSpace": depthToSpace,
	"SpaceToDepth": spaceToDepth,
}

func identity(c *call) []value { return []value{c.get(0)} }

// dropout does nothing to a network in evaluation mode, or where it would drop nothing; its mask is of ones.
func dropout(c *call) []value {
	drops := true
	if c.has(1) {
		ratio := c.numbers(1)
		drops = len(ratio) != 1 || ratio[0] != 0
	}
	if drops && c.has(2) && slices.ContainsFunc(c.ints(2), func(v int64) bool { return v != 0 }) {
		c.refuse("it is in training mode: export the network in evaluation mode")
	}
	outputs := []value{c.get(0)}
	if c.wants(1) {
		c.limit(c.in[0].shape, mostIndices)
		mask := value{kind: bools, shape: c.in[0].shape, ints: make([]int64, c.in[0].shape.Count())}
		for i := range mask.ints {
			mask.ints[i] = 1
		}
		outputs = append(outputs, mask)
	}
	return outputs
}

// cast cuts off what is behind the point for whole numbers, which has no gradient,
// and asks for booleans whether a number is another than 0.
func (c *call) cast(to kind) value {
	v := c.get(0)
	if to.bytes() == 0 {
		c.refuse("elements of type %d of onnx.proto are not supported", to)
	}
	y := value{kind: to, shape: v.shape}
	if v.empty() {
		return y
	}
	switch {
	case to.real():
		y.node = v.floats()
		if v.kind.real() {
			y.from = v.from
		}
	case v.node == nil:
		y.ints = v.ints
		if to == bools {
			y.ints = make([]int64, len(v.ints))
			for i, x := range v.ints {
				if x != 0 {
					y.ints[i] = 1
				}
			}
		}
	case to == bools:
		y.node = not(core.Equal(v.node, core.Constant(0)))
		y.node = core.Reshape(y.node, v.shape...)
	case v.kind.real():
		y.node = core.Mul(signOf(v.node), core.Floor(core.Abs(v.node)))
	default:
		y.node = v.node
	}
	return y
}

// reshape takes sizes of which 0 is the input's and −1 what is left.
func reshape(c *call) []value {
	v := c.get(0)
	want := c.listOr("shape", 1)
	if len(want) > mostAxes {
		c.refuse("%v has too many axes", want)
	}
	shape := make(core.Shape, len(want))
	rest, others := -1, 1
	for i, d := range want {
		if d == 0 && c.integer("allowzero", 0) == 0 {
			if i >= len(v.shape) {
				c.refuse("%v of %v: there is no axis %d", want, v.shape, i)
			}
			d = v.shape[i]
		}
		switch {
		case d == -1 && rest < 0:
			rest = i
			continue
		case d < 0:
			c.refuse("%v is no shape", want)
		}
		shape[i] = d
		c.limit(core.Shape{others, d}, 1<<40)
		others *= max(d, 1)
	}
	if rest >= 0 {
		shape[rest] = v.shape.Count() / others
	}
	return []value{c.reshaped(v, shape)}
}

// reshaped is a value with another shape.
func (c *call) reshaped(v value, shape core.Shape) value {
	if shape.Count() != v.shape.Count() {
		c.refuse("%v does not go into %v", v.shape, shape)
	}
	y := value{kind: v.kind, shape: shape, ints: v.ints}
	if v.node != nil {
		y.node = core.Reshape(v.node, shape...)
	}
	return y
}

func flatten(c *call) []value {
	v := c.get(0)
	axis := c.integer("axis", 1)
	if axis < 0 {
		axis += len(v.shape)
	}
	if axis < 0 || axis > len(v.shape) {
		c.refuse("there is no axis %d of %v", axis, v.shape)
	}
	return []value{c.reshaped(v, core.Shape{v.shape[:axis].Count(), v.shape[axis:].Count()})}
}

func squeeze(c *call) []value {
	v := c.get(0)
	axes := c.listOr("axes", 1)
	named := make([]bool, len(v.shape))
	for _, a := range axes {
		named[c.axis(a, len(v.shape))] = true
	}
	shape := core.Shape{}
	for i, d := range v.shape {
		if named[i] && d != 1 {
			c.refuse("axis %d of %v has more than one element", i, v.shape)
		}
		if !(named[i] || len(axes) == 0 && d == 1) {
			shape = append(shape, d)
		}
	}
	return []value{c.reshaped(v, shape)}
}

func unsqueeze(c *call) []value {
	v := c.get(0)
	axes := c.listOr("axes", 1)
	rank := len(v.shape) + len(axes)
	if rank > mostAxes {
		c.refuse("%v with %d more axes has too many", v.shape, len(axes))
	}
	shape := make(core.Shape, rank)
	for _, a := range axes {
		at := c.axis(a, rank)
		if shape[at] == 1 {
			c.refuse("axes %v name one twice", axes)
		}
		shape[at] = 1
	}
	next := 0
	for i := range shape {
		if shape[i] == 0 {
			shape[i] = v.shape[next]
			next++
		}
	}
	return []value{c.reshaped(v, shape)}
}

// moved is a transpose, which another may undo.
type moved struct {
	of   value
	perm []int
}

func transpose(c *call) []value {
	v := c.get(0)
	rank := len(v.shape)
	perm := c.list("perm")
	if perm == nil {
		for i := range rank {
			perm = append(perm, rank-1-i)
		}
	}
	if m, ok := v.from.(*moved); ok && len(m.perm) == len(perm) {
		undone := true
		for i, p := range perm {
			p = c.axis(p, rank)
			undone = undone && m.perm[p] == i
		}
		if undone {
			return []value{m.of}
		}
	}
	y := c.move(func(x []*core.Node) *core.Node { return core.Transpose(x[0], perm...) }, v)
	if v.node != nil {
		y.from = &moved{v, perm}
	}
	return []value{y}
}

// block is the block size, with the shape of an image that it is for.
func (c *call) block() (b int, n, ch, h, w int) {
	s := c.x(0).Shape
	b = c.integer("blocksize", 0)
	if len(s) != 4 || b < 1 {
		c.refuse("%v in blocks of %d: N×C×H×W is expected", s, b)
	}
	return b, s[0], s[1], s[2], s[3]
}

func depthToSpace(c *call) []value {
	b, n, ch, h, w := c.block()
	depth := ch / b / b
	if depth*b*b != ch {
		c.refuse("%d channels make no blocks of %d×%d", ch, b, b)
	}
	x, order := core.Reshape(c.x(0), n, b, b, depth, h, w), []int{0, 3, 4, 1, 5, 2}
	if c.word("mode", "DCR") == "CRD" {
		x, order = core.Reshape(c.x(0), n, depth, b, b, h, w), []int{0, 1, 4, 2, 5, 3}
	}
	return one(core.Reshape(core.Transpose(x, order...), n, depth, h*b, w*b))
}

func spaceToDepth(c *call) []value {
	b, n, ch, h, w := c.block()
	if h%b != 0 || w%b != 0 {
		c.refuse("an image of %d×%d has no blocks of %d×%d: height and width must be multiples of %d", h, w, b, b, b)
	}
	x := core.Transpose(core.Reshape(c.x(0), n, ch, h/b, b, w/b, b), 0, 3, 5, 1, 2, 4)
	return one(core.Reshape(x, n, ch*b*b, h/b, w/b))
}
