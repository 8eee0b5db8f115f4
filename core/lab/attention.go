package lab

import (
	"context"

	"segfault/core/attack"
)

// AttentionOptions say which class, from 1, and at which stage of the decoder; empty is the last.
type AttentionOptions struct {
	Class int    `json:"class"`
	Stage string `json:"stage"`
}

// AttentionParams is a prediction or an attack.
type AttentionParams struct {
	Of int `json:"of"`
	AttentionOptions
}

// Attention is where a model looks for a class, on its input's grid, from 0 to 1.
type Attention struct {
	Stage  string    `json:"stage"`
	Stages []string  `json:"stages"` // that there are
	Before []float32 `json:"before"`
	After  []float32 `json:"after"` // empty of a prediction
}

// Attention looks for a class by Grad-CAM, in the clean image and in the attacked one.
func (l *Lab) Attention(ctx context.Context, p *AttentionParams) (*Attention, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	r, ok := l.things.Get(p.Of).(*Result)
	if !ok {
		return nil, errGone("looked at")
	}
	q := &r.asked
	a := &Attention{Stage: p.Stage}
	err = c.with(q, "gradient", func(s *attack.Session) (err error) {
		a.Stages = s.Stages()
		if a.Stage == "" && len(a.Stages) > 0 {
			a.Stage = a.Stages[len(a.Stages)-1]
		}
		for _, one := range []struct {
			image []float32
			into  *[]float32
		}{{r.Image, &a.Before}, {r.Adversarial, &a.After}} {
			if one.image == nil {
				continue
			}
			seen, err := s.Attention(c, one.image, p.Class, a.Stage)
			if err != nil {
				return err
			}
			*one.into = seen.Map
		}
		return nil
	})
	return a, err
}
