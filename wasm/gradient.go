//go:build js && wasm

package main

import (
	"bytes"
	"slices"

	"segfault/core/attack"
)

// question is what a gradient answers: this attack, of this model, on this slice, with this truth.
type question struct {
	study  *study
	slice  int
	model  *model
	attack attack.Attack
	labels []uint8 // labels of this call only, instead of the study's truth
}

// equal says whether two questions have the same answer; ε, the scheme and sharing only matter afterwards.
func (q question) equal(o question) bool {
	return q.study == o.study && q.slice == o.slice && q.model == o.model && bytes.Equal(q.labels, o.labels) &&
		q.attack.Loss == o.attack.Loss && q.attack.Swapped == o.attack.Swapped && q.attack.Label == o.attack.Label
}

// answer is a gradient, with what came along the way.
type answer struct {
	question
	image    []float32 // the model's input, normalised
	truth    []uint8   // planes on the model's grid; nil without a truth
	gradient *attack.Gradient
}

// gradients keeps the last answers, so that a dial for ε costs no gradient, and going back to another loss neither.
type gradients []*answer

const keptGradients = 8

// drop forgets what was computed for a study.
func (g *gradients) drop(s *study) {
	*g = slices.DeleteFunc(*g, func(a *answer) bool { return a.study == s })
}

// gradient answers a question, from memory if it was asked before.
func (e *engine) gradient(c *call, q question) (*answer, error) {
	for _, known := range e.gradients {
		if known.equal(q) {
			return known, nil
		}
	}
	a := &answer{question: q}
	var err error
	if a.image, err = q.study.image(q.slice, q.model); err != nil {
		return nil, err
	}
	a.truth, err = q.study.planes(q.slice, q.model, q.labels, func() ([]float32, error) { return e.logits(c, q.model, a.image) })
	if err != nil {
		return nil, err
	}
	err = e.with(c, q.model, "gradient", func(s *attack.Session) error {
		a.gradient, err = s.Gradient(c, a.image, floats(a.truth), q.attack)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(e.gradients) >= keptGradients {
		e.gradients = e.gradients[1:]
	}
	e.gradients = append(e.gradients, a)
	return a, nil
}

// floats makes a target of planes; nil of nil.
func floats(planes []uint8) []float32 {
	if planes == nil {
		return nil
	}
	f := make([]float32, len(planes))
	for i, v := range planes {
		f[i] = float32(v)
	}
	return f
}
