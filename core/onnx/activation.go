package onnx

import (
	"math"

	"segfault/core"
	"segfault/kernels"
)

// activations are functions of single numbers, and softmax.
var activations = map[string]operator{
	"Relu":       relu,
	"LeakyRelu":  func(c *call) []value { return one(core.LeakyRectify(c.x(0), c.number("alpha", 0.01))) },
	"PRelu":      func(c *call) []value { return one(core.Parametric(c.x(0), c.x(1))) },
	"Elu":        func(c *call) []value { return one(core.Elu(c.x(0), c.number("alpha", 1))) },
	"Celu":       celu,
	"Selu":       selu,
	"Sigmoid":    sigmoid,
	"Tanh":       function(core.Tanh),
	"Softplus":   function(core.Softplus),
	"Erf":        function(core.Erf),
	"Exp":        function(core.Exp),
	"Log":        function(core.Log),
	"Sqrt":       function(core.Sqrt),
	"Reciprocal": function(core.Reciprocal),
	"Floor":      function(core.Floor),
	"Ceil":       function(core.Ceil),
	"Round":      function(core.Round),
	"Mish":       function(func(x *core.Node) *core.Node { return core.Mul(x, core.Tanh(core.Softplus(x))) }),
	"Softsign":   function(func(x *core.Node) *core.Node { return core.Div(x, core.Affine(core.Abs(x), 1, 1)) }),
	"HardSwish":  function(func(x *core.Node) *core.Node { return core.Mul(x, hardSigmoid(x, 1.0/6, 0.5)) }),
	"HardSigmoid": func(c *call) []value {
		return one(hardSigmoid(c.x(0), c.number("alpha", 0.2), c.number("beta", 0.5)))
	},
	"ThresholdedRelu": func(c *call) []value { return one(core.Threshold(c.x(0), c.number("alpha", 1))) },
	"Shrink":          shrink,
	"Gelu":            gelu,
	"Clip":            clip,
	"Softmax":         func(c *call) []value { return c.squash(core.Softmax) },
	"LogSoftmax":      func(c *call) []value { return c.squash(core.LogSoftmax) },
}

// function is an operator of one input and no attributes.
func function(f func(x *core.Node) *core.Node) operator {
	return func(c *call) []value { return one(f(c.x(0))) }
}

// relu is done by the convolution before it, where nothing else reads that.
func relu(c *call) []value {
	if k, ok := c.get(0).from.(*convolution); ok && k.act == kernels.Identity && c.r.uses[c.inputs[0]] == 1 {
		k := *k
		k.act = kernels.ReLU
		return k.value()
	}
	return one(core.Rectify(c.x(0)))
}

// squashed is a sigmoid of what stands in it, for x·σ(x).
type squashed struct{ of *core.Node }

func sigmoid(c *call) []value {
	y := real(core.Sigmoid(c.x(0)))
	y.from = &squashed{c.x(0)}
	return []value{y}
}

func hardSigmoid(x *core.Node, alpha, beta float32) *core.Node {
	return core.Clamp(core.Affine(x, alpha, beta), 0, 1)
}

// celu is alpha times the elu of x/alpha.
func celu(c *call) []value {
	alpha := c.number("alpha", 1)
	return one(core.Affine(core.Elu(core.Affine(c.x(0), 1/alpha, 0), 1), alpha, 0))
}

func selu(c *call) []value {
	alpha, gamma := c.number("alpha", 1.67326319217681884765625), c.number("gamma", 1.05070102214813232421875)
	return one(core.Affine(core.Elu(c.x(0), alpha), gamma, 0))
}

// shrink takes bias off what lies beyond ±lambd, and makes 0 of the rest.
func shrink(c *call) []value {
	x, bias, lambd := c.x(0), c.number("bias", 0), c.number("lambd", 0.5)
	beyond := func(x *core.Node) *core.Node {
		return core.Mul(core.Positive(core.Affine(x, 1, -lambd)), core.Affine(x, 1, -bias))
	}
	return one(core.Sub(beyond(x), beyond(core.Neg(x))))
}

// gelu is x·Φ(x), or its approximation with tanh.
func gelu(c *call) []value {
	x := c.x(0)
	inner := core.Erf(core.Affine(x, 1/math.Sqrt2, 0))
	if c.word("approximate", "none") == "tanh" {
		cube := core.Mul(x, core.Mul(x, x))
		inner = core.Tanh(core.Affine(core.Add(x, core.Affine(cube, 0.044715, 0)), float32(math.Sqrt(2/math.Pi)), 0))
	}
	return one(core.Mul(core.Affine(x, 0.5, 0), core.Affine(inner, 1, 1)))
}

// clip has its limits as attributes, in older versions, or as inputs, which may be
// traced.
func clip(c *call) []value {
	low, high := c.number("min", -math.MaxFloat32), c.number("max", math.MaxFloat32)
	x := c.x(0)
	for i, limit := range []*float32{&low, &high} {
		if !c.has(1 + i) {
			continue
		}
		if v := c.in[1+i]; !v.traced {
			if n := c.numbers(1 + i); len(n) == 1 {
				*limit = max(min(n[0], math.MaxFloat32), -math.MaxFloat32)
			}
			continue
		}
		x = []func(a, b *core.Node) *core.Node{core.Max, core.Min}[i](x, c.x(1+i))
	}
	if low > -math.MaxFloat32 || high < math.MaxFloat32 {
		x = core.Clamp(x, low, high)
	}
	return []value{{kind: c.in[0].kind, shape: x.Shape, node: x}}
}

// squash is a softmax: of one axis, or until version 13 of all axes from one on.
func (c *call) squash(f func(x *core.Node, axis int) *core.Node) []value {
	x := c.x(0)
	if c.since(13) {
		return one(f(x, c.axis(c.integer("axis", -1), len(x.Shape))))
	}
	axis := c.axis(c.integer("axis", 1), len(x.Shape))
	rows := x.Shape[:axis].Count()
	y := f(core.Reshape(x, rows, x.Shape.Count()/rows), 1)
	return one(core.Reshape(y, x.Shape...))
}
