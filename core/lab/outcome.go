package lab

import (
	"errors"

	"segfault/core/attack"
)

// Outcome is what a change made elsewhere does to what a model finds.
type Outcome struct {
	Union  attack.Pair   `json:"union"` // Dice of all classes together
	True   attack.Pair   `json:"true"`  // of the reference's own classes
	Ending attack.Ending `json:"ending"`
}

// judged is what a question's model makes of an image in place of the slice, as it is told of any attack.
func (c *call) judged(q *question, a *answer, image []float32) (o Outcome, err error) {
	var masks [2][]uint8
	var goal []uint8 // what the model was to find; nil where it was not to find anything
	shape := q.model.Net.Shape()
	err = c.with(q, "", func(s *attack.Session) error {
		for i, x := range [][]float32{a.image, image} {
			logits, err := s.Predict(c, x)
			if err != nil {
				return err
			}
			masks[i] = attack.Mask(shape, logits)
		}
		p, err := s.Aimed(c, a.problem(), q.how.Objective)
		if goal = p.Goal; errors.Is(err, attack.ErrNothing) { // a slice that is left as it is
			return nil
		}
		return err
	})
	if err != nil {
		return o, err
	}
	reference, truth := attack.Truth, a.truth
	if truth == nil {
		reference, truth = attack.Prediction, masks[0]
	}
	before, after := attack.Compare(shape, masks[0], truth), attack.Compare(shape, masks[1], truth)
	scores := attack.Score(reference, before, after)
	o = Outcome{scores.Union, scores.True, attack.End(before, after)}
	if goal != nil {
		o.Ending = attack.Near(attack.Compare(shape, masks[1], goal).Exact)
	}
	return o, nil
}
