package net

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"segfault/core"
	"segfault/core/names"
)

// A defence is a network around a network. An attack on it goes through it, by its own gradient or straight through where it has none
// (Athalye et al. 2018); a defence that draws by chance is the mean over its draws, so that the attack's gradient is their expectation.
// An attack that does not know of a defence says nothing about it, so there is none here.
type defence struct {
	names.Entry
	around func(n Network) Network
}

var defences = []*defence{
	{names.Entry{Name: "bits", Title: "Fewer grey levels", About: "16 grey levels (Xu et al. 2018)."}, before(Straight(grey16))},
	{names.Entry{Name: "median", Title: "Median", About: "The median of 3×3 pixels (Xu et al. 2018)."}, before(median)},
	{names.Entry{Name: "jpeg", Title: "JPEG", About: "What JPEG of quality 75 leaves of an image (Guo et al. 2018)."}, before(jpeg)},
	{names.Entry{Name: "variation", Title: "Total variation", About: "The image with less total variation (Guo et al. 2018, after Rudin et al. 1992)."}, before(variation)},
	{names.Entry{Name: "resize", Title: "Half the size", About: "The image at half its size, and back (Xie et al. 2018, without their chance)."}, before(halved)},
	{names.Entry{Name: "flips", Title: "Mean over flips", About: "The mean prediction from the image and its three mirror images."}, func(n Network) Network { return flips{n} }},
	{names.Entry{Name: "smoothing", Title: "Mean over noise", About: "The mean prediction under eight draws of Gaussian noise with a deviation of 0.03 (Cohen et al. 2019, a mean in place of their vote)."},
		func(n Network) Network { return smoothed{n} }},
}

// Defences lists them.
func Defences() []names.Entry { return names.Entries(defences) }

// Defend puts defences around a network, by their names with + between them: an image comes to the first one first.
func Defend(list string, n Network) (Network, error) {
	of := strings.Split(list, "+")
	for i := len(of) - 1; i >= 0; i-- {
		d, err := names.Find(defences, "defence", of[i])
		if err != nil {
			return nil, fmt.Errorf("net: %w", err)
		}
		n = d.around(n)
	}
	return n, nil
}

// before is a defence that changes the image.
func before(t Transform) func(Network) Network {
	return func(n Network) Network { return Through(t, n) }
}

// grey16 rounds to 16 grey levels.
func grey16(x *core.Node) *core.Node {
	return core.Affine(core.Round(core.Affine(x, 15, 0)), 1./15, 0)
}

// median of 3×3 pixels: that of the columns' largest minimum, middle median and smallest maximum.
func median(x *core.Node) *core.Node {
	height, width := x.Shape[2], x.Shape[3]
	wide := core.Pad(x, []int{0, 0, 1, 1, 0, 0, 1, 1}, core.PadEdge, 0)
	at := func(dy, dx int) *core.Node {
		return core.Slice(wide, core.Cut{Axis: 2, Start: dy, End: dy + height}, core.Cut{Axis: 3, Start: dx, End: dx + width})
	}
	var low, middle, high [3]*core.Node
	for dx := range 3 {
		low[dx], middle[dx], high[dx] = sorted(at(0, dx), at(1, dx), at(2, dx))
	}
	_, _, a := sorted(low[0], low[1], low[2])
	_, b, _ := sorted(middle[0], middle[1], middle[2])
	c, _, _ := sorted(high[0], high[1], high[2])
	_, m, _ := sorted(a, b, c)
	return m
}

func sorted(a, b, c *core.Node) (low, middle, high *core.Node) {
	l, h := core.Min(a, b), core.Max(a, b)
	return core.Min(l, c), core.Max(l, core.Min(h, c)), core.Max(h, c)
}

// variation takes steps down ½|x − y|² + λ·Σ√(|∇x|² + β²) from the image y.
func variation(y *core.Node) *core.Node {
	const lambda, beta, rate, steps = 0.03, 0.02, 0.15, 12
	var slopes, back [2]*core.Band // along rows and columns: the next pixel less this one, and the transposed
	for i := range slopes {
		n := y.Shape[2+i]
		slopes[i] = core.NewBand(n, n, func(o int) (int, []float64) {
			return max(min(o, n-2), 0), [][]float64{{-1, 1}, {0, 0}}[max(o-n+2, 0)][:min(n, 2)]
		})
		back[i] = core.NewBand(n, n, func(o int) (int, []float64) {
			switch o {
			case 0:
				return 0, []float64{-1}
			case n - 1:
				return o - 1, []float64{1, 0}
			}
			return o - 1, []float64{1, -1}
		})
	}
	x := y
	for range steps {
		dy, dx := core.Along(x, slopes[0], 2), core.Along(x, slopes[1], 3)
		size := core.Sqrt(core.Affine(core.Add(core.Mul(dy, dy), core.Mul(dx, dx)), 1, beta*beta))
		pull := core.Add(core.Along(core.Div(dy, size), back[0], 2), core.Along(core.Div(dx, size), back[1], 3))
		x = core.Sub(x, core.Affine(core.Add(core.Sub(x, y), core.Affine(pull, lambda, 0)), rate, 0))
	}
	return x
}

// halved is an image of the means of two by two pixels, interpolated to its size again.
func halved(x *core.Node) *core.Node {
	down := func(n int) *core.Band {
		return core.NewBand((n+1)/2, n, func(o int) (int, []float64) { return min(2*o, n-1), [][]float64{{0.5, 0.5}, {1}}[max(2*o+2-n, 0)] })
	}
	height, width := x.Shape[2], x.Shape[3]
	return core.Resample(core.Resample(x, down(height), down(width)), between(height, (height+1)/2), between(width, (width+1)/2))
}

// flips predicts from an image and its mirror images.
type flips struct{ Network }

// Logits implements Network.
func (f flips) Logits(x *core.Node) *core.Node {
	mirror := func(x *core.Node, axes ...int) *core.Node {
		for _, axis := range axes {
			x = core.Slice(x, core.Cut{Axis: axis, Start: -1, End: -x.Shape[axis] - 1, Step: -1})
		}
		return x
	}
	sum := f.Network.Logits(x)
	for _, axes := range [][]int{{2}, {3}, {2, 3}} {
		sum = core.Add(sum, mirror(f.Network.Logits(mirror(x, axes...)), axes...))
	}
	return core.Affine(sum, 0.25, 0)
}

// smoothed predicts from an image with noise. The draws are the same in every plan, so that results can be had again; an attack knows them.
type smoothed struct{ Network }

// Logits implements Network.
func (s smoothed) Logits(x *core.Node) *core.Node {
	const draws, deviation = 8, 0.03
	draw := rand.New(rand.NewPCG(1, 2))
	var sum *core.Node
	for range draws {
		noise := core.NewTensor(append(core.Shape{1}, x.Shape[1:]...)...)
		for i := range noise.Data {
			noise.Data[i] = float32(deviation * draw.NormFloat64())
		}
		logits := s.Network.Logits(core.Add(x, core.NewParameter("", noise)))
		if sum == nil {
			sum = logits
		} else {
			sum = core.Add(sum, logits)
		}
	}
	return core.Affine(sum, 1./draws, 0)
}
