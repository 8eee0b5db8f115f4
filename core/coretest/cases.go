// Package coretest is one table of cases that every backend must pass: each op,
// forward and gradient, against the scalar CPU.
//
// What a backend is held to, from the small to the large:
//
//   - Cases are ops at shapes. Check compares values and gradients with those of
//     the scalar CPU, CheckGradients these with finite differences.
//   - Specials are kernels at ±∞, NaN, −0 and the like, held to what is right.
//   - CheckLoop runs iterated attacks, whose state stays on the backend.
//   - References are whole networks with PyTorch's logits, losses and gradients,
//     with weights that are a formula of their names (Oracle).
//   - Untied networks have no ReLU and no maximum near a tie, so that another order
//     of rounding changes nothing, and a wrong step shows.
package coretest

import (
	"fmt"

	"segfault/core"
	"segfault/kernels"
)

// Case is an op at one shape.
type Case struct {
	Name   string
	Shapes []core.Shape                           // of its inputs
	Build  func(in []*core.Node) *core.Node       // the op
	Smooth bool                                   // differentiable everywhere: finite differences apply
	Rays   bool                                   // differentiable on rays from 0, as what bends there and the largest of some is
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

func unary(name string, f func(*core.Node) *core.Node, smooth bool) Case {
	return Case{Name: name, Shapes: []core.Shape{{2, 3, 5, 7}}, Smooth: smooth,
		Build: func(in []*core.Node) *core.Node { return f(in[0]) }}
}

// bent is an op that is smooth but at 0.
func bent(name string, f func(*core.Node) *core.Node) Case {
	c := unary(name, f, false)
	c.Rays = true
	return c
}

// apartFrom is an op that is smooth but at some values, which its input keeps away from.
func apartFrom(name string, f func(*core.Node) *core.Node, bends ...float32) Case {
	c := unary(name, f, true)
	c.Fixed = map[int]func(int, float32) float32{0: func(_ int, u float32) float32 {
		for _, b := range bends {
			if u > b-0.1 && u < b+0.1 {
				return u + 0.2
			}
		}
		return u
	}}
	return c
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

// ofLogits is a loss as a function of logits alone.
func ofLogits(l core.Loss, classes int) Case {
	target := core.NewTensor(2, classes, 6, 10)
	for i := range target.Data {
		target.Data[i] = float32(i * i % 7 % 2)
	}
	return Case{Name: fmt.Sprintf("loss %s of %d classes", l, classes), Shapes: []core.Shape{target.Shape}, Smooth: true,
		Build: func(in []*core.Node) *core.Node { return l.Of(in[0], core.NewParameter("target", target)) }}
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
	cases := []Case{
		{Name: "scale channels", Shapes: []s{{2, 3, 5, 7}, {2, 3, 1, 1}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.Scale(in[0], in[1]) }},
		{Name: "scale images", Shapes: []s{{2, 3, 5, 7}, {2}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.Scale(in[0], in[1]) }},
		{Name: "upsample_nearest", Shapes: []s{{2, 3, 4, 5}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.Upsample(in[0], 2) }},
		batchNorm(kernels.Identity), batchNorm(kernels.ReLU),
		unary("exp", core.Exp, true), unary("sigmoid", core.Sigmoid, true), unary("softplus", core.Softplus, true),
		unary("swish", core.Swish, true),
		unary("swish, differentiated twice", slopeOf(core.Swish), true),
		bent("rectify, differentiated twice", slopeOf(func(x *core.Node) *core.Node { return core.Mul(core.Rectify(x), x) })),
		unary("upsample, differentiated twice", slopeOf(func(x *core.Node) *core.Node { return core.Exp(core.Upsample(x, 2)) }), true),
		{Name: "swish far from zero", Shapes: []s{{200}}, Fixed: map[int]func(int, float32) float32{0: func(_ int, u float32) float32 { return 200 * u }},
			Build: func(in []*core.Node) *core.Node { return core.Swish(in[0]) }},
		unary("neg", core.Neg, true), bent("rectify", core.Rectify), bent("positive", core.Positive),
		unary("affine", func(x *core.Node) *core.Node { return core.Affine(x, -1.5, 0.25) }, true),
		unary("reshape", func(x *core.Node) *core.Node { return core.Reshape(x, 6, 35) }, true),
		{Name: "log", Shapes: []s{{40}}, Smooth: true, Fixed: map[int]func(int, float32) float32{0: positive},
			Build: func(in []*core.Node) *core.Node { return core.Log(in[0]) }},
		{Name: "reciprocal", Shapes: []s{{40}}, Smooth: true, Fixed: map[int]func(int, float32) float32{0: positive},
			Build: func(in []*core.Node) *core.Node { return core.Reciprocal(in[0]) }},
		{Name: "sqrt", Shapes: []s{{40}}, Smooth: true, Fixed: map[int]func(int, float32) float32{0: positive},
			Build: func(in []*core.Node) *core.Node { return core.Sqrt(in[0]) }},
		unary("tanh", core.Tanh, true), unary("erf", core.Erf, true), bent("abs", core.Abs),
		bent("leaky_rectify", func(x *core.Node) *core.Node { return core.LeakyRectify(x, 0.1) }),
		bent("leaky_rectify, differentiated twice", slopeOf(func(x *core.Node) *core.Node { return core.Mul(core.LeakyRectify(x, 0.1), x) })),
		apartFrom("threshold", func(x *core.Node) *core.Node { return core.Threshold(x, 0.25) }, 0.25),
		apartFrom("clamp", func(x *core.Node) *core.Node { return core.Clamp(x, -0.5, 0.25) }, -0.5, 0.25),
		bent("elu", func(x *core.Node) *core.Node { return core.Elu(x, 1.5) }),
		unary("floor", func(x *core.Node) *core.Node { return core.Mul(core.Floor(core.Affine(x, 5, 0)), x) }, false),
		unary("ceil", func(x *core.Node) *core.Node { return core.Mul(core.Ceil(core.Affine(x, 5, 0)), x) }, false),
		unary("round", func(x *core.Node) *core.Node { return core.Mul(core.Round(core.Affine(x, 5, 0)), x) }, false),
		resample("smaller", 9, 14, 5, 6), resample("larger", 4, 3, 7, 11), resample("with empty rows", 5, 5, 8, 2),
		binaryOp("add", core.Add, s{2, 3, 5, 7}), binaryOp("sub", core.Sub, s{2, 3, 5, 7}),
		binaryOp("mul", core.Mul, s{2, 3, 5, 7}), binaryOp("div", core.Div, s{2, 3, 5, 7}),
	}
	cases = append(cases,
		withoutGradient("sign", func(in []*core.Node) *core.Node { return core.Sign(core.Inward(core.Affine(in[0], 3, 0))) }, s{2, 3, 5, 7}),
		withoutGradient("inward", func(in []*core.Node) *core.Node { return core.Inward(core.Affine(in[0], 70, 0)) }, s{2, 3, 5, 7}),
		withoutGradient("box", func(in []*core.Node) *core.Node { return core.Box(in[0], in[1], core.Constant(0.3)) }, s{2, 3, 5, 7}, s{2, 3, 5, 7}),
		withoutGradient("box of a map", func(in []*core.Node) *core.Node { return core.Box(in[0], in[1], core.Mul(in[2], in[2])) }, s{2, 3, 5, 7}, s{2, 3, 5, 7}, s{1, 1, 5, 7}),
		withoutGradient("where 1", func(in []*core.Node) *core.Node { return core.Where(core.Constant(1), in[0], in[1]) }, s{2, 3, 5, 7}, s{2, 3, 5, 7}),
		withoutGradient("where 0", func(in []*core.Node) *core.Node { return core.Where(core.Constant(0), in[0], in[1]) }, s{2, 3, 5, 7}, s{2, 3, 5, 7}))
	cases = append(cases, windowCases()...)
	cases = append(cases, endingCases()...)
	cases = append(cases, layerCases()...)
	cases = append(cases, shapeCases()...)
	cases = append(cases, trainingLoss("dice of the batch", core.BatchDice), trainingLoss("dice of the union", core.UnionDice))
	for _, l := range core.Losses {
		right, swapped := loss(l, false), loss(l, true)
		if l == core.CE || l == core.SoftmaxDice { // a label's gradient goes straight through
			right.Smooth, swapped.Smooth = false, false
			cases = append(cases, ofLogits(l, 3), ofLogits(l, 1))
		}
		cases = append(cases, right, swapped)
	}
	return cases
}
