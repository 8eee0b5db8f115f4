//go:build js && wasm

package main

import (
	"bytes"
	"slices"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/scan"
)

// question is what a gradient answers: this attack, of this model, on this slice, with this truth.
type question struct {
	subject *lab.Subject
	slice   int
	model   *model
	method  attack.Method
	ground  lab.Ground
	labels  []uint8 // labels of this call only, instead of the scan's truth
	inside  bool    // only the scan's region of interest is attacked
}

// equal says whether two questions have the same answer; what the steps are, the ground and the region only matter afterwards.
func (q question) equal(o question) bool {
	return q.subject == o.subject && q.slice == o.slice && q.model == o.model && bytes.Equal(q.labels, o.labels) &&
		q.method.Objective == o.method.Objective
}

// answer is a gradient at the clean image, with what came along the way.
type answer struct {
	question
	image    []float32 // the model's input, normalised
	truth    []uint8   // planes on the model's grid; nil without a truth
	gradient *attack.Gradient
}

// problem is what an attack is about, but for the ground.
func (a *answer) problem() attack.Problem { return attack.Problem{Image: a.image, Truth: a.truth} }

// gradients keeps the last answers, so that a dial for ε costs no gradient, and going back to another loss neither.
type gradients []*answer

// keptGradients bounds their memory, in values of four bytes: a comparison of eight models by eight losses stays.
const keptGradients = 16 << 20

// values is how many an answer holds.
func (a *answer) values() int {
	return len(a.image) + len(a.gradient.Logits) + len(a.gradient.Values) + len(a.truth)/4
}

// add keeps an answer in place of the oldest ones.
func (g *gradients) add(a *answer) {
	*g = append(*g, a)
	total := 0
	for i := len(*g) - 1; i >= 0; i-- {
		if total += (*g)[i].values(); total > keptGradients && i < len(*g)-1 {
			*g = slices.Delete(*g, 0, i+1)
			return
		}
	}
}

// drop forgets what was computed for a scan.
func (g *gradients) drop(s *lab.Subject) {
	*g = slices.DeleteFunc(*g, func(a *answer) bool { return a.subject == s })
}

// known is the answer to a question that was asked before, or a new one without a gradient.
func (e *engine) known(c *call, q question) (*answer, error) {
	for _, known := range e.gradients {
		if known.equal(q) {
			return known, nil
		}
	}
	a := &answer{question: q}
	var err error
	if a.image, err = q.subject.Image(q.slice, q.model.Model); err != nil {
		return nil, err
	}
	subject, slice := q.subject, q.slice
	if q.labels != nil {
		subject, slice = q.labelled(), 0
	}
	a.truth, err = subject.Planes(slice, q.model.Model, func() ([]float32, error) { return e.logits(c, q, a.image) })
	return a, err
}

// gradient answers a question, unless it was answered before.
func (e *engine) gradient(c *call, q question, a *answer) error {
	if a.gradient != nil {
		return nil
	}
	err := e.with(c, q, "gradient", func(s *attack.Session) (err error) {
		a.gradient, err = s.Gradient(c, a.problem(), q.method.Objective)
		return err
	})
	if err == nil {
		e.gradients.add(a)
	}
	return err
}

// labelled is the scan with the call's own labels as the truth of its only slice.
func (q question) labelled() *lab.Subject {
	mask := &scan.Mask{Width: q.subject.Scan.Width, Height: q.subject.Scan.Height, Slices: 1, Layers: [][]uint8{q.labels}}
	return &lab.Subject{Scan: q.subject.Scan, Truth: mask}
}
