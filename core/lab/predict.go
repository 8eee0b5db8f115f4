package lab

import (
	"context"

	"segfault/core/attack"
)

// PredictOptions say what is predicted.
type PredictOptions struct {
	Model string `json:"model"`
	Slice int    `json:"slice"`
}

// PredictParams is a slice of a scan.
type PredictParams struct {
	Scan int `json:"scan"`
	PredictOptions
}

// Clean is a slice's prediction.
type Clean struct {
	ID      int      `json:"id"`
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	Classes []string `json:"classes"`
	Prediction
	Milliseconds Milliseconds `json:"milliseconds"`
	Info         *Info        `json:"info,omitempty"`
}

// Predict segments a slice.
func (l *Lab) Predict(ctx context.Context, p *PredictParams) (*Clean, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	q, err := c.question(p.Scan, p.Slice, p.Model)
	if err != nil {
		return nil, err
	}
	r := q.result()
	if r.Image, err = q.subject.Image(q.slice, q.model.Model); err != nil {
		return nil, as(BadFile, err)
	}
	if r.Before, err = c.logits(&q, r.Image); err != nil {
		return nil, err
	}
	truth, err := q.subject.Planes(q.slice, q.model.Model, func() ([]float32, error) { return r.Before, nil })
	if err != nil {
		return nil, as(BadFile, err)
	}
	r.Truth = attack.Foreground(q.model.Net.Shape(), truth)
	return &Clean{
		ID: l.keep(r), Width: r.Width, Height: r.Height, Classes: q.model.Classes,
		Prediction: r.predicted(r.Before), Milliseconds: c.milliseconds(), Info: c.noted(),
	}, nil
}
