package train

import (
	"context"
	"math/rand/v2"
)

// batch is the input of one step.
type batch struct{ images, targets []float32 }

// source draws batches of augmented slices, some of them simulated.
type source struct {
	config   Config
	stage    Stage
	items    []Item
	phantoms []Item
	epoch    int
	order    []int // of the epoch's items
}

// phantomPool is how many simulated slices a stage draws from.
const phantomPool = 480

func newSource(c Config, stage Stage, items []Item) *source {
	s := &source{config: c, stage: stage, items: items}
	if c.Phantoms > 0 {
		s.phantoms = Phantoms(c.Seed+uint64(stage.Size)<<32, phantomPool, stage.Size, c.Classes)
	}
	return s
}

// batches makes the batches of steps [from, to) ahead of their use.
func (s *source) batches(ctx context.Context, from, to int) <-chan batch {
	out := make(chan batch, 2)
	go func() {
		defer close(out)
		for step := from; step < to; step++ {
			select {
			case out <- s.draw(step):
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func (s *source) draw(step int) batch {
	r := random(s.config.Seed, step)
	in, classes, pixels := s.config.Spec.In, s.config.Spec.Classes, s.stage.Size*s.stage.Size
	b := batch{make([]float32, s.stage.Batch*in*pixels), make([]float32, s.stage.Batch*classes*pixels)}
	labels := make([]uint8, pixels)
	for i := range s.stage.Batch {
		item := s.items[s.position(step*s.stage.Batch+i)]
		if len(s.phantoms) > 0 && r.Float64() < s.config.Phantoms {
			item = s.phantoms[r.IntN(len(s.phantoms))]
		}
		image := b.images[i*in*pixels:][:pixels]
		augment(r, item, s.stage.Size, s.config.Strong, image, labels)
		for j, l := range labels {
			if l > 0 {
				b.targets[(i*classes+int(l)-1)*pixels+j] = 1
			}
		}
		for c := 1; c < in; c++ { // grey, copied to every channel
			copy(b.images[(i*in+c)*pixels:], image)
		}
	}
	return b
}

// position is where the k-th draw lies: every epoch goes through all items in
// its own order.
func (s *source) position(k int) int {
	epoch, at := k/len(s.items), k%len(s.items)
	if s.order == nil || s.epoch != epoch {
		s.epoch, s.order = epoch, rand.New(rand.NewPCG(s.config.Seed, 1<<40+uint64(epoch))).Perm(len(s.items))
	}
	return s.order[at]
}
