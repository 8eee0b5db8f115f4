package core_test

import (
	"context"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// step is an op that has no gradient.
func step(x *core.Node) *core.Node {
	return core.Box(x, core.Affine(x, 1, 1), core.Constant(1))
}

func TestGradThroughAnOpWithoutGradientNamesIt(t *testing.T) {
	x := core.NewInput("x", 1, 1, 4, 4)
	assert.PanicsWithValue(t, "core: Grad: box has no gradient; put a Stop before it where it is to count as constant", func() {
		core.Grad(core.Total(core.Mul(step(x), x)), x)
	})
	pooled := core.Grad(core.Total(core.Exp(core.MaxPool(x, core.Pool{Size: core.Square(2), Stride: core.Square(2)}))), x)[0]
	assert.PanicsWithValue(t, "core: Grad: max_pool2d_grad has no gradient; put a Stop before it where it is to count as constant", func() {
		core.Grad(core.Total(pooled), x)
	}, "a second derivative")
}

func TestOpsWithoutGradientMayLieBesideTheWay(t *testing.T) {
	x, y := core.NewInput("x", 1, 1, 4, 4), core.NewInput("y", 1, 1, 4, 4)
	assert.NotPanics(t, func() { core.Grad(core.Total(core.Mul(x, step(y))), x) })
}

func TestNoGradientGoesThroughAStop(t *testing.T) {
	x := core.NewInput("x", 1, 1, 2, 2)
	g := core.Grad(core.Total(core.Mul(core.Stop(step(x)), x)), x)[0]
	p, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"g": g}))
	require.NoError(t, err)
	require.NoError(t, p.Write("x", []float32{0.5, 0.25, -1, 0}))
	require.NoError(t, p.Run(context.Background(), nil))
	got := make([]float32, 4)
	require.NoError(t, p.Read(context.Background(), "g", got))
	assert.Equal(t, []float32{1, 1, 0, 1}, got, "the step's value, which counts as constant")
}
