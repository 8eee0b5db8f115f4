// Package picture turns numbers into what a page can draw: RGBA pixels for a canvas and path data for SVG.
//
// It decides no colours but greys. The page tints and hatches, so that its style sheet alone says what is blue.
package picture

import "math"

// Grey fills RGBA pixels from one channel, [0, 1] to black … white.
func Grey(values []float32) []uint8 {
	pixels := make([]uint8, 4*len(values))
	for i, v := range values {
		p, l := pixels[4*i:4*i+4], level(v)
		p[0], p[1], p[2], p[3] = l, l, l, 255
	}
	return pixels
}

// RGB fills RGBA pixels from three channels, each [0, 1]; all have the same length.
func RGB(r, g, b []float32) []uint8 {
	pixels := make([]uint8, 4*len(r))
	for i := range r {
		p := pixels[4*i : 4*i+4]
		p[0], p[1], p[2], p[3] = level(r[i]), level(g[i]), level(b[i]), 255
	}
	return pixels
}

// Input fills RGBA pixels from a model's input: channels·n values in [0, 1]. The first three channels are red, green and
// blue; with fewer the first is grey.
func Input(x []float32, channels int) []uint8 {
	n := len(x) / channels
	if channels < 3 {
		return Grey(x[:n])
	}
	return RGB(x[:n], x[n:2*n], x[2*n:3*n])
}

// Window spreads [low, high] over [0, 1].
func Window(x []float32, low, high float32) []float32 {
	spread := make([]float32, len(x))
	for i, v := range x {
		spread[i] = (v - low) / (high - low)
	}
	return spread
}

// Exaggerate is a with its difference to b multiplied by gain.
func Exaggerate(a, b []float32, gain float32) []float32 {
	x := make([]float32, len(a))
	for i, v := range a {
		x[i] = v + gain*(b[i]-v)
	}
	return x
}

// Change is b − a, of which each pixel has the mean of its channels.
func Change(a, b []float32, channels int) []float32 {
	mean := make([]float32, len(a)/channels)
	for i, v := range a {
		mean[i%len(mean)] += (b[i] - v) / float32(channels)
	}
	return mean
}

// Signed draws values so that ±scale spans black … white and 0 is the middle grey; a scale of 0 stands for nothing but zeros.
func Signed(values []float32, scale float32) []uint8 {
	d := make([]float32, len(values))
	for i, v := range values {
		d[i] = 0.5
		if scale > 0 {
			d[i] += 0.5 * v / scale
		}
	}
	return Grey(d)
}

// Probability draws for each pixel the largest probability of any class, from classes·n logits.
func Probability(logits []float32, classes int) []uint8 {
	top := Top(logits, classes)
	for i, v := range top {
		top[i] = float32(1 / (1 + math.Exp(-float64(v))))
	}
	return Grey(top)
}

// Top is the largest of a pixel's classes·n values, pixel by pixel.
func Top(values []float32, classes int) []float32 {
	n := len(values) / classes
	top := append([]float32(nil), values[:n]...)
	for k := 1; k < classes; k++ {
		for i, v := range values[k*n : (k+1)*n] {
			top[i] = max(top[i], v)
		}
	}
	return top
}

func level(v float32) uint8 {
	return uint8(min(max(v, 0), 1)*255 + 0.5)
}

// Around is a square with the pixels that are not 0 in its middle third, moved and clipped to lie in the picture: x, y, width,
// height. Where all are 0, it is the whole picture.
func Around(values []float32, width, height int) []int {
	left, top, right, bottom := width, height, -1, -1
	for i, v := range values {
		if v != 0 {
			left, right = min(left, i%width), max(right, i%width)
			top, bottom = min(top, i/width), max(bottom, i/width)
		}
	}
	if right < 0 {
		return []int{0, 0, width, height}
	}
	side := min(3*max(right-left+1, bottom-top+1), width, height)
	x := min(max((left+right+1-side)/2, 0), width-side)
	y := min(max((top+bottom+1-side)/2, 0), height-side)
	return []int{x, y, side, side}
}
