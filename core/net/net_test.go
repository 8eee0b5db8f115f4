package net_test

import (
	"context"
	"testing"

	"segfault/core"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// square is a network of 3 channels whose logits are gain·x².
type square struct {
	gain     float32
	multiple int
	classes  int
}

func (s square) Shape() net.Shape { return net.Shape{In: 3, Classes: s.classes, Multiple: s.multiple} }

func (s square) Logits(x *core.Node) *core.Node { return core.Affine(core.Mul(x, x), s.gain, 0) }

// run gives the logits of an image of 3×2×2, and the gradient of their sum.
func run(t *testing.T, n net.Network, image []float32) (logits, gradient []float32) {
	t.Helper()
	x := core.NewInput("x", 1, 3, 2, 2)
	y := n.Logits(x)
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"logits": y, "gradient": core.Grad(core.Total(y), x)[0]}))
	require.NoError(t, err)
	defer program.Close()
	ctx := context.Background()
	require.NoError(t, program.Write("x", image))
	require.NoError(t, program.Run(ctx, nil))
	logits, gradient = make([]float32, 12), make([]float32, 12)
	require.NoError(t, program.Read(ctx, "logits", logits))
	require.NoError(t, program.Read(ctx, "gradient", gradient))
	return logits, gradient
}

var image = []float32{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 0.25}

// check compares with values and slopes of a function of a channel's value.
func check(t *testing.T, n net.Network, value, slope func(x float64, channel int) float64) {
	t.Helper()
	logits, gradient := run(t, n, image)
	for i, x := range image {
		assert.InDelta(t, value(float64(x), i/4), logits[i], 1e-5, "logit %d", i)
		assert.InDelta(t, slope(float64(x), i/4), gradient[i], 1e-5, "slope %d", i)
	}
}

func TestARangeConvertsTheImageAndItsGradient(t *testing.T) {
	transform, err := net.Range(-1, 3)
	require.NoError(t, err)
	check(t, net.Through(transform, square{1, 1, 3}),
		func(x float64, _ int) float64 { return (4*x - 1) * (4*x - 1) }, func(x float64, _ int) float64 { return 8 * (4*x - 1) })
	_, err = net.Range(1, 0)
	assert.ErrorContains(t, err, "expected two numbers, the lower one first")
}

func TestMomentsStandardiseEveryChannel(t *testing.T) {
	mean, deviation := []float32{0.485, 0.456, 0.406}, []float32{0.229, 0.224, 0.225} // ImageNet's
	transform, err := net.Moments(3, mean, deviation)
	require.NoError(t, err)
	standard := func(x float64, c int) float64 { return (x - float64(mean[c])) / float64(deviation[c]) }
	check(t, net.Through(transform, square{0.1, 1, 3}),
		func(x float64, c int) float64 { return 0.1 * standard(x, c) * standard(x, c) },
		func(x float64, c int) float64 { return 0.2 * standard(x, c) / float64(deviation[c]) })
	_, err = net.Moments(3, mean[:1], deviation[:1])
	assert.ErrorContains(t, err, "the network has 3 input channels")
	_, err = net.Moments(3, mean, []float32{1, 0, 1})
	assert.ErrorContains(t, err, "channel 2 has mean 0.456 and deviation 0")
}

// However an image was brought to [0, 1], a network that standardises sees the same.
func TestAStandardisedImageHasNoUnits(t *testing.T) {
	n := net.Through(net.Standardise, square{1, 1, 3})
	logits, gradient := run(t, n, image)
	for c := range 3 {
		x, mean, variance := image[4*c:4*c+4], 0.0, 0.0
		for _, v := range x {
			mean += float64(v) / 4
		}
		for _, v := range x {
			variance += (float64(v) - mean) * (float64(v) - mean) / 4
		}
		for i, v := range x {
			assert.InDelta(t, (float64(v)-mean)*(float64(v)-mean)/variance, logits[4*c+i], 1e-4)
			assert.InDelta(t, 0, gradient[4*c+i], 1e-4, "the sum of squares is 4, whatever the image")
		}
	}
	moved := make([]float32, len(image))
	for i, v := range image {
		moved[i] = 0.25*v + 0.5
	}
	again, _ := run(t, n, moved)
	assert.InDeltaSlice(t, logits, again, 1e-3)
	_, err := net.As("softmax", square{1, 1, 1})
	assert.ErrorContains(t, err, "one output channel has no softmax")
}

// Of four grey levels the network sees the nearest, and the gradient is that at what it sees.
func TestATransformWithoutGradientIsGoneStraightThrough(t *testing.T) {
	coarse := func(x *core.Node) *core.Node { return core.Affine(core.Inward(core.Affine(x, 4, 0.5)), 0.25, 0) }
	seen := func(x float64) float64 { return float64(int(4*x+0.5)) / 4 }
	check(t, net.Through(net.Straight(coarse), square{1, 1, 3}),
		func(x float64, _ int) float64 { return seen(x) * seen(x) }, func(x float64, _ int) float64 { return 2 * seen(x) })
	assert.PanicsWithValue(t, "core: Grad: unary has no gradient; put a Stop before it where it is to count as constant",
		func() { run(t, net.Through(coarse, square{1, 1, 3}), image) })
}

func TestAMeanIsOfTheLogits(t *testing.T) {
	n, err := net.Mean(square{1, 4, 3}, square{3, 6, 3})
	require.NoError(t, err)
	assert.Equal(t, net.Shape{In: 3, Classes: 3, Multiple: 12}, n.Shape(), "of an input that both can take")
	check(t, n, func(x float64, _ int) float64 { return 2 * x * x }, func(x float64, _ int) float64 { return 4 * x })

	_, err = net.Mean()
	assert.ErrorContains(t, err, "a mean of no networks")
	_, err = net.Mean(square{1, 1, 3}, square{1, 1, 2})
	assert.ErrorContains(t, err, "one has 3 input channels and 3 classes, another 3 and 2")
}

// fixed takes images of 2×2 pixels alone.
type fixed struct{ square }

func (f fixed) Shape() net.Shape {
	shape := f.square.Shape()
	shape.Height, shape.Width = 2, 2
	return shape
}

func TestAMeanTakesImagesOfASizeThatItsMembersSeeAtTheirOwn(t *testing.T) {
	n, err := net.Mean(net.Sized(fixed{square{1, 2, 3}}, 2), net.Sized(square{1, 4, 3}, 4), square{1, 3, 3})
	require.NoError(t, err)
	assert.NoError(t, n.Shape().Check(9, 9), "each of the first two sees it at its own size")
	assert.ErrorContains(t, n.Shape().Check(8, 8), "multiples of 3", "which the last one does not")
	_, err = net.Mean(net.Sized(fixed{square{1, 2, 3}}, 2), fixed{square{1, 2, 3}})
	assert.NoError(t, err)
}

func TestShapeRefusesWhatDoesNotFit(t *testing.T) {
	s := net.Shape{Multiple: 32}
	assert.NoError(t, s.Check(32, 64))
	for _, size := range [][2]int{{33, 32}, {32, 0}, {16, 32}} {
		assert.ErrorContains(t, s.Check(size[0], size[1]), "multiples of 32")
	}
}
