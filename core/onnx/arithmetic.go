package onnx

import (
	"math"

	"segfault/core"
)

// arithmetic are functions of several values that go together as in NumPy, and
// those of one that whole numbers have, too.
var arithmetic = map[string]operator{
	"Add":  both(core.Add, func(c *call, a, b int64) int64 { return a + b }),
	"Sub":  both(core.Sub, func(c *call, a, b int64) int64 { return a - b }),
	"Mul":  multiply,
	"Div":  both(core.Div, divide),
	"Mod":  both(nil, modulo),
	"Max":  several(core.Max, func(c *call, a, b int64) int64 { return max(a, b) }),
	"Min":  several(core.Min, func(c *call, a, b int64) int64 { return min(a, b) }),
	"Sum":  several(core.Add, func(c *call, a, b int64) int64 { return a + b }),
	"Mean": mean,
	"Pow":  power,
	"Neg":  single(core.Neg, func(a int64) int64 { return -a }),
	"Abs":  single(core.Abs, func(a int64) int64 { return max(a, -a) }),
	"Sin":  computed(math.Sin),
	"Cos":  computed(math.Cos),
	"Sign": single(signOf, func(a int64) int64 { return min(max(a, -1), 1) }),
}

// signOf is 1, 0 or −1, whose gradient is zero.
func signOf(x *core.Node) *core.Node { return core.Sub(core.Positive(x), core.Positive(core.Neg(x))) }

// integral says whether all values are known whole numbers.
func integral(values ...value) bool {
	for _, v := range values {
		if v.node != nil || v.kind.real() {
			return false
		}
	}
	return true
}

// single is an operator of one value.
func single(f func(x *core.Node) *core.Node, g func(a int64) int64) operator {
	return func(c *call) []value {
		if v := c.get(0); integral(v) {
			ints := make([]int64, len(v.ints))
			for i, a := range v.ints {
				ints[i] = g(a)
			}
			return []value{{kind: v.kind, shape: v.shape, ints: ints}}
		}
		y := f(c.x(0))
		return []value{{kind: c.in[0].kind, shape: y.Shape, node: y}}
	}
}

// computed is a function of numbers that are known: GPUs compute some with few digits.
func computed(f func(x float64) float64) operator {
	return func(c *call) []value {
		if c.get(0).traced {
			c.refuse("of the image's values it is not supported, only of numbers that are known beforehand")
		}
		t := core.NewTensor(c.get(0).shape...)
		for i, x := range c.numbers(0) {
			t.Data[i] = float32(f(float64(x)))
		}
		return one(core.NewParameter("", t))
	}
}

// both is an operator of two values.
func both(f func(a, b *core.Node) *core.Node, g func(c *call, a, b int64) int64) operator {
	return func(c *call) []value { return []value{c.combine(c.get(0), c.get(1), f, g)} }
}

// several is an operator of any number of values.
func several(f func(a, b *core.Node) *core.Node, g func(c *call, a, b int64) int64) operator {
	return func(c *call) []value {
		y := c.get(0)
		y.from = nil
		for i := 1; i < len(c.in); i++ {
			y = c.combine(y, c.get(i), f, g)
		}
		return []value{y}
	}
}

// combine combines two values that go together.
func (c *call) combine(a, b value, f func(a, b *core.Node) *core.Node, g func(c *call, a, b int64) int64) value {
	if c.attributes["broadcast"] != nil || c.attributes["axis"] != nil {
		c.refuse("it goes together as before version 7 of the operators: export with version 7 or later")
	}
	if integral(a, b) {
		return c.wholes(a, b, g)
	}
	if f == nil {
		c.refuse("of floating-point numbers it is not supported")
	}
	if a.empty() || b.empty() {
		c.refuse("a value has no elements (%v and %v)", a.shape, b.shape)
	}
	y := f(a.floats(), b.floats())
	return value{kind: a.kind, shape: y.Shape, node: y}
}

// wholes combines known whole numbers.
func (c *call) wholes(a, b value, g func(c *call, a, b int64) int64) value {
	if a.empty() || b.empty() {
		c.refuse("a value has no elements (%v and %v)", a.shape, b.shape)
	}
	shape := core.Add(core.NewInput("a", a.shape...), core.NewInput("b", b.shape...)).Shape
	c.limit(shape, mostIndices)
	spread := func(x []*core.Node) *core.Node { return core.Expand(x[0], shape...) }
	a, b = c.move(spread, a), c.move(spread, b)
	ints := make([]int64, len(a.ints))
	for i := range ints {
		ints[i] = g(c, a.ints[i], b.ints[i])
	}
	return value{kind: a.kind, shape: shape, ints: ints}
}

func divide(c *call, a, b int64) int64 {
	if b == 0 {
		c.refuse("it divides by 0")
	}
	return a / b
}

// modulo has the sign of the divisor, or with fmod that of the dividend.
func modulo(c *call, a, b int64) int64 {
	if b == 0 {
		c.refuse("it divides by 0")
	}
	m := a % b
	if m != 0 && c.integer("fmod", 0) == 0 && m < 0 != (b < 0) {
		m += b
	}
	return m
}

// multiply makes one op of x·σ(x).
func multiply(c *call) []value {
	a, b := c.get(0), c.get(1)
	for range 2 {
		if s, ok := a.from.(*squashed); ok && s.of == b.node {
			return one(core.Swish(b.node))
		}
		a, b = b, a
	}
	return []value{c.combine(a, b, core.Mul, func(c *call, a, b int64) int64 { return a * b })}
}

func mean(c *call) []value {
	sum := several(core.Add, func(c *call, a, b int64) int64 { return a + b })(c)[0]
	return one(core.Affine(sum.floats(), 1/float32(len(c.in)), 0))
}

// power multiplies where the exponent is a small whole number. Of a number below 0
// there are only whole powers, so a traced exponent is for those above.
func power(c *call) []value {
	a, b := c.get(0), c.get(1)
	if integral(a, b) {
		return []value{c.wholes(a, b, func(_ *call, a, b int64) int64 { return int64(math.Pow(float64(a), float64(b))) })}
	}
	x, y := c.x(0), c.x(1)
	if b.traced {
		return one(exponential(x, y, nil))
	}
	exponents := c.numbers(1)
	if len(exponents) == 1 && len(b.shape) <= len(x.Shape) {
		return one(scalarPower(x, exponents[0]))
	}
	odd, even := core.NewTensor(b.shape...), core.NewTensor(b.shape...)
	for i, e := range exponents {
		if e != float32(math.Trunc(float64(e))) {
			return one(exponential(x, y, nil))
		}
		odd.Data[i] = float32(math.Abs(math.Mod(float64(e), 2)))
		even.Data[i] = 1 - odd.Data[i]
	}
	return one(exponential(x, y, core.Add(core.Mul(signOf(x), core.NewParameter("", odd)), core.NewParameter("", even))))
}

// exponential is x to the power of y, by e^(y·ln x), and at 0 what it is there, with
// the gradient 0. Where the sign is known, x may be below 0.
func exponential(x, y, sign *core.Node) *core.Node {
	number := func(v float64) *core.Node {
		return core.NewParameter("", &core.Tensor{Data: []float32{float32(v)}})
	}
	zero := core.Equal(x, number(0))
	away := core.Select(zero, number(1), x)
	if sign != nil {
		away = core.Abs(away)
	}
	result := core.Exp(core.Mul(core.Log(away), y))
	if sign != nil {
		result = core.Mul(result, sign)
	}
	below := core.Positive(core.Neg(y))
	return core.Select(zero, core.Select(below, number(math.Inf(1)), core.Equal(y, number(0))), result)
}

// scalarPower is x to the power of a number.
func scalarPower(x *core.Node, e float32) *core.Node {
	switch n := int(e); {
	case e == 0.5:
		return core.Sqrt(x)
	case e == -0.5:
		return core.Reciprocal(core.Sqrt(x))
	case float32(n) == e && n >= 1 && n <= 16:
		y := x
		for range n - 1 {
			y = core.Mul(y, x)
		}
		return y
	case float32(n) == e && n <= -1 && n >= -16:
		return core.Reciprocal(scalarPower(x, -e))
	}
	return exponential(x, core.NewParameter("", &core.Tensor{Data: []float32{e}}), nil)
}
