package attack

import (
	"math"
	"math/rand/v2"

	"segfault/core"
	"segfault/core/names"
)

// Norm measures a change of an image.
type Norm string

// The norms.
const (
	Linf Norm = "linf"
	L2   Norm = "l2"
)

// norm is what an attack needs to know of a norm.
type norm struct {
	names.Entry
	most, such float32 // the largest budget, and a usual one
	box        bool    // its ball is a box
	// unit is the direction of size 1 that follows a gradient most steeply.
	unit func(gradient *core.Node, of ball) *core.Node
	// project brings an image back to the ball, and to [0, 1].
	project func(image *core.Node, to ball) *core.Node
	// start draws n values evenly from the ball of size ε.
	start func(r *rand.Rand, n int, epsilon float32) []float32
	// measure is the size of a change.
	measure func(change []float32) float64
}

// ball is what an attack may reach: images at most ε from the centre by the norm.
type ball struct {
	centre, epsilon *core.Node
	// inside is the part of ε by which each pixel may change, so that the norm is that of the change over it; nil is all of it.
	inside *core.Node
	// share is the part of an image's values that are counted: 1, or of one channel where all are moved alike.
	share float32
}

var norms = []*norm{
	{
		Entry: names.Entry{Name: string(Linf), Title: "L∞", About: "The largest change of a pixel."},
		most:  1, such: 0.009, box: true,
		unit: func(g *core.Node, _ ball) *core.Node { return core.Sign(g) },
		project: func(image *core.Node, to ball) *core.Node {
			return core.Box(to.centre, image, to.each())
		},
		start: func(r *rand.Rand, n int, epsilon float32) []float32 {
			values := make([]float32, n)
			for i := range values {
				values[i] = epsilon * (2*r.Float32() - 1)
			}
			return values
		},
		measure: func(change []float32) (largest float64) {
			for _, v := range change {
				largest = max(largest, math.Abs(float64(v)))
			}
			return largest
		},
	},
	{
		Entry: names.Entry{Name: string(L2), Title: "L2", About: "The root of the sum of all squared changes, of one channel where all are moved alike."},
		most:  4096, such: 2,
		unit: func(g *core.Node, of ball) *core.Node {
			// Divided by its sum first: squares of a small gradient are 0 in float32.
			h := core.Div(g, core.Affine(core.Total(core.Mul(g, core.Sign(g))), 1, 1e-30))
			return core.Div(h, core.Affine(length(h, of.share), 1, 1e-12))
		},
		project: func(image *core.Node, to ball) *core.Node {
			change := core.Sub(image, to.centre)
			size := change
			if to.inside != nil {
				size = core.Div(change, core.Sub(core.Affine(to.inside, 1, 1), core.Positive(to.inside))) // where it is 0 nothing changes
			}
			beyond := core.Rectify(core.Affine(core.Div(to.epsilon, core.Affine(length(size, to.share), 1, 1e-30)), -1, 1))
			within := core.Add(to.centre, core.Mul(change, core.Affine(beyond, -1, 1))) // times min(1, ε/length)
			return core.Box(to.centre, within, core.Constant(1))                        // the range alone
		},
		start: func(r *rand.Rand, n int, epsilon float32) []float32 {
			values, sum := make([]float64, n), 0.0
			for i := range values {
				values[i] = r.NormFloat64()
				sum += values[i] * values[i]
			}
			scale := float64(epsilon) * math.Exp(math.Log(r.Float64())/float64(n)) / math.Sqrt(sum)
			change := make([]float32, n)
			for i, v := range values {
				change[i] = float32(v * scale)
			}
			return change
		},
		measure: func(change []float32) float64 {
			sum := 0.0
			for _, v := range change {
				sum += float64(v) * float64(v)
			}
			return math.Sqrt(sum)
		},
	},
}

// each is ε of each pixel.
func (b ball) each() *core.Node {
	if b.inside == nil {
		return b.epsilon
	}
	return core.Mul(b.inside, b.epsilon)
}

// length is the Euclidean norm.
func length(x *core.Node, share float32) *core.Node {
	return core.Sqrt(core.Affine(core.Total(core.Mul(x, x)), share, 0))
}

// Norms lists them.
func Norms() []names.Entry { return names.Entries(norms) }

// Measure is the size of a change.
func (n Norm) Measure(change []float32) float64 { return row(norms, string(n)).measure(change) }
