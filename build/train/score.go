package train

import (
	"context"

	"segfault/core"
	"segfault/core/net"
)

// Scores are Dice coefficients of a network on slices, an image at a time: the
// union of the channels, thresholded at 0.5, against the mask.
type Scores struct {
	Mean  float64
	Each  []float64 // of every item
	Items []Item
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
	s := Scores{Items: items}
	for _, item := range items {
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
		d := unionDice(logits, item.Mask)
		s.Each = append(s.Each, d)
		s.Mean += d / float64(len(items))
	}
	return s, nil
}

// unionDice is 2|P∩T|/(|P|+|T|) with P where any channel's logit is positive.
func unionDice(logits []float32, mask []uint8) float64 {
	pixels := len(mask)
	both, sum := 0, 0
	for i, t := range mask {
		p := false
		for at := i; at < len(logits); at += pixels {
			p = p || logits[at] > 0
		}
		if p {
			sum++
		}
		if t > 0 {
			sum++
			if p {
				both++
			}
		}
	}
	if sum == 0 {
		return 1
	}
	return 2 * float64(both) / float64(sum)
}
