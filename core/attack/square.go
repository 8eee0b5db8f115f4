package attack

import (
	"math"
	"math/rand/v2"
	"slices"
)

// square is the Square attack of Andriushchenko et al. 2020 for the maximum norm (algorithms 1 and 2, section 4): it begins with stripes of
// ±ε, and keeps whatever square of ±ε raises the loss. It asks for no gradient, so a network that hides its gradient hides nothing from it.
//
// Theirs asks for one square after another. Here a pass of the network tries several, and the best of them counts: as many queries, a
// little fewer decisions. The loss is the objective; theirs is a margin between classes of an image.
func square(r *ascent, m *Method, _ []float32, run int) (*Fault, error) {
	draw := rand.New(rand.NewPCG(m.Seed, uint64(run)))
	height, width := r.size()
	pixels := height * width
	planes := len(r.problem.moved()) / pixels
	if m.Grey {
		planes = 1
	}
	reached, err := r.reached(m, r.clean.Logits) // the best until now
	if err != nil {
		return nil, err
	}
	best, points := []float32(nil), []Point{reached} // its signs of ε, planes×pixels, and what each query left it at
	stripes := func() (drawn []float32) {
		for range planes {
			drawn = append(drawn, slices.Repeat(signs(make([]float32, width), 1, width, draw), height)...)
		}
		return drawn
	}
	another := func(done int) []float32 {
		side := max(min(int(math.Round(math.Sqrt(part(done, m.Steps)*float64(pixels)))), height-1, width-1), 1)
		y, x := draw.IntN(height-side+1), draw.IntN(width-side+1)
		drawn := slices.Clone(best)
		for plane := range planes {
			row := slices.Repeat(signs([]float32{0}, 1, 1, draw), side)
			for dy := range side {
				copy(drawn[plane*pixels+(y+dy)*width+x:], row)
			}
		}
		return drawn
	}
	for done := 0; done < m.Steps && !r.enough; done += batchSize {
		tried := make([][]float32, min(batchSize, m.Steps-done))
		images := make([][]float32, len(tried))
		for i := range tried {
			if tried[i] = stripes(); done > 0 {
				tried[i] = another(done)
			}
			images[i] = r.spread(m, tried[i])
		}
		found, err := r.measured(m, images)
		if err != nil {
			return nil, err
		}
		for i, p := range found {
			if best == nil || p.Loss > reached.Loss {
				best, reached = tried[i], p
			}
			points = append(points, reached)
		}
		for i := range tried {
			r.step(r.seen(m, best, points[:done+i+1]))
		}
	}
	return r.arrive(m, r.spread(m, best), points)
}

// part is the part of the image that a square covers after some queries of all: 0.8 at first, halved as in their section 5.1 for 10000.
func part(done, all int) float64 {
	at, p := done*10000/all, 0.8
	for _, then := range []int{10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000} {
		if at > then {
			p /= 2
		}
	}
	return p
}
