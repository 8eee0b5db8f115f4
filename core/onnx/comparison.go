package onnx

import "segfault/core"

// comparisons give booleans, and choose by them.
var comparisons = map[string]operator{
	"Equal":          compare(core.Equal, func(a, b int64) bool { return a == b }),
	"Greater":        compare(above, func(a, b int64) bool { return a > b }),
	"Less":           compare(func(a, b *core.Node) *core.Node { return above(b, a) }, func(a, b int64) bool { return a < b }),
	"GreaterOrEqual": compare(func(a, b *core.Node) *core.Node { return not(above(b, a)) }, func(a, b int64) bool { return a >= b }),
	"LessOrEqual":    compare(func(a, b *core.Node) *core.Node { return not(above(a, b)) }, func(a, b int64) bool { return a <= b }),
	"And":            compare(core.Mul, func(a, b int64) bool { return a*b != 0 }),
	"Or":             compare(core.Max, func(a, b int64) bool { return a+b != 0 }),
	"Xor":            compare(func(a, b *core.Node) *core.Node { return not(core.Equal(a, b)) }, func(a, b int64) bool { return a != b }),
	"Not":            negate,
	"Where":          where,
	"If":             branch,
}

func above(a, b *core.Node) *core.Node { return core.Positive(core.Sub(a, b)) }

func not(a *core.Node) *core.Node { return core.Affine(a, -1, 1) }

// compare is an operator that gives booleans.
func compare(f func(a, b *core.Node) *core.Node, g func(a, b int64) bool) operator {
	return func(c *call) []value {
		y := c.combine(c.get(0), c.get(1), f, func(_ *call, a, b int64) int64 {
			if g(a, b) {
				return 1
			}
			return 0
		})
		y.kind = bools
		return []value{y}
	}
}

func negate(c *call) []value {
	y := single(not, func(a int64) int64 { return 1 - a })(c)[0]
	y.kind = bools
	return []value{y}
}

// where chooses between two values, element by element.
func where(c *call) []value {
	condition, a, b := c.get(0), c.get(1), c.get(2)
	if integral(condition, a, b) {
		// What is chosen of two lists is one index or the other.
		chosen := c.wholes(condition, a, func(_ *call, yes, a int64) int64 { return a })
		other := c.wholes(condition, b, func(_ *call, yes, b int64) int64 { return b })
		shape := c.wholes(chosen, other, func(_ *call, a, b int64) int64 { return 0 })
		yes := c.wholes(condition, shape, func(_ *call, yes, _ int64) int64 { return yes })
		first := c.wholes(chosen, shape, func(_ *call, a, _ int64) int64 { return a })
		second := c.wholes(other, shape, func(_ *call, b, _ int64) int64 { return b })
		for i, y := range yes.ints {
			if y == 0 {
				first.ints[i] = second.ints[i]
			}
		}
		first.kind = a.kind
		return []value{first}
	}
	y := core.Select(c.x(0), c.x(1), c.x(2))
	return []value{{kind: a.kind, shape: y.Shape, node: y}}
}

// branch reads the graph that a known condition chooses.
func branch(c *call) []value {
	if v := c.get(0); v.traced || !integral(v) || len(v.ints) != 1 {
		c.refuse("%s", controlFlow)
	}
	name := "else_branch"
	if c.in[0].ints[0] != 0 {
		name = "then_branch"
	}
	a := c.attributes[name]
	if a == nil || a.g == nil {
		c.refuse("it lacks its %s", name)
	}
	inner := c.r.inner(a.g)
	var values []value
	for _, o := range a.g.outputs {
		values = append(values, inner.value(o.name))
	}
	return values
}
