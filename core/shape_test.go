package core_test

import (
	"context"
	"math"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// valueOf computes a node of parameters.
func valueOf(t *testing.T, y *core.Node) []float32 {
	program, err := core.NewCPU(2).Load(core.Compile(core.Outputs{"y": y}))
	require.NoError(t, err)
	require.NoError(t, program.Run(context.Background(), nil))
	got := make([]float32, y.Shape.Count())
	require.NoError(t, program.Read(context.Background(), "y", got))
	return got
}

// counted is 0, 1, 2, … of a shape.
func counted(shape ...int) *core.Node {
	x := core.NewTensor(shape...)
	for i := range x.Data {
		x.Data[i] = float32(i)
	}
	return core.NewParameter("x", x)
}

func TestSliceTakesWhatNumPyDoes(t *testing.T) {
	const far = math.MaxInt
	for _, c := range []struct {
		cut  core.Cut
		want []float32
	}{
		{core.Cut{Start: 1, End: 4}, []float32{1, 2, 3}},
		{core.Cut{Start: -3, End: far}, []float32{3, 4, 5}},
		{core.Cut{Start: -far, End: -4}, []float32{0, 1}},
		{core.Cut{Start: 1, End: 6, Step: 2}, []float32{1, 3, 5}},
		{core.Cut{Start: 0, End: 6, Step: 4}, []float32{0, 4}},
		{core.Cut{Start: -1, End: -far, Step: -1}, []float32{5, 4, 3, 2, 1, 0}},
		{core.Cut{Start: far, End: 0, Step: -2}, []float32{5, 3, 1}},
		{core.Cut{Start: 4, End: -5, Step: -2}, []float32{4, 2}},
	} {
		assert.Equal(t, c.want, valueOf(t, core.Slice(counted(6), c.cut)), "%+v", c.cut)
	}
	assert.Equal(t, []float32{6, 4}, valueOf(t, core.Slice(counted(3, 4), core.Cut{Axis: -1, Start: 2, End: -far, Step: -2}, core.Cut{Start: 1, End: 2})))
}

func TestTransposePutsAxesInTheOrderAsked(t *testing.T) {
	assert.Equal(t, []float32{0, 3, 1, 4, 2, 5}, valueOf(t, core.Transpose(counted(2, 3))))
	y := core.Transpose(counted(2, 3, 4), 2, 0, 1)
	assert.Equal(t, core.Shape{4, 2, 3}, y.Shape)
	assert.Equal(t, []float32{0, 4, 8, 12, 16, 20, 1, 5}, valueOf(t, y)[:8])
}

func TestPadsAreNumPys(t *testing.T) {
	x := func() *core.Node { return counted(1, 4) }
	for _, c := range []struct {
		mode core.PadMode
		pads []int
		want []float32
	}{
		{core.PadConstant, []int{0, 1, 0, 2}, []float32{9, 0, 1, 2, 3, 9, 9}},
		{core.PadConstant, []int{0, -1, 0, 1}, []float32{1, 2, 3, 9}},
		{core.PadReflect, []int{0, 2, 0, 3}, []float32{2, 1, 0, 1, 2, 3, 2, 1, 0}},
		{core.PadReflect, []int{0, 7, 0, 4}, []float32{1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1}},
		{core.PadReflect, []int{0, 1, 0, -1}, []float32{1, 0, 1, 2}},
		{core.PadEdge, []int{0, 2, 0, 1}, []float32{0, 0, 0, 1, 2, 3, 3}},
		{core.PadEdge, []int{1, 0, 0, 0}, []float32{0, 1, 2, 3, 0, 1, 2, 3}},
	} {
		assert.Equal(t, c.want, valueOf(t, core.Pad(x(), c.pads, c.mode, 9)), "%v, mode %d", c.pads, c.mode)
	}
}

func TestSumsAndMeansAreOfTheAxesNamed(t *testing.T) {
	x := counted(2, 3, 2)
	assert.Equal(t, []float32{6, 9, 24, 27}, valueOf(t, core.Sum(x, 1)))
	assert.Equal(t, core.Shape{2, 1, 2}, core.Sum(x, 1).Shape)
	assert.Equal(t, []float32{30, 36}, valueOf(t, core.Sum(x, 0, 1)))
	assert.Equal(t, []float32{14, 22, 30}, valueOf(t, core.Sum(x, -1, 0)))
	assert.Equal(t, []float32{66}, valueOf(t, core.Sum(x)))
	assert.Equal(t, []float32{5.5}, valueOf(t, core.Mean(x)))
}

func TestValuesAreRepeatedAsInNumPy(t *testing.T) {
	y := core.Sub(counted(3, 1), counted(2))
	assert.Equal(t, core.Shape{3, 2}, y.Shape)
	assert.Equal(t, []float32{0, -1, 1, 0, 2, 1}, valueOf(t, y))
	assert.Equal(t, []float32{0, 1, 2, 0, 1, 2}, valueOf(t, core.Expand(counted(3), 2, 1)))
	assert.Equal(t, []float32{0, 0, 2, 3}, valueOf(t, core.Mul(counted(2, 1), counted(1, 2, 2))))
}

func TestConcatJoinsAlongAnyAxis(t *testing.T) {
	assert.Equal(t, []float32{0, 1, 0, 2, 3, 1}, valueOf(t, core.Concat(-1, counted(2, 2), counted(2, 1))))
	assert.Equal(t, []float32{0, 1, 0, 1, 2, 3}, valueOf(t, core.Concat(0, counted(1, 2), counted(2, 2))))
}

// PyTorch's results.
func TestPoolsOverhangAndCountAsPyTorchs(t *testing.T) {
	x := counted(1, 1, 4, 4)
	two, three := core.Square(2), core.Square(3)
	for name, c := range map[string]struct {
		y    *core.Node
		want []float32
	}{
		"a window that overhangs":                     {core.MaxPool(x, core.Pool{Size: three, Stride: two, Ceil: true}), []float32{10, 11, 14, 15}},
		"none begins in the padding":                  {core.MaxPool(x, core.Pool{Size: two, Stride: two, Pad: core.Around(1), Ceil: true}), []float32{0, 2, 3, 8, 10, 11, 12, 14, 15}},
		"dilated":                                     {core.MaxPool(x, core.Pool{Size: two, Dilation: three}), []float32{15}},
		"the mean of what is there":                   {core.AveragePool(x, core.Pool{Size: three, Stride: two, Ceil: true}), []float32{5, 6.5, 11, 12.5}},
		"the mean without padding":                    {core.AveragePool(x, core.Pool{Size: two, Stride: two, Pad: core.Around(1)}), []float32{0, 1.5, 3, 6, 7.5, 9, 12, 13.5, 15}},
		"the mean with padding":                       {core.AveragePool(x, core.Pool{Size: two, Stride: two, Pad: core.Around(1), CountPad: true}), []float32{0, 0.75, 0.75, 3, 7.5, 4.5, 3, 6.75, 3.75}},
		"the mean with padding, without the overhang": {core.AveragePool(x, core.Pool{Size: three, Stride: two, Ceil: true, CountPad: true}), []float32{5, 6.5, 11, 12.5}},
		"different sides":                             {core.MaxPool(x, core.Pool{Size: two, Stride: two, Pad: core.Padding{Top: 1, Right: 1}}), []float32{1, 3, 9, 11}},
	} {
		t.Run(name, func(t *testing.T) { assert.InDeltaSlice(t, c.want, valueOf(t, c.y), 1e-6) })
	}
}

func TestShapesThatDoNotGoTogetherAreRefusedInWords(t *testing.T) {
	x := func(shape ...int) *core.Node { return core.NewInput("x", shape...) }
	for want, build := range map[string]func() *core.Node{
		"core: Transpose: an order of 2 axes for 1×2×3":  func() *core.Node { return core.Transpose(x(1, 2, 3), 0, 1) },
		"core: Transpose: axis 0 of 1×2 is named twice":  func() *core.Node { return core.Transpose(x(1, 2), 0, 0) },
		"core: Sum: 1×2 has no axis 2":                   func() *core.Node { return core.Sum(x(1, 2), 2) },
		"core: Slice: nothing is left of axis 1 of 1×2":  func() *core.Node { return core.Slice(x(1, 2), core.Cut{Axis: 1, Start: 2, End: 5}) },
		"core: Slice: axis 1 of 1×2 is named twice":      func() *core.Node { return core.Slice(x(1, 2), core.Cut{Axis: 1, End: 1}, core.Cut{Axis: -1, End: 1}) },
		"core: Concat: 1×2 and 2×2 along axis 1":         func() *core.Node { return core.Concat(1, x(1, 2), x(2, 2)) },
		"core: Concat: there is nothing to join":         func() *core.Node { return core.Concat(0) },
		"core: Expand: shapes 2×3 and 2×4":               func() *core.Node { return core.Expand(x(2, 3), 2, 4) },
		"core: Pad: 3 pads for 1×2; 4 are expected":      func() *core.Node { return core.Pad(x(1, 2), []int{1, 1, 1}, core.PadEdge, 0) },
		"core: Pad: axis 0 of 1×2 has one element":       func() *core.Node { return core.Pad(x(1, 2), []int{1, 0, 0, 0}, core.PadReflect, 0) },
		"core: Pad: pads of -1 and -1 leave nothing":     func() *core.Node { return core.Pad(x(1, 2), []int{0, -1, 0, -1}, core.PadConstant, 0) },
		"core: Squeeze: axis 1 of 1×2 has more than one": func() *core.Node { return core.Squeeze(x(1, 2), 1) },
		"core: OnImages: 1×3×8×8×8 has a depth of 8":     func() *core.Node { return core.OnImages(x(1, 3, 8, 8, 8), core.GlobalAveragePool) },
		"core: Conv2D: 1×3 is not an image":              func() *core.Node { return core.Conv2D(x(1, 3), x(4, 3, 3, 3), core.Conv{}) },
		"core: Conv2D: an image of 1×3×8×8, upsampled 1 times, is smaller than the window": func() *core.Node {
			return core.Conv2D(x(1, 3, 8, 8), x(4, 3, 3, 3), core.Conv{Dilation: core.Square(4)})
		},
		"core: Conv2D: a window with depth": func() *core.Node {
			return core.Conv2D(x(1, 3, 8, 8), x(4, 3, 3, 3), core.Conv{Pad: core.Padding{Front: 1}})
		},
		"core: MaxPool: with padding": func() *core.Node {
			return core.MaxPool(x(1, 1, 4, 4), core.Pool{Size: core.Square(2), Pad: core.Around(2)})
		},
		"core: AveragePool: 1×2 is not an image":      func() *core.Node { return core.AveragePool(x(1, 2), core.Pool{}) },
		"core: Add: shapes 2×3 and 2":                 func() *core.Node { return core.Add(x(2, 3), x(2)) },
		"core: Expand: a value cannot be 65536×65536": func() *core.Node { return core.Expand(x(1), 1<<16, 1<<16) },
	} {
		_, err := core.Try(build)
		assert.ErrorContains(t, err, want)
	}
}
