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

// norm is what an attack needs to know of a norm. share is the part of an image's
// values that are counted: 1, or of one channel where all are moved alike.
type norm struct {
	names.Entry
	most, such float32 // the largest budget, and a usual one
	box        bool    // its ball is a box
	// unit is the direction of size 1 that follows a gradient most steeply.
	unit func(gradient *core.Node, share float32) *core.Node
	// project brings an image back to at most ε from the origin, and to [0, 1].
	project func(origin, image, epsilon *core.Node, share float32) *core.Node
	// start draws n values evenly from the ball of size ε.
	start func(r *rand.Rand, n int, epsilon float32) []float32
	// measure is the size of a change.
	measure func(change []float32) float64
}

var norms = []*norm{
	{
		Entry: names.Entry{Name: string(Linf), Title: "L∞", About: "The largest change of a pixel."},
		most:  1, such: 0.009, box: true,
		unit:    func(g *core.Node, _ float32) *core.Node { return core.Sign(g) },
		project: func(origin, image, epsilon *core.Node, _ float32) *core.Node { return core.Box(origin, image, epsilon) },
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
		unit: func(g *core.Node, share float32) *core.Node {
			// Divided by its sum first: squares of a small gradient are 0 in float32.
			h := core.Div(g, core.Affine(core.Total(core.Mul(g, core.Sign(g))), 1, 1e-30))
			return core.Div(h, core.Affine(length(h, share), 1, 1e-12))
		},
		project: func(origin, image, epsilon *core.Node, share float32) *core.Node {
			change := core.Sub(image, origin)
			beyond := core.Rectify(core.Affine(core.Div(epsilon, core.Affine(length(change, share), 1, 1e-30)), -1, 1))
			inside := core.Add(origin, core.Mul(change, core.Affine(beyond, -1, 1))) // times min(1, ε/length)
			return core.Box(origin, inside, core.Constant(1))                        // the range alone
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

// length is the Euclidean norm.
func length(x *core.Node, share float32) *core.Node {
	return core.Sqrt(core.Affine(core.Total(core.Mul(x, x)), share, 0))
}

// Norms lists them.
func Norms() []names.Entry { return names.Entries(norms) }

// Measure is the size of a change.
func (n Norm) Measure(change []float32) float64 { return row(norms, string(n)).measure(change) }
