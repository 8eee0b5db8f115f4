package onnx

import (
	"math"

	"segfault/core"
)

// resizes interpolate: along each axis with a matrix that has few weights in a row.
var resizes = map[string]operator{"Resize": resize, "Upsample": resize}

// enlarged is an image whose pixels are doubled, or more, which a convolution can
// do itself.
type enlarged struct {
	x      *core.Node
	factor int
}

// sampling says how an axis is resampled.
type sampling struct {
	in, out                    int
	scale                      float64
	mode, coordinates, nearest string
	cubic                      float64 // coefficient a
	inside                     bool    // weights outside of the image are left out
	start, end                 float64 // of the region, of the axis's length
}

func resize(c *call) []value {
	v := c.get(0)
	x := c.x(0)
	rank := len(x.Shape)
	s := sampling{
		mode: c.word("mode", "nearest"), coordinates: c.word("coordinate_transformation_mode", "half_pixel"),
		nearest: c.word("nearest_mode", "round_prefer_floor"), cubic: float64(c.number("cubic_coeff_a", -0.75)),
		inside: c.integer("exclude_outside", 0) != 0, end: 1,
	}
	scales, sizes, roi := c.resizeInputs(&s)
	axes := c.list("axes")
	if axes == nil {
		for i := range rank {
			axes = append(axes, i)
		}
	}
	if len(scales) != len(axes) && len(sizes) != len(axes) {
		c.refuse("%d scales and %d sizes for %v; one for each axis is expected", len(scales), len(sizes), x.Shape)
	}
	if p := c.word("keep_aspect_ratio_policy", "stretch"); len(sizes) > 0 && p != "stretch" {
		c.refuse("the policy %q is not supported", p)
	}
	if s.coordinates == "tf_crop_and_resize" && len(roi) != 2*len(axes) {
		c.refuse("%d limits of the region for %v; two for each axis are expected", len(roi), x.Shape)
	}
	y := x
	factors := make([]int, rank) // of axes whose pixels are doubled, or more
	for i := range factors {
		factors[i] = 1
	}
	for i, a := range axes {
		a = c.axis(a, rank)
		t := s
		t.in = x.Shape[a]
		if len(sizes) == len(axes) {
			t.out = sizes[i]
			t.scale = float64(t.out) / float64(t.in)
		} else {
			t.scale = float64(scales[i])
			// In 32 bits, in which 60 × 1.3 is 78, as runtimes reckon.
			t.out = int(min(math.Floor(float64(float32(t.in)*scales[i])), 1<<20))
			if math.Abs(float64(t.out)-float64(t.in)*t.scale) < 1e-4 { // a third of 32 bits is a third
				t.scale = float64(t.out) / float64(t.in)
			}
		}
		if t.out < 1 || t.out > 1<<16 || !(t.scale > 0) {
			c.refuse("axis %d of %v would have %d elements", a, x.Shape, t.out)
		}
		if len(roi) == 2*len(axes) {
			t.start, t.end = float64(roi[i]), float64(roi[len(axes)+i])
		}
		if t.scale == 1 && (s.coordinates != "tf_crop_and_resize" || t.start == 0 && t.end == 1) {
			continue // every mode gives the elements themselves
		}
		if t.scale < 1 && c.integer("antialias", 0) != 0 {
			c.refuse("making smaller with antialias is not supported")
		}
		band, repeats := c.band(t)
		factors[a] = repeats
		y = core.Along(y, band, a)
		if s.coordinates == "tf_crop_and_resize" {
			y = c.extrapolate(y, t, a)
		}
	}
	if y.Shape.Equal(x.Shape) && s.coordinates != "tf_crop_and_resize" {
		y = x // as runtimes do, whatever the scales are
	}
	result := real(y)
	if rank == 4 && factors[0] == 1 && factors[1] == 1 && factors[2] == factors[3] && factors[2] > 1 {
		result = real(core.Upsample(x, factors[2]))
		result.from = &enlarged{x, factors[2]}
	}
	result.kind = v.kind
	return []value{result}
}

// resizeInputs are scales or sizes, and the region, as the versions have them.
func (c *call) resizeInputs(s *sampling) (scales []float32, sizes []int, roi []float32) {
	if c.op == "Upsample" || !c.since(11) {
		s.coordinates, s.nearest = "asymmetric", "simple"
		if a := c.attributes["scales"]; a != nil {
			return a.floats, nil, nil
		}
		return c.numbers(1), nil, nil
	}
	if c.has(1) && s.coordinates == "tf_crop_and_resize" {
		roi = c.numbers(1)
	}
	if c.has(2) && !c.in[2].empty() {
		scales = c.numbers(2)
	}
	if c.has(3) && !c.in[3].empty() {
		sizes, scales = c.sizes(3), nil
	}
	return scales, sizes, roi
}

// at is where an element of the result lies in the axis. What is nearest is found in 32
// bits, as runtimes do, since a place that is a whole number in these may be less in more.
func (c *call) at(s sampling, o int) float64 {
	round := func(x float64) float64 { return x }
	if s.mode == "nearest" {
		round = func(x float64) float64 { return float64(float32(x)) }
	}
	i, in, out, scale := float64(o), float64(s.in), float64(s.out), round(s.scale)
	switch s.coordinates {
	case "align_corners":
		if s.out == 1 {
			return 0
		}
		return round(round(i*(in-1)) / (out - 1))
	case "asymmetric":
		return round(i / scale)
	case "pytorch_half_pixel":
		if s.out == 1 {
			return 0
		}
	case "half_pixel":
	case "half_pixel_symmetric":
		return round(in/2*(1-out/(scale*in)) + (i+0.5)/scale - 0.5)
	case "tf_half_pixel_for_nn":
		return round((i + 0.5) / scale)
	case "tf_crop_and_resize":
		if s.out == 1 {
			return round(0.5 * (s.start + s.end) * (in - 1))
		}
		return round(s.start*(in-1) + i*(s.end-s.start)*(in-1)/(out-1))
	default:
		c.refuse("the coordinate_transformation_mode %q is not known", s.coordinates)
	}
	return round(round((i+0.5)/scale) - 0.5)
}

// band is the matrix along an axis; repeats is how often every element is repeated,
// if that is all that it does.
func (c *call) band(s sampling) (b *core.Band, repeats int) {
	repeats = s.out / s.in
	if s.mode != "nearest" || repeats*s.in != s.out {
		repeats = 1
	}
	type row struct {
		first   int
		weights []float64
	}
	rows := make([]row, s.out)
	for o := range rows {
		x := c.at(s, o)
		var first int
		var weights []float64
		switch s.mode {
		case "nearest":
			first, weights = c.closest(s, x), []float64{1}
		case "linear", "bilinear":
			first = int(math.Floor(x))
			weights = []float64{1 - (x - math.Floor(x)), x - math.Floor(x)}
		case "cubic":
			first = int(math.Floor(x)) - 1
			weights = cubicWeights(x-math.Floor(x), s.cubic)
		default:
			c.refuse("the mode %q is not supported: expected nearest, linear or cubic", s.mode)
		}
		rows[o].first, rows[o].weights = clampTaps(first, weights, s.in, s.inside && s.mode == "cubic")
		if repeats > 1 && rows[o].first != o/repeats {
			repeats = 1
		}
	}
	return core.NewBand(s.out, s.in, func(o int) (int, []float64) { return rows[o].first, rows[o].weights }), repeats
}

// closest is the element that is nearest to a place, as the modes round halves.
func (c *call) closest(s sampling, x float64) int {
	switch s.nearest {
	case "round_prefer_floor":
		return int(math.Ceil(x - 0.5))
	case "round_prefer_ceil":
		return int(math.Floor(x + 0.5))
	case "floor":
		return int(math.Floor(x))
	case "ceil":
		return int(math.Ceil(x))
	case "simple": // before version 11
		if s.scale < 1 {
			return int(math.Ceil(x))
		}
		return int(math.Floor(x))
	}
	c.refuse("the nearest_mode %q is not known", s.nearest)
	return 0
}

// cubicWeights are those of the four elements around a place (Keys 1981).
func cubicWeights(t, a float64) []float64 {
	near := func(d float64) float64 { return ((a+2)*d-(a+3))*d*d + 1 }
	far := func(d float64) float64 { return ((a*d-5*a)*d+8*a)*d - 4*a }
	return []float64{far(1 + t), near(t), near(1 - t), far(2 - t)}
}

// clampTaps gives weights of elements outside to the first or the last one, or leaves
// them out and makes more of the others.
func clampTaps(first int, weights []float64, n int, inside bool) (int, []float64) {
	low := min(max(first, 0), n-1)
	high := min(max(first+len(weights)-1, 0), n-1)
	clamped := make([]float64, high-low+1)
	var sum float64
	for i, w := range weights {
		at := first + i
		if inside && (at < 0 || at >= n) {
			continue
		}
		clamped[min(max(at, 0), n-1)-low] += w
		sum += w
	}
	if inside && sum != 0 {
		for i := range clamped {
			clamped[i] /= sum
		}
	}
	return low, clamped
}

// extrapolate puts a number where places lie outside of the axis.
func (c *call) extrapolate(y *core.Node, s sampling, axis int) *core.Node {
	keep, fill := core.NewTensor(s.out), core.NewTensor(s.out)
	for o := range s.out {
		if x := c.at(s, o); x < 0 || x > float64(s.in-1) {
			fill.Data[o] = c.number("extrapolation_value", 0)
		} else {
			keep.Data[o] = 1
		}
	}
	shape := make(core.Shape, len(y.Shape)-axis)
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = s.out
	each := func(t *core.Tensor) *core.Node { return core.Reshape(core.NewParameter("", t), shape...) }
	return core.Add(core.Mul(y, each(keep)), each(fill))
}
