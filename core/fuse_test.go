package core_test

import (
	"strings"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
)

// kernelsOf names the kernels of a plan's steps.
func kernelsOf(p *core.Plan) string {
	var names []string
	for _, s := range p.Steps {
		names = append(names, s.Kernel.Name())
	}
	return strings.Join(names, " ")
}

// TestALayerEndsInOneStep has what follows a convolution done by it.
func TestALayerEndsInOneStep(t *testing.T) {
	x := core.NewInput("x", 1, 3, 8, 8)
	layer := func(x *core.Node) *core.Node {
		return core.Conv2D(x, core.NewParameter("w", core.NewTensor(3, 3, 3, 3)), core.Conv{Pad: core.Around(1)})
	}
	for name, end := range map[string]func(*core.Node) *core.Node{
		"sigmoid":             core.Sigmoid,
		"relu":                core.Rectify,
		"swish":               core.Swish,
		"sum":                 func(y *core.Node) *core.Node { return core.Add(x, y) },
		"swish of a sum":      func(y *core.Node) *core.Node { return core.Swish(core.Add(y, x)) },
		"a sum of two layers": func(y *core.Node) *core.Node { return core.Rectify(core.Add(y, layer(core.Neg(x)))) },
	} {
		t.Run(name, func(t *testing.T) {
			plan := core.Compile(core.Outputs{"y": end(layer(x))})
			if name == "a sum of two layers" {
				assert.Equal(t, "conv2d unary conv2d", kernelsOf(plan))
				return
			}
			assert.Equal(t, "conv2d", kernelsOf(plan))
		})
	}
}

// TestAGradientPassesAnActivationInTheStepThatMakesIt has the swish's argument kept beside it.
func TestAGradientPassesAnActivationInTheStepThatMakesIt(t *testing.T) {
	x := core.NewInput("x", 1, 3, 8, 8)
	layer := func(x *core.Node) *core.Node {
		return core.Conv2D(x, core.NewParameter("w", core.NewTensor(3, 3, 3, 3)), core.Conv{Pad: core.Around(1)})
	}
	inner := core.Swish(layer(x))
	y := core.Total(core.Add(layer(inner), inner))
	plan := core.Compile(core.Outputs{"y": y, "gradient": core.Grad(y, x)[0]})
	assert.Equal(t, "conv2d conv2d sum view conv2d_grad_input conv2d_grad_input", kernelsOf(plan))
	assert.Contains(t, plan.Describe(0), "Act:2 Keep:true")
	assert.Contains(t, plan.Describe(4), "Plus:true Gate:2")
}

// TestChannelsAreWeighedInTwoSteps has their means with the two layers that make weights of them, and the product; and on the way back as many. Of
// many pixels one workgroup does not make the means.
func TestChannelsAreWeighedInTwoSteps(t *testing.T) {
	x := core.NewInput("x", 1, 8, 6, 6)
	parameter := func(shape ...int) *core.Node { return core.NewParameter("", core.NewTensor(shape...)) }
	between := core.Swish(core.Conv2D(core.GlobalAveragePool(x), parameter(2, 8, 1, 1), core.Conv{Bias: parameter(2)}))
	weights := core.Sigmoid(core.Conv2D(between, parameter(8, 2, 1, 1), core.Conv{Bias: parameter(8)}))
	y := core.Scale(x, weights)
	assert.Equal(t, "squeeze binary", kernelsOf(core.Compile(core.Outputs{"y": y})))
	projected := core.Conv2D(y, parameter(3, 8, 1, 1), core.Conv{})
	assert.Equal(t, "squeeze conv2d", kernelsOf(core.Compile(core.Outputs{"y": projected})), "a layer of single pixels multiplies what it reads")
	assert.Equal(t, "squeeze binary conv2d", kernelsOf(core.Compile(core.Outputs{"y": core.Conv2D(y, parameter(3, 8, 3, 3), core.Conv{})})))
	assert.Equal(t, "squeeze binary conv2d", kernelsOf(core.Compile(core.Outputs{"y": projected, "weighed": y})), "which nothing else reads")
	dy := core.NewInput("dy", x.Shape...)
	gradient := core.Grad(core.Total(core.Mul(y, dy)), x)[0]
	assert.Equal(t, "squeeze map squeeze_grad map", kernelsOf(core.Compile(core.Outputs{"gradient": gradient})))
	means := core.Conv2D(core.GlobalAveragePool(core.NewInput("many", 1, 8, 70, 70)), parameter(2, 8, 1, 1), core.Conv{})
	assert.Equal(t, "fold squeeze", kernelsOf(core.Compile(core.Outputs{"y": core.Conv2D(means, parameter(8, 2, 1, 1), core.Conv{})})))
	means = core.Conv2D(core.GlobalAveragePool(core.NewInput("many", 1, 80, 30, 30)), parameter(2, 80, 1, 1), core.Conv{})
	assert.Equal(t, "sum squeeze", kernelsOf(core.Compile(core.Outputs{"y": core.Conv2D(means, parameter(8, 2, 1, 1), core.Conv{})})))
}

// TestWhatIsReadBeforeAnActivationIsNotKeptByIt has a reader that comes first.
func TestWhatIsReadBeforeAnActivationIsNotKeptByIt(t *testing.T) {
	x := core.NewInput("x", 1, 1, 4, 4)
	y := core.Conv2D(x, core.NewParameter("w", core.NewTensor(1, 1, 1, 1)), core.Conv{})
	plan := core.Compile(core.Outputs{"both": core.Mul(core.Exp(y), core.Swish(y))})
	assert.Equal(t, "conv2d map", kernelsOf(plan))
}

// TestAReshapeShowsWhatALaterStepKeeps has one of a layer's result, made before what activates that.
func TestAReshapeShowsWhatALaterStepKeeps(t *testing.T) {
	x := core.NewInput("x", 1, 1, 2, 2)
	y := core.Conv2D(x, core.NewParameter("w", core.NewTensor(1, 1, 1, 1)), core.Conv{})
	flat := core.Reshape(y, 4)
	inner := core.Swish(y)
	plan := core.Compile(core.Outputs{"inner": inner, "read": core.Exp(flat)})
	assert.Equal(t, "conv2d unary", kernelsOf(plan))
	layer, read := plan.Steps[0].Bind, plan.Steps[1].Bind
	assert.Equal(t, layer[len(layer)-2], read[0])
}

// TestWhatIsReadBetweenLayersOfOnePixelIsMadeBeforeThem has a reader of what the first layer keeps.
func TestWhatIsReadBetweenLayersOfOnePixelIsMadeBeforeThem(t *testing.T) {
	x := core.NewInput("x", 1, 4, 1, 1)
	layer := func(x *core.Node) *core.Node {
		return core.Conv2D(x, core.NewParameter("w", core.NewTensor(4, 4, 1, 1)), core.Conv{})
	}
	y := layer(x)
	inner := core.Swish(y)
	read := core.Exp(y)
	plan := core.Compile(core.Outputs{"read": read, "y": layer(inner)})
	assert.Equal(t, "conv2d unary conv2d", kernelsOf(plan))
}

// TestWhatWorksElementByElementIsOneStep has values with one reader, with two in the same chain, repeats, and one that something else reads.
func TestWhatWorksElementByElementIsOneStep(t *testing.T) {
	x, s := core.NewInput("x", 2, 3, 4, 5), core.NewInput("s", 3, 1, 1)
	for name, c := range map[string]struct {
		y    *core.Node
		want string
	}{
		"one after another":      {core.Exp(core.Affine(core.Neg(x), 2, 1)), "map"},
		"two readers":            {core.Sigmoid(core.Mul(core.Tanh(x), core.Affine(core.Tanh(x), -1, 1))), "map"},
		"channels":               {core.Add(core.Mul(x, s), s), "map"},
		"a view that repeats":    {core.Swish(core.Expand(s, 2, 3, 4, 5)), "map"},
		"one that a sum reads":   {core.Mul(core.Exp(x), core.Sum(core.Exp(x), 2, 3)), "unary sum binary"},
		"what a sum adds up":     {core.Mean(core.Mul(core.Exp(x), s), 2, 3), "sum"},
		"what a long one does":   {core.Mean(core.Exp(core.NewInput("long", 5000))), "fold sum"},
		"what becomes of a sum":  {core.Mul(core.Reshape(s, 1, 3, 1, 1), core.Affine(core.Sum(core.Mul(x, x), 0, 2, 3), 2, 1)), "sum"},
		"what is summed by axes": {core.Sum(core.Exp(x), 1), "unary sum"},
		"of another size":        {core.Mul(x, core.Neg(s)), "unary binary"},
		"more than buffers bind": {core.Add(core.Add(core.Add(numbered(1), numbered(2)), core.Add(numbered(3), numbered(4))), core.Add(numbered(5), core.Add(numbered(6), numbered(7)))), "binary map"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, kernelsOf(core.Compile(core.Outputs{"y": c.y}))) })
	}
}

// numbered is an input of a name of its own.
func numbered(i int) *core.Node { return core.NewInput(string(rune('a'+i)), 40) }
