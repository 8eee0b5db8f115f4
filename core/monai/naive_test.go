package monai

import "math"

// What PyTorch's layers compute, written down pixel by pixel for one image.

// planes are channels of height×width.
type planes struct {
	c, h, w int
	data    []float64
}

func newPlanes(c, h, w int) planes { return planes{c, h, w, make([]float64, c*h*w)} }

func (p planes) at(c, y, x int) float64 {
	if y < 0 || x < 0 || y >= p.h || x >= p.w {
		return 0
	}
	return p.data[(c*p.h+y)*p.w+x]
}

// convolve has filters of out×in×k×k.
func convolve(p planes, weight, bias []float32, k, stride int) planes {
	out := len(bias)
	y := newPlanes(out, (p.h+2*(k/2)-k)/stride+1, (p.w+2*(k/2)-k)/stride+1)
	for o := range out {
		for r := range y.h {
			for c := range y.w {
				sum := float64(bias[o])
				for i := range p.c {
					for a := range k {
						for b := range k {
							sum += float64(weight[((o*p.c+i)*k+a)*k+b]) * p.at(i, r*stride+a-k/2, c*stride+b-k/2)
						}
					}
				}
				y.data[(o*y.h+r)*y.w+c] = sum
			}
		}
	}
	return y
}

// spread is the transposed convolution, with filters of in×out×k×k, to stride times the size.
func spread(p planes, weight, bias []float32, k, stride int) planes {
	out := len(bias)
	y := newPlanes(out, p.h*stride, p.w*stride)
	for o := range out {
		for i := range y.h * y.w {
			y.data[o*y.h*y.w+i] = float64(bias[o])
		}
		for i := range p.c {
			for r := range p.h {
				for c := range p.w {
					for a := range k {
						for b := range k {
							u, v := r*stride+a-(k-1)/2, c*stride+b-(k-1)/2
							if u >= 0 && v >= 0 && u < y.h && v < y.w {
								y.data[(o*y.h+u)*y.w+v] += float64(weight[((i*out+o)*k+a)*k+b]) * p.at(i, r, c)
							}
						}
					}
				}
			}
		}
	}
	return y
}

// normed is standardised by channel, scaled and shifted where there are numbers for it.
func normed(p planes, gamma, beta []float32) planes {
	y := newPlanes(p.c, p.h, p.w)
	n := p.h * p.w
	for c := range p.c {
		var mean, square float64
		for _, v := range p.data[c*n : (c+1)*n] {
			mean += v / float64(n)
		}
		for _, v := range p.data[c*n : (c+1)*n] {
			square += (v - mean) * (v - mean) / float64(n)
		}
		for i, v := range p.data[c*n : (c+1)*n] {
			v = (v - mean) / math.Sqrt(square+1e-5)
			if gamma != nil {
				v = v*float64(gamma[c]) + float64(beta[c])
			}
			y.data[c*n+i] = v
		}
	}
	return y
}

func rectified(p planes, slope float32) planes {
	y := newPlanes(p.c, p.h, p.w)
	for i, v := range p.data {
		if y.data[i] = v; v < 0 {
			y.data[i] = v * float64(slope)
		}
	}
	return y
}

func beside(a, b planes) planes {
	return planes{a.c + b.c, a.h, a.w, append(append([]float64(nil), a.data...), b.data...)}
}

func added(a, b planes) planes {
	y := newPlanes(a.c, a.h, a.w)
	for i := range y.data {
		y.data[i] = a.data[i] + b.data[i]
	}
	return y
}

func pooled(p planes) planes {
	y := newPlanes(p.c, p.h/2, p.w/2)
	for c := range p.c {
		for r := range y.h {
			for x := range y.w {
				y.data[(c*y.h+r)*y.w+x] = max(p.at(c, 2*r, 2*x), p.at(c, 2*r, 2*x+1), p.at(c, 2*r+1, 2*x), p.at(c, 2*r+1, 2*x+1))
			}
		}
	}
	return y
}
