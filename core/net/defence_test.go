package net_test

import (
	"bytes"
	"context"
	picture "image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/names"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plain is a network whose logits are its image.
type plain struct{ in int }

func (p plain) Shape() net.Shape               { return net.Shape{In: p.in, Classes: p.in, Multiple: 1} }
func (p plain) Logits(x *core.Node) *core.Node { return core.Affine(x, 1, 0) }
func texture(y, x int) float64 {
	return 0.5 + 0.2*math.Sin(float64(x)*0.9) + 0.2*math.Cos(float64(y)*0.35)
}
func of(height, width int, v func(y, x int) float64) (plane []float32) {
	for i := range height * width {
		plane = append(plane, float32(v(i/width, i%width)))
	}
	return plane
}

// seen is what a network behind a defence sees of a plane, and the gradient of its sum by it.
func seen(t *testing.T, defence string, height, width int, plane []float32) (y, slope []float32) {
	t.Helper()
	n, err := net.Defend(defence, plain{1})
	require.NoError(t, err)
	x := core.NewInput("x", 1, 1, height, width)
	logits := n.Logits(x)
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": logits, "slope": core.Grad(core.Total(logits), x)[0]}))
	require.NoError(t, err)
	defer program.Close()
	ctx := context.Background()
	y, slope = make([]float32, len(plane)), make([]float32, len(plane))
	require.NoError(t, program.Write("x", plane))
	require.NoError(t, program.Run(ctx, nil))
	require.NoError(t, program.Read(ctx, "y", y))
	require.NoError(t, program.Read(ctx, "slope", slope))
	return y, slope
}

// A defence leaves an even image nearly as it is, keeps its brightness, and lets a gradient through.
func TestADefenceIsMildAndHidesNoGradient(t *testing.T) {
	for _, name := range names.All(net.Defences()) {
		for _, size := range [][2]int{{16, 24}, {9, 7}} {
			even := of(size[0], size[1], func(int, int) float64 { return 0.4 })
			y, slope := seen(t, name, size[0], size[1], even)
			sum := 0.0
			for i := range y {
				assert.InDelta(t, 0.4, y[i], 0.06, "%s: pixel %d of an even image", name, i)
				sum += float64(slope[i])
			}
			assert.InDelta(t, float64(len(y)), sum, 0.05*float64(len(y)), "%s: brighter by as much as the image", name)
		}
	}
}

func TestTheMedianIsThatOfNinePixels(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	const h, w = 7, 9
	plane := of(h, w, func(int, int) float64 { return draw.Float64() })
	y, _ := seen(t, "median", h, w, plane)
	for i := range plane {
		var near []float32
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				near = append(near, plane[min(max(i/w+dy, 0), h-1)*w+min(max(i%w+dx, 0), w-1)])
			}
		}
		slices.Sort(near)
		require.Equal(t, near[4], y[i], "pixel %d", i)
	}
}

// Go's encoder rounds as it likes; what it leaves is within a grey level in the mean.
func TestJPEGIsWhatAnEncoderLeaves(t *testing.T) {
	const h, w = 24, 32
	grey := picture.NewGray(picture.Rect(0, 0, w, h))
	plane := of(h, w, texture)
	for i, v := range plane {
		grey.Pix[i] = uint8(v*255 + 0.5)
		plane[i] = float32(grey.Pix[i]) / 255
	}
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, grey, &jpeg.Options{Quality: 75}))
	decoded, err := jpeg.Decode(&file)
	require.NoError(t, err)
	y, _ := seen(t, "jpeg", h, w, plane)
	off, changed := 0.0, 0.0
	for i, v := range y {
		off += math.Abs(float64(v)*255-float64(decoded.(*picture.Gray).Pix[i])) / float64(len(y))
		changed += math.Abs(float64(v-plane[i])) * 255 / float64(len(y))
	}
	assert.Less(t, off, 0.6)
	assert.Greater(t, changed, 1.0, "it leaves something out")
}

func TestTotalVariationBecomesLess(t *testing.T) {
	const h, w = 16, 16
	draw := rand.New(rand.NewPCG(5, 6))
	noisy := of(h, w, func(y, x int) float64 { return float64(x/8)*0.5 + 0.2 + 0.05*draw.NormFloat64() })
	total := func(p []float32) (sum float64) {
		for i := range p {
			if i%w < w-1 {
				sum += math.Abs(float64(p[i+1] - p[i]))
			}
		}
		return sum
	}
	y, _ := seen(t, "variation", h, w, noisy)
	assert.Less(t, total(y), 0.6*total(noisy))
	edge := 0.0
	for r := range h {
		edge += float64(y[r*w+w/2+1]-y[r*w+w/2-2]) / h
	}
	assert.Greater(t, edge, 0.35, "an edge stays")
}

func TestFlipsOfANetworkThatKnowsNoSideAreTheNetwork(t *testing.T) {
	plane := of(8, 6, texture)
	y, slope := seen(t, "flips", 8, 6, plane)
	assert.InDeltaSlice(t, plane, y, 1e-6)
	assert.InDeltaSlice(t, slices.Repeat([]float32{1}, len(plane)), slope, 1e-6)
}

func TestDefencesComeOneBehindTheOther(t *testing.T) {
	plane := of(12, 12, texture)
	both, _ := seen(t, "median+bits", 12, 12, plane)
	first, _ := seen(t, "median", 12, 12, plane)
	second, _ := seen(t, "bits", 12, 12, first)
	assert.Equal(t, second, both)
	_, err := net.Defend("medain", plain{1})
	assert.ErrorContains(t, err, `net: unknown defence "medain"; did you mean median?`)
}

func TestADefenceTakesImagesThatAreOnePixelWide(t *testing.T) {
	for _, d := range names.All(net.Defences()) {
		for _, size := range [][2]int{{1, 1}, {1, 5}, {5, 1}} {
			flat := of(size[0], size[1], func(int, int) float64 { return 0.4 })
			got, _ := seen(t, d, size[0], size[1], flat)
			for _, v := range got {
				assert.InDelta(t, 0.4, v, 0.05, "%s of %v: a level of 16, or what is left of the noise", d, size)
			}
		}
	}
}
