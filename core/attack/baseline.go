package attack

import (
	"math"
	"math/rand/v2"
)

// baseline is a change of a plane that no attack has made: what a model must stand anyhow. It is given in parts of ε.
type baseline func(plane []float32, height, width int, draw *rand.Rand) []float32

// strewn is a method whose result is a baseline of the size of its budget.
func strewn(change baseline) func(r *ascent, m *Method, from []float32, run int) (*Fault, error) {
	return func(r *ascent, m *Method, _ []float32, run int) (*Fault, error) {
		draw := rand.New(rand.NewPCG(m.Seed, uint64(run)))
		height, width := r.size()
		n, moved := height*width, r.problem.moved()
		if m.Grey {
			moved = moved[:n]
		}
		var parts []float32
		for ; len(moved) > 0; moved = moved[n:] {
			parts = append(parts, change(moved[:n], height, width, draw)...)
		}
		if m.Norm == L2 { // parts of the whole change's length
			size := L2.Measure(parts)
			for i := range parts {
				parts[i] = float32(float64(parts[i]) / max(size, tiny))
			}
		}
		r.step(nil)
		return r.arrive(m, r.spread(m, parts), nil)
	}
}

// signs are ε up or down, for each pixel by chance.
func signs(plane []float32, _, _ int, draw *rand.Rand) []float32 {
	parts := make([]float32, len(plane))
	for i := range parts {
		parts[i] = float32(2*draw.IntN(2) - 1)
	}
	return parts
}

// gaussian is noise whose standard deviation is ε, as far as the budget lets it.
func gaussian(plane []float32, _, _ int, draw *rand.Rand) []float32 {
	parts := make([]float32, len(plane))
	for i := range parts {
		parts[i] = float32(min(max(draw.NormFloat64(), -1), 1))
	}
	return parts
}

// bias is an uneven gain, as receiver coils have: the lowest cosines of an image, by chance.
func bias(plane []float32, height, width int, draw *rand.Rand) []float32 {
	var weights [3][3]float64
	for y := range weights {
		for x := range weights[y] {
			weights[y][x] = draw.NormFloat64()
		}
	}
	weights[0][0] = 0 // the same everywhere
	return difference(plane, func(y, x int) float64 {
		gain := 0.0
		for i, row := range weights {
			for j, w := range row {
				gain += w * math.Cos(math.Pi*float64(i)*(float64(y)+0.5)/float64(height)) * math.Cos(math.Pi*float64(j)*(float64(x)+0.5)/float64(width))
			}
		}
		return float64(plane[y*width+x]) * (1 + gain)
	}, width)
}

// blurred is a plane of which only low frequencies are left, without the ringing of a sharp edge.
func blurred(frequency float64) complex128 { return complex(math.Exp(-frequency*frequency*16), 0) }

// truncated is Gibbs ringing: of frequencies only the lower half was measured.
func truncated(frequency float64) complex128 {
	if frequency > 0.25 {
		return 0
	}
	return 1
}

// filtered multiplies the frequencies of both axes, from 0 to ½, by a factor.
func filtered(factor func(frequency float64) complex128) baseline {
	return kSpace(func(k [][]complex128, _ *rand.Rand) {
		for y, row := range k {
			for x := range row {
				row[x] *= factor(frequency(y, len(k))) * factor(frequency(x, len(row)))
			}
		}
	})
}

// ghosts are those of motion that comes back, such as breathing: every other line of k-space is measured with the object elsewhere.
func ghosts(k [][]complex128, draw *rand.Rand) {
	shift := 1 + 2*draw.Float64() // pixels
	for y := 1; y < len(k); y += 2 {
		phase := 2 * math.Pi * shift * frequency(y, len(k))
		if y > len(k)/2 {
			phase = -phase
		}
		for x := range k[y] {
			k[y][x] *= complex(math.Cos(phase), math.Sin(phase))
		}
	}
}

// spike is one wrong number of k-space, and its mirror, which make stripes.
func spike(k [][]complex128, draw *rand.Rand) {
	if len(k) < 4 || len(k[0]) < 4 {
		return
	}
	y, x := 1+draw.IntN(len(k)/2-1), 1+draw.IntN(len(k[0])/2-1)
	k[y][x] += k[0][0] / 4
	k[len(k)-y][len(k[0])-x] += k[0][0] / 4
}

// kSpace is an error of measuring a plane's frequencies.
func kSpace(spoil func(k [][]complex128, draw *rand.Rand)) baseline {
	return func(plane []float32, height, width int, draw *rand.Rand) []float32 {
		k := make([][]complex128, height)
		for y := range k {
			k[y] = make([]complex128, width)
			for x := range k[y] {
				k[y][x] = complex(float64(plane[y*width+x]), 0)
			}
		}
		transform(k, -1)
		spoil(k, draw)
		transform(k, 1)
		size := 1 / float64(height*width)
		return difference(plane, func(y, x int) float64 { return math.Hypot(real(k[y][x]), imag(k[y][x])) * size }, width)
	}
}

// frequency is that of a coefficient of n, without its sign.
func frequency(i, n int) float64 { return float64(min(i, n-i)) / float64(n) }

// difference is by how much a spoiled plane differs, in parts of the largest difference; of none but rounding it is 0.
func difference(plane []float32, spoiled func(y, x int) float64, width int) []float32 {
	parts := make([]float32, len(plane))
	largest := 0.0
	for i, v := range plane {
		parts[i] = float32(spoiled(i/width, i%width) - float64(v))
		largest = max(largest, math.Abs(float64(parts[i])))
	}
	for i := range parts {
		if parts[i] /= float32(max(largest, tiny)); largest < 1e-6 {
			parts[i] = 0
		}
	}
	return parts
}
