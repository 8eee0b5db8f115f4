package phantom

import "math"

// scanner is what lies between the magnetisation and the picture.
type scanner struct {
	noise  float64    // standard deviation of each of the two channels, relative to the brightest tissue
	cutoff float64    // edge of the sampled k-space, relative to the pixels' own
	edge   float64    // how much more sensitive the coil is at the rim of the image than in its middle
	tilt   float64    // how much it changes across the image
	tiltTo float64    // the direction of that change, radians
	below  float64    // share of the sensitivity lost below the coil, at the image's lower edge
	near   float64    // how much more sensitive it is beside the strongest of its elements
	at     [2]float64 // where that element lies, from −1 to 1 across and down the image
	white  float64    // the brightness of the brightest tissue
}

func brainScanner(d dice, plane Plane) scanner {
	s := scanner{
		noise:  math.Exp(d.between(math.Log(0.004), math.Log(0.02))),
		cutoff: d.between(0.6, 0.92),
		edge:   d.between(0.1, 0.6),
		tilt:   d.between(0, 0.2),
		tiltTo: d.between(0, 2*math.Pi),
		near:   d.between(0, 0.6),
		at:     [2]float64{d.between(-0.9, 0.9), d.between(-0.9, 0.9)},
		white:  d.between(0.83, 0.98),
	}
	if plane != Axial { // neck and face leave the head coil
		s.below = d.between(0.1, 0.75)
	}
	return s
}

// ramp rises smoothly from 0 at lo to 1 at hi.
func ramp(lo, hi, x float64) float64 {
	t := min(1, max(0, (x-lo)/(hi-lo)))
	return t * t * (3 - 2*t)
}

// gain is the coil's sensitivity at a place from −1 to 1 across and down.
func (s scanner) gain(u, v float64, uneven noise) float64 {
	du, dv := u-s.at[0], v-s.at[1]
	si, co := math.Sincos(s.tiltTo)
	g := 1 + s.edge*(u*u+v*v) + s.tilt*(u*co+v*si) + 0.12*uneven.at(1.5*u, 1.5*v)
	g *= 1 - s.below*ramp(0.1, 1.1, v)
	return g * (1 + s.near*math.Exp(-(du*du+dv*dv)/0.22))
}

// sense weights the image by the coil's sensitivity, which is so smooth that
// it is computed on a coarse grid and interpolated.
func (c *canvas) sense(s scanner) []float32 {
	const cells = 28
	var grid [cells + 2][cells + 2]float32
	uneven := c.noise()
	for j := range grid {
		for i := range grid[j] {
			grid[j][i] = float32(s.gain(2*float64(i)/cells-1, 2*float64(j)/cells-1, uneven))
		}
	}
	n := c.size
	out := make([]float32, n*n)
	step := float32(cells) / float32(n)
	for y := range n {
		fy := (float32(y) + 0.5) * step
		j := int(fy)
		fy -= float32(j)
		for x := range n {
			fx := (float32(x) + 0.5) * step
			i := int(fx)
			fx -= float32(i)
			above := grid[j][i] + fx*(grid[j][i+1]-grid[j][i])
			below := grid[j+1][i] + fx*(grid[j+1][i+1]-grid[j+1][i])
			out[y*n+x] = c.signal[y*n+x] * (above + fy*(below-above))
		}
	}
	return out
}

// scan turns the canvas into a magnitude image: the coil's sensitivity,
// complex noise, the loss of high spatial frequencies, magnitude, scale.
func (c *canvas) scan(s scanner) []float32 {
	n := c.size
	weighted := c.sense(s)
	top := float32(0)
	for _, v := range weighted {
		top = max(top, v, -v)
	}
	sigma := s.noise * float64(top)
	imaginary := make([]float32, n*n)
	for i := range weighted {
		weighted[i] += float32(sigma * c.NormFloat64())
		imaginary[i] = float32(sigma * c.NormFloat64())
	}
	point := pointSpread(s.cutoff)
	spread(weighted, n, point)
	spread(imaginary, n, point)
	for i, re := range weighted {
		im := imaginary[i]
		weighted[i] = float32(math.Sqrt(float64(re*re + im*im)))
	}
	for i, a := range c.shade {
		weighted[i] *= a
	}
	scale := float32(s.white) / percentile(weighted, 0.999)
	for i, v := range weighted {
		weighted[i] = min(v*scale, 1)
	}
	return weighted
}

// pointSpread is half of a symmetric kernel, its middle first: the sinc of a
// k-space sampled up to the cutoff, under a Hann window that leaves the first
// ringing beside sharp edges.
func pointSpread(cutoff float64) []float32 {
	const reach = 6
	k := make([]float32, reach)
	sum := 0.0
	for i := range k {
		v := 1.0
		if x := math.Pi * cutoff * float64(i); x > 0 {
			v = math.Sin(x) / x * (0.5 + 0.5*math.Cos(math.Pi*float64(i)/reach))
		}
		k[i] = float32(v)
		sum += v
		if i > 0 {
			sum += v
		}
	}
	for i := range k {
		k[i] /= float32(sum)
	}
	return k
}

// spread convolves an n×n image with the kernel along both axes; beyond the
// image its outermost pixels go on.
func spread(v []float32, n int, kernel []float32) {
	reach := len(kernel) - 1
	line := make([]float32, n+2*reach)
	half := make([]float32, len(v))
	for y := range n {
		row := v[y*n : (y+1)*n]
		copy(line[reach:], row)
		for i := range reach {
			line[i] = row[0]
			line[n+reach+i] = row[n-1]
		}
		to := half[y*n : (y+1)*n]
		for k, w := range kernel {
			left, right := line[reach-k:][:n], line[reach+k:][:n]
			if k == 0 {
				w /= 2
			}
			for x := range to {
				to[x] += w * (left[x] + right[x])
			}
		}
	}
	clear(v)
	for y := range n {
		to := v[y*n : (y+1)*n]
		for k, w := range kernel {
			above, below := half[max(y-k, 0)*n:][:n], half[min(y+k, n-1)*n:][:n]
			if k == 0 {
				w /= 2
			}
			for x := range to {
				to[x] += w * (above[x] + below[x])
			}
		}
	}
}

// percentile is the value that the share of all pixels stays below, to the
// accuracy of a histogram.
func percentile(v []float32, share float64) float32 {
	top := float32(0)
	for _, x := range v {
		top = max(top, x)
	}
	if top == 0 {
		return 1
	}
	var bins [1024]int
	for _, x := range v {
		bins[int(x/top*1023)]++
	}
	left := float64(len(v)) * (1 - share)
	for i := len(bins) - 1; i >= 0; i-- {
		if left -= float64(bins[i]); left < 0 {
			return top * float32(i+1) / 1023
		}
	}
	return top
}

func heartScanner(d dice) scanner {
	return scanner{
		noise:  math.Exp(d.between(math.Log(0.004), math.Log(0.012))),
		cutoff: d.between(0.75, 1),
		edge:   d.between(0, 0.4),
		tilt:   d.between(0, 0.2),
		tiltTo: d.between(0, 2*math.Pi),
		near:   d.between(2.5, 9),
		at:     [2]float64{d.between(-1, -0.45), d.between(-0.5, 0.2)},
		white:  d.between(0.9, 1),
	}
}
