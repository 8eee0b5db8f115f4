package metrics

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
	n := len(window)
	w, h := width-n+1, height-n+1
	rows := make([]float64, 0, moments*height*w) // of each row, where the window fits
	for y := range height {
		for i := range w {
			p, q := a[y*width+i:][:n], b[y*width+i:][:n]
			var ma, mb, aa, bb, ab float64
			for k, v := range window {
				va, vb := v*p[k], v*q[k]
				ma += va
				mb += vb
				aa += va * p[k]
				bb += vb * q[k]
				ab += va * q[k]
			}
			rows = append(rows, ma, mb, aa, bb, ab)
		}
	}
	var sum float64
	around := make([]float64, moments*w)
	for y := range h {
		clear(around)
		for k, v := range window {
			for i, r := range rows[moments*w*(y+k):][:len(around)] {
				around[i] += v * r
			}
		}
		for m := around; len(m) > 0; m = m[moments:] {
			ma, mb := m[0], m[1]
			va, vb, cov := m[2]-ma*ma, m[3]-mb*mb, m[4]-ma*mb
			sum += (2*ma*mb + c1) * (2*cov + c2) / ((ma*ma + mb*mb + c1) * (va + vb + c2))
		}
	}
	return sum / float64(w*h)
}

// moments is how many means SSIM takes around a pixel: of a, b, a², b² and ab.
const moments = 5

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
