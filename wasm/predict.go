//go:build js && wasm

package main

import (
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/scan"
)

// result is what a prediction or an attack left behind, for drawing and saving.
type result struct {
	question
	normalisation                    scan.Normalisation
	height, width, channels, classes int

	image         []float32      // channels·size·size
	adversarial   []float32      // nil after a prediction
	gradient      []float32      // d loss / d image; nil after a prediction
	truth         []uint8        // planes, classes·height·width; nil without
	before, after []float32      // logits, classes·height·width; after is nil after a prediction
	points        []attack.Point // of an iteration
	own           *lab.Own       // nil where not the scan's own pixels were attacked
}

// reference is what the attacked prediction is compared with: the truth, or else the clean prediction.
func (r *result) reference() []uint8 {
	if r.truth != nil {
		return r.truth
	}
	return attack.Mask(r.before)
}

// newResult is a result for a question, with nothing in it yet.
func (q question) newResult() *result {
	r := &result{question: q, normalisation: q.model.Normalisation, channels: q.model.Net.Shape().In, classes: len(q.model.Classes)}
	r.height, r.width = q.subject.InputSize(q.model.Model)
	return r
}

// predict segments a slice.
func predict(e *engine, c *call) (any, error) {
	q, err := e.question(c)
	if err != nil {
		return nil, err
	}
	r := q.newResult()
	if r.image, err = q.subject.Image(q.slice, q.model.Model); err != nil {
		return nil, err
	}
	if r.before, err = e.logits(c, q, r.image); err != nil {
		return nil, err
	}
	r.truth, err = q.subject.Planes(q.slice, q.model.Model, func() ([]float32, error) { return r.before, nil })
	if err != nil {
		return nil, err
	}
	return e.noted(c, object{
		"id": e.things.KeepResult(r), "width": r.width, "height": r.height, "classes": q.model.Classes,
		"logits": r.before, "mask": attack.Mask(r.before), "milliseconds": e.watch.milliseconds(),
	}), nil
}

// logits predicts from a model's input.
func (e *engine) logits(c *call, q question, image []float32) (logits []float32, err error) {
	err = e.with(c, q, "predict", func(s *attack.Session) error {
		logits, err = s.Predict(c, image)
		return err
	})
	return logits, err
}

// question reads which slice of which scan a call is about, and which model.
func (e *engine) question(c *call) (q question, err error) {
	if q.subject, err = e.subject(c.params); err != nil {
		return q, err
	}
	if q.slice, err = c.params.index("slice"); err != nil {
		return q, err
	}
	if err = q.subject.CheckSlice(q.slice); err != nil {
		return q, err
	}
	q.model, err = e.model(c)
	return q, err
}
