package train

import (
	"context"

	"segfault/core"
	"segfault/core/net"
)

// Case is a scored scan: a slice, or all slices of a volume, put together.
type Case struct {
	Name  string
	Union float64   // Dice of all classes together
	True  float64   // Dice of its own classes, in the mean over those that its truth has
	Class []float64 // Dice of each class; of one that its truth lacks -1
}

// Scores are Dice coefficients of a network on scans, thresholded at 0.5.
type Scores struct {
	Union, True float64 // means over the cases
	Cases       []Case
}

// Score measures a network on items of size×size.
func Score(ctx context.Context, backend core.Backend, n net.Network, size int, items []Item) (Scores, error) {
	shape := n.Shape()
	x := core.NewInput("x", 1, shape.In, size, size)
	program, err := backend.Load(core.Compile(core.Outputs{"logits": n.Logits(x)}))
	if err != nil {
		return Scores{}, err
	}
	defer program.Close()
	pixels := size * size
	input, logits := make([]float32, shape.In*pixels), make([]float32, shape.Classes*pixels)
	var s Scores
	counted := newTally(shape.Classes)
	for i, item := range items {
		for c := range shape.In {
			copy(input[c*pixels:], item.Image)
		}
		if err := program.Write("x", input); err != nil {
			return s, err
		}
		if err := program.Run(ctx, nil); err != nil {
			return s, err
		}
		if err := program.Read(ctx, "logits", logits); err != nil {
			return s, err
		}
		counted.add(logits, item.Labels)
		if i == len(items)-1 || items[i+1].Case != item.Case {
			s.Cases = append(s.Cases, counted.of(item.Case))
			counted = newTally(shape.Classes)
		}
	}
	for _, c := range s.Cases {
		s.Union += c.Union / float64(len(s.Cases))
		s.True += c.True / float64(len(s.Cases))
	}
	return s, nil
}

// tally counts the pixels of a case: of each class and, last, of all together.
type tally struct{ both, found, truth []int }

func newTally(classes int) tally {
	return tally{make([]int, classes+1), make([]int, classes+1), make([]int, classes+1)}
}

// add counts a slice, where a channel finds what its logit is positive for.
func (t tally) add(logits []float32, labels []uint8) {
	pixels, classes := len(labels), len(t.both)-1
	count := func(k int, found, truth bool) {
		if found {
			t.found[k]++
		}
		if truth {
			t.truth[k]++
		}
		if found && truth {
			t.both[k]++
		}
	}
	for i, label := range labels {
		any := false
		for k := range classes {
			found := logits[k*pixels+i] > 0
			any = any || found
			count(k, found, int(label) == k+1)
		}
		count(classes, any, label > 0)
	}
}

// dice is 2|P∩T|/(|P|+|T|), 1 where both are empty.
func (t tally) dice(k int) float64 {
	if t.found[k]+t.truth[k] == 0 {
		return 1
	}
	return 2 * float64(t.both[k]) / float64(t.found[k]+t.truth[k])
}

// of is the case that was counted. One without any truth has its own classes' Dice be that of the union.
func (t tally) of(name string) Case {
	classes := len(t.both) - 1
	c := Case{Name: name, Union: t.dice(classes)}
	present := 0
	for k := range classes {
		if t.truth[k] == 0 {
			c.Class = append(c.Class, -1)
			continue
		}
		c.Class = append(c.Class, t.dice(k))
		c.True += t.dice(k)
		present++
	}
	if present == 0 {
		c.True = c.Union
	} else {
		c.True /= float64(present)
	}
	return c
}
