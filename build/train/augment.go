package train

import (
	"math"
	"math/rand/v2"
)

// augment writes a random variant of an item: image into size² floats, labels
// into size² bytes. Shape: flip, rotation by a normal angle of 8° standard deviation
// and scale 0.8 to 1.25, of a quarter neither, shift to 8 %. Intensity: gamma,
// contrast, brightness, a linear coil bias, triangular noise. Strongly, for few slices:
// rotation evenly to ±30°, shift to 12 %, elastic warps, and more of gamma, contrast, bias and noise.
func augment(r *rand.Rand, item Item, size int, strong bool, image []float32, labels []uint8) {
	angle := r.NormFloat64() * 8 * math.Pi / 180
	scale := math.Exp2((r.Float64()*2 - 1) * 0.32)
	if r.IntN(4) == 0 { // a quarter stays as sharp as it was
		angle, scale = 0, 1
	}
	sin, cos := math.Sin(angle)*scale, math.Cos(angle)*scale
	half := float64(size) / 2
	shiftX, shiftY := (r.Float64()*2-1)*0.08*float64(size), (r.Float64()*2-1)*0.08*float64(size)
	if angle == 0 && scale == 1 {
		shiftX, shiftY = math.Round(shiftX), math.Round(shiftY)
	}
	flip := 1.0
	if r.IntN(2) == 0 {
		flip = -1
	}
	gamma := math.Exp2((r.Float64()*2 - 1) * 0.4)
	contrast, bright := 0.9+0.2*r.Float64(), (r.Float64()*2-1)*0.04
	biasX, biasY := (r.Float64()*2-1)*0.15/half, (r.Float64()*2-1)*0.15/half
	noise := math.Max(0, r.Float64()*0.04-0.015)

	var bent *warp
	if strong {
		angle := (r.Float64()*2 - 1) * math.Pi / 6
		sin, cos = math.Sin(angle)*scale, math.Cos(angle)*scale
		shiftX, shiftY = 1.5*shiftX, 1.5*shiftY
		gamma, contrast = gamma*math.Exp(r.NormFloat64()*0.2), contrast*math.Exp(r.NormFloat64()*0.12)
		biasX, biasY = biasX*1.5, biasY*1.5
		noise *= 1.5
		bent = newWarp(r, r.Float64()*0.02*float64(size))
	}
	curve := gammaCurve(gamma)
	for y := range size {
		dy := float64(y) + 0.5 - half
		for x := range size {
			dx := (float64(x) + 0.5 - half) * flip
			sx, sy := cos*dx-sin*dy+half+shiftX-0.5, sin*dx+cos*dy+half+shiftY-0.5
			if bent != nil {
				u, w := bent.at(float64(x)/float64(size), float64(y)/float64(size))
				sx, sy = sx+u, sy+w
			}
			v, m := sample(item, size, sx, sy)
			v = curve[int(v*1023+0.5)]
			v = (v*contrast + bright*math.Min(v*10, 1)) * (1 + biasX*dx + biasY*dy)
			if noise > 0 {
				v += noise * (r.Float64() + r.Float64() - 1) * 2.4 // triangular, standard deviation ≈ noise
			}
			i := y*size + x
			image[i] = float32(math.Min(math.Max(v, 0), 1))
			labels[i] = m
		}
	}
}

// warp is a smooth displacement: random at the nodes of a grid, and between them as cubic B-splines have it.
type warp [warpNodes][warpNodes][2]float64

const warpNodes = 8

func newWarp(r *rand.Rand, amount float64) *warp {
	w := new(warp)
	for i := range w {
		for j := range w[i] {
			w[i][j] = [2]float64{r.NormFloat64() * amount, r.NormFloat64() * amount}
		}
	}
	return w
}

// at is the displacement at a place of the unit square.
func (w *warp) at(x, y float64) (u, v float64) {
	i, fx := math.Modf(x * (warpNodes - 3))
	j, fy := math.Modf(y * (warpNodes - 3))
	across, down := spline(fx), spline(fy)
	for a, p := range down {
		for b, q := range across {
			node := &w[int(j)+a][int(i)+b]
			u, v = u+p*q*node[0], v+p*q*node[1]
		}
	}
	return u, v
}

// spline are the weights of four nodes around a place between the middle two.
func spline(t float64) [4]float64 {
	return [4]float64{(1 - t) * (1 - t) * (1 - t) / 6, (3*t*t*t - 6*t*t + 4) / 6, (-3*t*t*t + 3*t*t + 3*t + 1) / 6, t * t * t / 6}
}

func gammaCurve(gamma float64) *[1024]float64 {
	var curve [1024]float64
	for i := range curve {
		curve[i] = math.Pow(float64(i)/1023, gamma)
	}
	return &curve
}

// sample reads an item between pixels: bilinear, inside where at least half of what is mixed carries a label, and then
// of the label that most carries, of equal ones the first; 0 outside.
func sample(item Item, size int, x, y float64) (v float64, label uint8) {
	if x <= -1 || y <= -1 || x >= float64(size) || y >= float64(size) {
		return 0, 0
	}
	x0, y0 := int(math.Floor(x)), int(math.Floor(y))
	fx, fy := x-float64(x0), y-float64(y0)
	var inside, most float64
	var labels [4]uint8
	var weights [4]float64
	for k := range 4 {
		px, py := x0+k&1, y0+k>>1
		if px < 0 || py < 0 || px >= size || py >= size {
			continue
		}
		w := 1.0
		if k&1 == 1 {
			w *= fx
		} else {
			w *= 1 - fx
		}
		if k>>1 == 1 {
			w *= fy
		} else {
			w *= 1 - fy
		}
		v += w * float64(item.Image[py*size+px])
		labels[k], weights[k] = item.Labels[py*size+px], w
	}
	for k, l := range labels {
		if l == 0 {
			continue
		}
		inside += weights[k]
		var of float64
		for j, other := range labels {
			if other == l {
				of += weights[j]
			}
		}
		if of > most {
			most, label = of, l
		}
	}
	if inside < 0.5 {
		label = 0
	}
	return v, label
}
