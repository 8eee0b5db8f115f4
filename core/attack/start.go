package attack

import (
	"math/rand/v2"

	"segfault/core/names"
)

// Start is where the first step begins.
type Start string

// The starts.
const (
	Origin Start = "origin"
	Random Start = "random"
)

var starts = []*names.Entry{
	{Name: string(Origin), Title: "the clean image", About: "The first step is along the clean image’s gradient."},
	{Name: string(Random), Title: "a random point", About: "A point drawn evenly from everything that the budget allows (Madry et al. 2018)."},
}

// Starts lists them.
func Starts() []names.Entry { return names.Entries(starts) }

// start is where run begins, of an image of planes of size pixels: the image itself or a
// point around it, the same on every machine.
func (m *Method) start(image, inside []float32, pixels, run int) []float32 {
	if m.Start != Random {
		return image
	}
	drawn := len(image)
	if m.Grey {
		drawn = pixels
	}
	change := row(norms, string(m.Norm)).start(rand.New(rand.NewPCG(m.Seed, uint64(run))), drawn, m.Epsilon)
	started := make([]float32, len(image))
	for i, v := range image {
		by := change[i%drawn]
		if inside != nil {
			by *= inside[i%pixels]
		}
		started[i] = min(max(v+by, 0), 1)
	}
	return started
}
