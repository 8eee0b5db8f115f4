package attack

import "math"

// SSIM is the mean structural similarity of two images with values in [0, 1]
// (Wang et al. 2004): a Gaussian window of 11×11 with σ = 1.5, K₁ = 0.01,
// K₂ = 0.03, over the pixels where the window fits; of an image smaller than
// the window, over all of it at once.
func SSIM(a, b []float64, height, width int) float64 {
	const (
		c1 = 0.01 * 0.01
		c2 = 0.03 * 0.03
	)
	window := gaussian(min(11, height, width), 1.5)
	product := func(x, y []float64) []float64 {
		p := make([]float64, len(x))
		for i := range x {
			p[i] = x[i] * y[i]
		}
		return blur(p, height, width, window)
	}
	ma, mb := blur(a, height, width, window), blur(b, height, width, window)
	aa, bb, ab := product(a, a), product(b, b), product(a, b)
	var sum float64
	for i := range ma {
		va, vb, cov := aa[i]-ma[i]*ma[i], bb[i]-mb[i]*mb[i], ab[i]-ma[i]*mb[i]
		sum += (2*ma[i]*mb[i] + c1) * (2*cov + c2) / ((ma[i]*ma[i] + mb[i]*mb[i] + c1) * (va + vb + c2))
	}
	return sum / float64(len(ma))
}

// gaussian is a window of n weights with sum 1.
func gaussian(n int, sigma float64) []float64 {
	w := make([]float64, n)
	var sum float64
	for i := range w {
		d := float64(i) - float64(n-1)/2
		w[i] = math.Exp(-d * d / (2 * sigma * sigma))
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// blur filters rows, then columns, where the window fits.
func blur(x []float64, height, width int, window []float64) []float64 {
	n := len(window)
	w, h := width-n+1, height-n+1
	rows := make([]float64, height*w)
	for y := range height {
		row, of := rows[y*w:(y+1)*w], x[y*width:(y+1)*width]
		for i := range row {
			var sum float64
			for k, v := range of[i : i+n] {
				sum += window[k] * v
			}
			row[i] = sum
		}
	}
	out := make([]float64, h*w)
	for y := range h {
		row := out[y*w : (y+1)*w]
		for k, v := range window {
			for i, r := range rows[(y+k)*w:][:len(row)] {
				row[i] += v * r
			}
		}
	}
	return out
}
