package attack

import (
	"context"
	"errors"
	"fmt"
)

// together are problems that one change can be made of, each with a reference that stays while the image changes: not those
// in which nothing can be swapped, unless all are.
func (s *Session) together(ctx context.Context, given []Problem, m *Method) (problems []Problem, err error) {
	if len(given) == 0 {
		return nil, fmt.Errorf("attack: a universal change of no images; expected at least one")
	}
	if err := m.even(); err != nil {
		return nil, err
	}
	var none error // why there is no target in the last of those that have none
	for _, p := range given {
		if p.Own != nil {
			return nil, fmt.Errorf("attack: a universal change is one of the model's input; expected no image of a scan's own")
		}
		clean := func() ([]float32, error) { return s.Predict(ctx, p.Image) }
		if !m.Target.Sought() && (p.Truth == nil || m.Target == Prediction) {
			logits, err := clean()
			if err != nil {
				return nil, err
			}
			p.Truth = Mask(s.Network.Shape(), logits)
		}
		if p, err = s.aimed(p, &m.Objective, clean); errors.Is(err, ErrNothing) {
			none = err
			continue
		} else if err != nil {
			return nil, err
		}
		if err := s.check(&p, &m.Objective); err != nil {
			return nil, err
		}
		problems = append(problems, p)
	}
	if len(problems) == 0 {
		return nil, none
	}
	if !m.Target.Sought() {
		m.Target = Truth
	}
	return problems, nil
}
