// Package coretest is one table of cases that every backend must pass: each op,
// forward and gradient, against the scalar CPU.
package coretest

import (
	"segfault/core"
	"segfault/kernels"
)

// Case is an op at one shape.
type Case struct {
	Name   string
	Shapes []core.Shape                           // of its inputs
	Build  func(in []*core.Node) *core.Node       // the op
	Smooth bool                                   // differentiable everywhere: finite differences apply
	Fixed  map[int]func(i int, u float32) float32 // inputs that are not uniform in [−1, 1)
}

// positive makes an input uniform in [0.5, 1.5).
func positive(_ int, u float32) float32 { return 1 + u/2 }

// binary makes an input 0 or 1.
func binary(_ int, u float32) float32 {
	if u > 0.4 {
		return 1
	}
	return 0
}

func conv(name string, x, skip, w core.Shape, bias bool, o core.Conv) Case {
	shapes := []core.Shape{x, w}
	if skip != nil {
		shapes = append(shapes, skip)
	}
	if bias {
		shapes = append(shapes, core.Shape{w[0]})
	}
	return Case{Name: "conv2d " + name, Shapes: shapes, Smooth: o.Act == kernels.Identity,
		Build: func(in []*core.Node) *core.Node {
			o := o
			next := 2
			if skip != nil {
				o.Skip = in[next]
				next++
			}
			if bias {
				o.Bias = in[next]
			}
			return core.Conv2D(in[0], in[1], o)
		}}
}

func unary(name string, f func(*core.Node) *core.Node, smooth bool) Case {
	return Case{Name: name, Shapes: []core.Shape{{2, 3, 5, 7}}, Smooth: smooth,
		Build: func(in []*core.Node) *core.Node { return f(in[0]) }}
}

func binaryOp(name string, f func(a, b *core.Node) *core.Node, b core.Shape) Case {
	return Case{Name: name, Shapes: []core.Shape{{2, 3, 5, 7}, b}, Smooth: true,
		Fixed: map[int]func(int, float32) float32{1: positive},
		Build: func(in []*core.Node) *core.Node { return f(in[0], in[1]) }}
}

func loss(l core.Loss, swapped bool) Case {
	name := "loss " + string(l)
	if swapped {
		name += " swapped"
	}
	return Case{Name: name, Shapes: []core.Shape{{2, 3, 6, 10}, {2, 3, 6, 10}}, Smooth: true,
		Fixed: map[int]func(int, float32) float32{1: binary},
		Build: func(in []*core.Node) *core.Node {
			if swapped {
				return l.Of(in[1], in[0])
			}
			return l.Of(in[0], in[1])
		}}
}

func trainingLoss(name string, f func(logits, target *core.Node) *core.Node) Case {
	return Case{Name: "loss " + name, Shapes: []core.Shape{{2, 3, 6, 10}, {2, 3, 6, 10}}, Smooth: true,
		Fixed: map[int]func(int, float32) float32{1: binary},
		Build: func(in []*core.Node) *core.Node { return f(in[0], in[1]) }}
}

func batchNorm(act kernels.Activation) Case {
	name := "batch_norm"
	if act == kernels.ReLU {
		name += " relu"
	}
	return Case{Name: name, Shapes: []core.Shape{{3, 5, 6, 7}, {5}, {5}}, Smooth: act == kernels.Identity,
		Fixed: map[int]func(int, float32) float32{1: positive},
		Build: func(in []*core.Node) *core.Node {
			y, _ := core.BatchNorm(in[0], in[1], in[2], 1e-5, act)
			return y
		}}
}

// slopeOf is the gradient of the op's sum, as an op.
func slopeOf(f func(*core.Node) *core.Node) func(*core.Node) *core.Node {
	return func(x *core.Node) *core.Node { return core.Grad(core.Total(f(x)), x)[0] }
}

// resample is a product with bands of two or three weights a row, of which the last has none.
func resample(name string, height, width, down, across int) Case {
	band := func(out, in int) *core.Band {
		return core.NewBand(out, in, func(o int) (int, []float64) {
			if o == out-1 {
				return 0, nil
			}
			return min(o*in/out, in-2), []float64{0.75, float64(o) / 4}
		})
	}
	return Case{Name: "resample " + name, Shapes: []core.Shape{{2, 3, height, width}}, Smooth: true,
		Build: func(in []*core.Node) *core.Node { return core.Resample(in[0], band(down, height), band(across, width)) }}
}

// withoutGradient is an op that only a backend's values are compared of.
func withoutGradient(name string, f func(in []*core.Node) *core.Node, shapes ...core.Shape) Case {
	return Case{Name: name, Shapes: shapes, Build: func(in []*core.Node) *core.Node {
		return core.StraightThrough(f(in), in[0])
	}}
}

// Cases is the table.
func Cases() []Case {
	type s = core.Shape
	relu := kernels.ReLU
	cases := []Case{
		conv("3×3 padded", s{2, 3, 9, 11}, nil, s{5, 3, 3, 3}, true, core.Conv{Pad: 1}),
		conv("3×3 relu", s{1, 8, 16, 30}, nil, s{8, 8, 3, 3}, true, core.Conv{Pad: 1, Act: relu}),
		conv("3×3 without padding or bias", s{1, 4, 7, 8}, nil, s{4, 4, 3, 3}, false, core.Conv{}),
		conv("1×1", s{2, 6, 5, 5}, nil, s{3, 6, 1, 1}, true, core.Conv{}),
		conv("5×3", s{1, 2, 8, 9}, nil, s{3, 2, 5, 3}, true, core.Conv{Pad: 1}),
		conv("7×7 stride 2", s{1, 3, 18, 21}, nil, s{6, 3, 7, 7}, false, core.Conv{Stride: 2, Pad: 3}),
		conv("3×3 stride 2 relu", s{2, 4, 10, 13}, nil, s{4, 4, 3, 3}, true, core.Conv{Stride: 2, Pad: 1, Act: relu}),
		conv("3×3 stride 3", s{1, 2, 11, 10}, nil, s{4, 2, 3, 3}, true, core.Conv{Stride: 3, Pad: 1}),
		conv("3×3 in 2 groups", s{1, 6, 8, 8}, nil, s{10, 3, 3, 3}, true, core.Conv{Pad: 1, Groups: 2}),
		conv("3×3 depthwise relu", s{2, 5, 8, 9}, nil, s{5, 1, 3, 3}, true, core.Conv{Pad: 1, Groups: 5, Act: relu}),
		conv("3×3 in narrow groups, stride 2", s{2, 12, 8, 9}, nil, s{8, 3, 3, 3}, true, core.Conv{Stride: 2, Pad: 1, Groups: 4, Act: relu}),
		conv("3×3 in wide groups", s{1, 24, 6, 7}, nil, s{20, 12, 3, 3}, true, core.Conv{Pad: 1, Groups: 2}),
		conv("3×3 depthwise, stride 2, padded more at the end", s{2, 5, 8, 10}, nil, s{5, 1, 3, 3}, true, core.Conv{Stride: 2, Extra: 1, Groups: 5}),
		conv("5×5 depthwise", s{2, 3, 7, 13}, nil, s{3, 1, 5, 5}, true, core.Conv{Pad: 2, Groups: 3}),
		conv("5×5 depthwise, stride 2, padded more at the end", s{1, 4, 10, 12}, nil, s{4, 1, 5, 5}, false, core.Conv{Stride: 2, Pad: 1, Extra: 1, Groups: 4}),
		conv("5×5 depthwise on one pixel", s{2, 6, 1, 1}, nil, s{6, 1, 5, 5}, false, core.Conv{Pad: 2, Groups: 6}),
		conv("3×3 stride 2, padded more at the end", s{1, 3, 8, 12}, nil, s{6, 3, 3, 3}, true, core.Conv{Stride: 2, Extra: 1}),
		conv("1×1 relu on whole strips", s{2, 12, 8, 9}, nil, s{8, 12, 1, 1}, true, core.Conv{Act: relu}),
		conv("1×1 in groups", s{3, 24, 10, 12}, nil, s{16, 12, 1, 1}, false, core.Conv{Groups: 2}),
		conv("1×1 stride 2", s{2, 8, 8, 8}, nil, s{12, 8, 1, 1}, false, core.Conv{Stride: 2}),
		conv("1×1 on one pixel", s{3, 33, 1, 1}, nil, s{5, 33, 1, 1}, true, core.Conv{}),
		conv("two sources", s{2, 3, 8, 8}, s{2, 5, 8, 8}, s{6, 8, 3, 3}, true, core.Conv{Pad: 1}),
		conv("upsampled with a second source, relu", s{2, 4, 4, 5}, s{2, 3, 8, 10}, s{6, 7, 3, 3}, true, core.Conv{Pad: 1, Up: 2, Act: relu}),
		conv("upsampled 3 times", s{1, 2, 3, 4}, nil, s{3, 2, 3, 3}, true, core.Conv{Pad: 1, Up: 3}),
		conv("wide", s{1, 16, 40, 61}, nil, s{12, 16, 3, 3}, true, core.Conv{Pad: 1}),
		conv("many channels, few pixels", s{1, 70, 7, 7}, nil, s{66, 70, 3, 3}, true, core.Conv{Pad: 1, Act: relu}),
		{Name: "max_pool2d", Shapes: []s{{2, 3, 8, 10}}, Build: func(in []*core.Node) *core.Node { return core.MaxPool2D(in[0], 2, 2, 0) }},
		{Name: "max_pool2d overlapping", Shapes: []s{{1, 2, 9, 9}}, Build: func(in []*core.Node) *core.Node { return core.MaxPool2D(in[0], 3, 2, 0) }},
		{Name: "max_pool2d ties", Shapes: []s{{1, 2, 8, 8}}, Fixed: map[int]func(int, float32) float32{0: binary},
			Build: func(in []*core.Node) *core.Node { return core.MaxPool2D(in[0], 2, 2, 0) }},
		{Name: "max_pool2d padded", Shapes: []s{{2, 2, 8, 11}}, Build: func(in []*core.Node) *core.Node { return core.MaxPool2D(in[0], 3, 2, 1) }},
		{Name: "max_pool2d padded ties", Shapes: []s{{1, 2, 8, 8}}, Fixed: map[int]func(int, float32) float32{0: binary},
			Build: func(in []*core.Node) *core.Node { return core.MaxPool2D(in[0], 3, 2, 1) }},
		{Name: "average pool", Shapes: []s{{2, 3, 5, 7}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.AveragePool(in[0]) }},
		{Name: "scale channels", Shapes: []s{{2, 3, 5, 7}, {2, 3, 1, 1}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.Scale(in[0], in[1]) }},
		{Name: "scale images", Shapes: []s{{2, 3, 5, 7}, {2}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.Scale(in[0], in[1]) }},
		{Name: "concat", Shapes: []s{{2, 3, 4, 5}, {2, 1, 4, 5}, {2, 2, 4, 5}}, Smooth: true,
			Build: func(in []*core.Node) *core.Node { return core.Concat(in[0], in[1:]...) }},
		{Name: "upsample_nearest", Shapes: []s{{2, 3, 4, 5}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.Upsample(in[0], 2) }},
		batchNorm(kernels.Identity), batchNorm(relu),
		unary("exp", core.Exp, true), unary("sigmoid", core.Sigmoid, true), unary("softplus", core.Softplus, true),
		unary("swish", core.Swish, true),
		unary("swish, differentiated twice", slopeOf(core.Swish), true),
		unary("rectify, differentiated twice", slopeOf(func(x *core.Node) *core.Node { return core.Mul(core.Rectify(x), x) }), false),
		unary("slice", func(x *core.Node) *core.Node { return core.Slice(x, 20, 100) }, true),
		unary("slice at the start", func(x *core.Node) *core.Node { return core.Slice(x, 0, 33) }, true),
		unary("slice at the end, differentiated twice", slopeOf(func(x *core.Node) *core.Node { return core.Exp(core.Slice(x, 99, 111)) }), true),
		unary("upsample, differentiated twice", slopeOf(func(x *core.Node) *core.Node { return core.Exp(core.Upsample(x, 2)) }), true),
		{Name: "swish far from zero", Shapes: []s{{200}}, Fixed: map[int]func(int, float32) float32{0: func(_ int, u float32) float32 { return 200 * u }},
			Build: func(in []*core.Node) *core.Node { return core.Swish(in[0]) }},
		unary("neg", core.Neg, true), unary("rectify", core.Rectify, false), unary("positive", core.Positive, false),
		unary("affine", func(x *core.Node) *core.Node { return core.Affine(x, -1.5, 0.25) }, true),
		unary("sum rows", core.SumRows, true), unary("mean", core.Mean, true),
		unary("sum channels", func(x *core.Node) *core.Node { return core.SumChannels(x, 2, 3, 35) }, true),
		unary("reshape", func(x *core.Node) *core.Node { return core.Reshape(x, 6, 35) }, true),
		{Name: "log", Shapes: []s{{40}}, Smooth: true, Fixed: map[int]func(int, float32) float32{0: positive},
			Build: func(in []*core.Node) *core.Node { return core.Log(in[0]) }},
		{Name: "reciprocal", Shapes: []s{{40}}, Smooth: true, Fixed: map[int]func(int, float32) float32{0: positive},
			Build: func(in []*core.Node) *core.Node { return core.Reciprocal(in[0]) }},
		{Name: "sqrt", Shapes: []s{{40}}, Smooth: true, Fixed: map[int]func(int, float32) float32{0: positive},
			Build: func(in []*core.Node) *core.Node { return core.Sqrt(in[0]) }},
		resample("smaller", 9, 14, 5, 6), resample("larger", 4, 3, 7, 11), resample("with empty rows", 5, 5, 8, 2),
		{Name: "long sum", Shapes: []s{{1, 2, 80, 90}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.SumRows(in[0]) }},
		binaryOp("add", core.Add, s{2, 3, 5, 7}), binaryOp("sub", core.Sub, s{2, 3, 5, 7}),
		binaryOp("mul", core.Mul, s{2, 3, 5, 7}), binaryOp("div", core.Div, s{2, 3, 5, 7}),
		binaryOp("add one number", core.Add, s{1}), binaryOp("sub one number", core.Sub, s{1}),
		binaryOp("mul one number", core.Mul, s{1}), binaryOp("div one number", core.Div, s{1}),
	}
	cases = append(cases,
		withoutGradient("sign", func(in []*core.Node) *core.Node { return core.Sign(core.Inward(core.Affine(in[0], 3, 0))) }, s{2, 3, 5, 7}),
		withoutGradient("inward", func(in []*core.Node) *core.Node { return core.Inward(core.Affine(in[0], 70, 0)) }, s{2, 3, 5, 7}),
		withoutGradient("box", func(in []*core.Node) *core.Node { return core.Box(in[0], in[1], core.Constant(0.3)) }, s{2, 3, 5, 7}, s{2, 3, 5, 7}),
		withoutGradient("where 1", func(in []*core.Node) *core.Node { return core.Where(core.Constant(1), in[0], in[1]) }, s{2, 3, 5, 7}, s{2, 3, 5, 7}),
		withoutGradient("where 0", func(in []*core.Node) *core.Node { return core.Where(core.Constant(0), in[0], in[1]) }, s{2, 3, 5, 7}, s{2, 3, 5, 7}))
	cases = append(cases, trainingLoss("dice of the batch", core.BatchDice), trainingLoss("dice of the union", core.UnionDice))
	for _, l := range core.Losses {
		cases = append(cases, loss(l, false), loss(l, true))
	}
	return cases
}
