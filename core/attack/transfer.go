package attack

import (
	"context"

	"segfault/core/metrics"
)

// Transfer is what one model makes of an image that was crafted on another.
type Transfer struct {
	Crafted, Judged int // of the sessions
	Before, After   metrics.Overlap
	Ending          Ending
}

// Transfers crafts an attack on each model and judges it on all of them, crafting model by crafting model. The models take images
// of one size, and have one reference: the truth, or each its own clean prediction.
func Transfers(ctx context.Context, sessions []*Session, p Problem, m Method, each func(Transfer) error) error {
	clean := make([][]uint8, len(sessions))
	for i, s := range sessions {
		logits, err := s.Predict(ctx, p.Image)
		if err != nil {
			return err
		}
		clean[i] = Mask(s.Network.Shape(), logits)
	}
	for i, s := range sessions {
		_, f, err := s.Run(ctx, p, m, nil)
		if err != nil {
			return err
		}
		for j, judge := range sessions {
			logits, err := judge.Predict(ctx, f.Adversarial)
			if err != nil {
				return err
			}
			reference, shape := p.Truth, judge.Network.Shape()
			if reference == nil {
				reference = clean[j]
			}
			t := Transfer{Crafted: i, Judged: j, Before: Compare(shape, clean[j], reference), After: Compare(shape, Mask(shape, logits), reference)}
			t.Ending = End(t.Before, t.After)
			if err := each(t); err != nil {
				return err
			}
		}
	}
	return nil
}
