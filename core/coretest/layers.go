package coretest

import (
	"math"

	"segfault/core"
)

func transposed(name string, x, w core.Shape, o core.Transposed) Case {
	return of("conv_transpose2d "+name, func(in []*core.Node) *core.Node {
		o := o
		if len(in) > 2 {
			o.Bias = in[2]
		}
		return core.ConvTranspose2D(in[0], in[1], o)
	}, x, w, core.Shape{w[1] * max(o.Groups, 1)})
}

func product(name string, a, b core.Shape) Case {
	return of("matmul "+name, func(in []*core.Node) *core.Node { return core.MatMul(in[0], in[1]) }, a, b)
}

// layerCases are what foreign networks are made of beside convolutions and pools.
func layerCases() []Case {
	type s = core.Shape
	square := core.Square
	cases := []Case{
		transposed("2×2 stride 2", s{2, 3, 5, 6}, s{3, 4, 2, 2}, core.Transposed{Stride: square(2)}),
		transposed("3×3 padded, with more at the end", s{1, 4, 5, 6}, s{4, 3, 3, 3}, core.Transposed{Stride: square(2), Pad: core.Around(1), Extra: square(1)}),
		transposed("in groups", s{2, 6, 4, 5}, s{6, 2, 3, 2}, core.Transposed{Stride: core.Extent{Height: 3, Width: 1}, Groups: 3, Pad: core.Padding{Top: 1, Right: 1}}),
		transposed("of each channel", s{1, 4, 5, 5}, s{4, 1, 4, 4}, core.Transposed{Stride: square(2), Groups: 4, Pad: core.Around(1)}),
		transposed("dilated", s{1, 2, 4, 5}, s{2, 3, 3, 3}, core.Transposed{Dilation: square(2), Pad: core.Padding{Top: 2, Left: 1, Bottom: 1, Right: 3}}),
		transposed("with more than a stride at the end", s{1, 2, 4, 5}, s{2, 3, 3, 3}, core.Transposed{Dilation: square(3), Extra: core.Extent{Height: 2, Width: 1}}),
		transposed("of one pixel", s{1, 5, 1, 1}, s{5, 4, 3, 3}, core.Transposed{Pad: core.Around(1)}),

		product("of two matrices", s{5, 7}, s{7, 4}),
		product("of many rows", s{2, 3, 70}, s{70, 9}),
		product("of batches", s{3, 4, 6}, s{3, 6, 5}),
		product("of batches that are repeated", s{2, 1, 4, 6}, s{3, 6, 5}),
		product("of one matrix with many", s{4, 6}, s{3, 6, 5}),
		product("of a row and a column", s{6}, s{6}),
		product("of a row", s{6}, s{2, 6, 5}),
		product("of a column", s{2, 5, 6}, s{6}),

		of("instance norm", func(in []*core.Node) *core.Node { return core.InstanceNorm(in[0], in[1], in[2], 1e-5) }, s{2, 3, 5, 7}, s{3}, s{3}),
		view("group norm", s{2, 6, 5, 7}, func(x *core.Node) *core.Node { return core.Exp(core.GroupNorm(x, 3, 1e-5)) }),
		view("layer norm", s{2, 3, 20}, func(x *core.Node) *core.Node { return core.Exp(core.LayerNorm(x, -1, 1e-5)) }),
		view("softmax of channels", s{2, 4, 3, 5}, func(x *core.Node) *core.Node { return core.Softmax(core.Affine(x, 4, 0), 1) }),
		view("softmax of rows", s{3, 9}, func(x *core.Node) *core.Node { return core.Softmax(core.Affine(x, 4, 0), -1) }),
		view("log_softmax", s{2, 4, 3, 5}, func(x *core.Node) *core.Node { return core.LogSoftmax(core.Affine(x, 5, 0), 1) }),
		view("band along the first axis", s{5, 3, 2}, func(x *core.Node) *core.Node {
			return core.Along(x, core.NewBand(3, 5, func(o int) (int, []float64) { return o, []float64{1, -2, 0.5} }), 0)
		}),
	}
	return append(cases, choices()...)
}

// choices are layers that choose between values, so that their gradients jump.
func choices() []Case {
	type s = core.Shape
	apart := map[int]func(int, float32) float32{1: func(_ int, u float32) float32 { return u + float32(math.Copysign(2, float64(u))) }}
	cases := []Case{
		view("most of channels", s{2, 4, 3, 5}, func(x *core.Node) *core.Node { return core.ReduceMax(x, 1) }),
		view("most of pixels", s{2, 3, 9, 11}, func(x *core.Node) *core.Node { return core.ReduceMax(x, 2, 3) }),
		view("most of all", s{2, 5, 1, 3}, func(x *core.Node) *core.Node { return core.ReduceMax(x) }),
		of("parametric", func(in []*core.Node) *core.Node { return core.Parametric(in[0], in[1]) }, s{2, 3, 5, 7}, s{3, 1, 1}),
		of("select", func(in []*core.Node) *core.Node { return core.Select(in[0], in[1], in[2]) }, s{3, 1, 5}, s{4, 5}, s{1}),
		view("equal", s{2, 4, 5}, func(x *core.Node) *core.Node { return core.Mul(x, core.Equal(x, core.ReduceMax(x, 1))) }),
	}
	for i := range cases {
		cases[i].Smooth, cases[i].Rays = false, true
	}
	for name, classes := range map[string]int{"chosen": 3, "chosen of one and a background": 1} { // whose gradient goes straight through
		c := view(name, s{2, classes, 4, 5}, func(x *core.Node) *core.Node { return core.Chosen(core.Rivals(x)) })
		c.Smooth = false
		cases = append(cases, c)
	}
	for name, f := range map[string]func(a, b *core.Node) *core.Node{"max": core.Max, "min": core.Min} {
		cases = append(cases, Case{Name: name + " far apart", Shapes: []s{{2, 3, 5, 7}, {2, 3, 5, 7}}, Smooth: true, Fixed: apart,
			Build: func(in []*core.Node) *core.Node { return f(in[0], in[1]) }})
		for with, b := range map[string]s{"another": {2, 3, 5, 7}, "a number a channel": {3, 1, 1}, "one number": {1}} {
			cases = append(cases, Case{Name: name + " with " + with, Shapes: []s{{2, 3, 5, 7}, b}, Build: func(in []*core.Node) *core.Node { return f(in[0], in[1]) }})
		}
	}
	return cases
}
