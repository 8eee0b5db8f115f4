//go:build js && wasm

package main

import (
	"segfault/core/attack"
)

// result is what a prediction or an attack left behind, for drawing.
type result struct {
	size, channels, classes int

	image         []float32 // channels·size·size
	adversarial   []float32 // nil after a prediction
	truth         []uint8   // planes, classes·size·size; nil without
	before, after []float32 // logits, classes·size·size; after is nil after a prediction
}

// reference is what the attacked prediction is compared with: the truth, or else the clean prediction.
func (r *result) reference() []uint8 {
	if r.truth != nil {
		return r.truth
	}
	return attack.Mask(r.before)
}

func predict(e *engine, c *call) (any, error) {
	q, err := e.subject(c)
	if err != nil {
		return nil, err
	}
	m := q.model
	r := &result{size: m.size, channels: m.net.Spec.In, classes: len(m.classes)}
	if r.image, err = q.study.image(q.slice, m); err != nil {
		return nil, err
	}
	if r.before, err = e.logits(c, m, r.image); err != nil {
		return nil, err
	}
	if r.truth, err = q.study.planes(q.slice, m, nil, func() ([]float32, error) { return r.before, nil }); err != nil {
		return nil, err
	}
	return e.noted(c, object{
		"id": e.keep(r), "width": m.size, "height": m.size, "classes": m.classes,
		"logits": r.before, "mask": attack.Mask(r.before), "milliseconds": e.watch.milliseconds(),
	}), nil
}

// logits predicts from a model's input.
func (e *engine) logits(c *call, m *model, image []float32) (logits []float32, err error) {
	err = e.with(c, m, "predict", func(s *attack.Session) error {
		logits, err = s.Predict(c, image)
		return err
	})
	return logits, err
}

// subject reads which slice of which scan a call is about, and which model.
func (e *engine) subject(c *call) (q question, err error) {
	if q.study, err = e.study(c.params); err != nil {
		return q, err
	}
	if q.slice, err = q.study.slice(c.params); err != nil {
		return q, err
	}
	q.model, err = e.model(c)
	return q, err
}
