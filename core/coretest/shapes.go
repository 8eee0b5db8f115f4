package coretest

import (
	"math"

	"segfault/core"
)

// of is an op of values of some shapes that is differentiable everywhere.
func of(name string, f func(in []*core.Node) *core.Node, shapes ...core.Shape) Case {
	return Case{Name: name, Shapes: shapes, Smooth: true, Build: f}
}

// view is an op of one value.
func view(name string, x core.Shape, f func(x *core.Node) *core.Node) Case {
	return of(name, func(in []*core.Node) *core.Node { return f(in[0]) }, x)
}

func sum(name string, x core.Shape, axes ...int) Case {
	return view("sum "+name, x, func(x *core.Node) *core.Node { return core.Sum(x, axes...) })
}

func slice(name string, x core.Shape, cuts ...core.Cut) Case {
	return view("slice "+name, x, func(x *core.Node) *core.Node { return core.Slice(x, cuts...) })
}

func pad(name string, x core.Shape, mode core.PadMode, value float32, pads ...int) Case {
	return view("pad "+name, x, func(x *core.Node) *core.Node { return core.Pad(x, pads, mode, value) })
}

// broadcasts tries the binary ops on values of two shapes.
func broadcasts(name string, a, b core.Shape) []Case {
	var cases []Case
	for op, f := range map[string]func(a, b *core.Node) *core.Node{"add": core.Add, "sub": core.Sub, "mul": core.Mul, "div": core.Div} {
		c := of(op+" "+name, func(in []*core.Node) *core.Node { return f(in[0], in[1]) }, a, b)
		c.Fixed = map[int]func(int, float32) float32{1: positive}
		cases = append(cases, c)
	}
	return cases
}

// shapeCases arrange, join, repeat and add up values of any shape.
func shapeCases() []Case {
	type s = core.Shape
	const end = math.MaxInt
	join := func(name string, axis int, shapes ...s) Case {
		return of("concat "+name, func(in []*core.Node) *core.Node { return core.Concat(axis, in...) }, shapes...)
	}
	cases := []Case{
		join("channels", 1, s{2, 3, 4, 5}, s{2, 1, 4, 5}, s{2, 2, 4, 5}),
		join("columns", -1, s{2, 3, 4}, s{2, 3, 1}),
		join("images", 0, s{1, 3, 4}, s{2, 3, 4}),
		join("as many as one kernel takes", 1, s{2, 1}, s{2, 2}, s{2, 3}, s{2, 1}, s{2, 2}, s{2, 3}, s{2, 4}),
		join("more than one kernel takes", 1, s{2, 1}, s{2, 2}, s{2, 3}, s{2, 1}, s{2, 2}, s{2, 3}, s{2, 4}, s{2, 5}, s{2, 1}),
		of("concat with itself", func(in []*core.Node) *core.Node { return core.Concat(1, in[0], in[0]) }, s{2, 3}),

		slice("of the first axis", s{5, 3, 4}, core.Cut{Axis: 0, Start: 1, End: 4}),
		slice("of two axes", s{2, 5, 6, 7}, core.Cut{Axis: -1, Start: 2, End: -1}, core.Cut{Axis: 1, End: 3}),
		slice("by steps", s{3, 11, 10}, core.Cut{Axis: 1, Start: 1, End: end, Step: 3}, core.Cut{Axis: 2, Start: 0, End: end, Step: 4}),
		slice("backwards", s{3, 7}, core.Cut{Axis: 1, Start: -1, End: -end, Step: -1}),
		slice("backwards by steps", s{9, 8, 2}, core.Cut{Axis: 0, Start: 7, End: 0, Step: -3}, core.Cut{Axis: 1, Start: 6, End: 1, Step: -2}),
		view("slice, differentiated twice", s{4, 9}, slopeOf(func(x *core.Node) *core.Node {
			return core.Exp(core.Slice(x, core.Cut{Axis: 1, Start: 7, End: 0, Step: -2}))
		})),

		view("transpose", s{3, 5, 7}, func(x *core.Node) *core.Node { return core.Transpose(x) }),
		view("transpose to channels last", s{2, 3, 5, 7}, func(x *core.Node) *core.Node { return core.Transpose(x, 0, 2, 3, 1) }),
		view("transpose of six axes", s{2, 2, 3, 4, 3, 2}, func(x *core.Node) *core.Node { return core.Transpose(x, 0, 3, 4, 1, 5, 2) }),
		view("expand", s{3, 1, 5, 1}, func(x *core.Node) *core.Node { return core.Expand(x, 2, 1, 4, 1, 6) }),
		view("squeeze", s{1, 3, 1, 4}, func(x *core.Node) *core.Node { return core.Squeeze(x, 0, -2) }),

		pad("of two axes", s{2, 3, 4, 5}, core.PadConstant, 0.5, 0, 0, 1, 2, 0, 0, 3, 0),
		pad("of all axes", s{3, 4}, core.PadConstant, 0, 1, 2, 2, 1),
		pad("below zero", s{2, 6, 7}, core.PadConstant, 1, 0, -2, 1, 0, 1, -3),
		pad("reflect", s{2, 3, 4, 5}, core.PadReflect, 0, 0, 0, 3, 1, 0, 0, 2, 4),
		pad("reflect beyond the array", s{2, 3}, core.PadReflect, 0, 0, 7, 0, 5),
		pad("reflect at the end", s{3, 6}, core.PadReflect, 0, 0, 0, 1, 2),
		pad("edge", s{2, 3, 4}, core.PadEdge, 0, 0, 2, 1, 0, 0, 3),

		sum("of all", s{2, 3, 5, 7}),
		sum("of pixels", s{2, 3, 5, 7}, 2, 3),
		sum("of images and pixels", s{2, 3, 5, 7}, 0, 2, 3),
		sum("of channels", s{2, 3, 5, 7}, 1),
		sum("of many channels", s{2, 70, 150}, 1),
		sum("of images", s{4, 3, 5, 7}, 0),
		sum("of every other axis", s{2, 3, 4, 5, 2}, 0, 2, 4),
		sum("of every other axis but the first", s{2, 3, 4, 5, 2}, -4, -2),
		sum("of axes that hold one element", s{1, 3, 1, 4}, 0, 2),
		sum("of long rows", s{1, 2, 80, 90}, 2, 3),
		sum("of long rows, by turns", s{3, 2, 2, 3000}, 1, 3),
		view("mean", s{2, 3, 5, 7}, func(x *core.Node) *core.Node { return core.Mean(x) }),
		view("mean of channels", s{2, 3, 5, 7}, func(x *core.Node) *core.Node { return core.Mean(x, 1) }),
		view("sum, differentiated twice", s{2, 3, 4}, slopeOf(func(x *core.Node) *core.Node { return core.Exp(core.Sum(x, 1)) })),
	}
	for name, shapes := range map[string][2]s{
		"one number":               {{2, 3, 5, 7}, {1}},
		"to one number":            {{1}, {2, 3, 5}},
		"no axes":                  {{2, 3}, {}},
		"a number a channel":       {{2, 3, 5, 7}, {3, 1, 1}},
		"a number an image":        {{2, 3, 5, 7}, {2, 1, 1, 1}},
		"one image of two":         {{2, 3, 5, 7}, {5, 7}},
		"one channel of three":     {{2, 3, 5, 7}, {2, 1, 5, 7}},
		"a row and a column":       {{3, 1, 5}, {4, 1}},
		"more axes":                {{5}, {3, 4, 5}},
		"as many numbers, unlike":  {{4}, {1, 1, 4}},
		"both repeated and shared": {{2, 1, 5, 1, 3}, {1, 4, 5, 2, 1}},
	} {
		cases = append(cases, broadcasts(name, shapes[0], shapes[1])...)
	}
	return cases
}
