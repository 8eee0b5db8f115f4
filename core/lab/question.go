package lab

import (
	"bytes"
	"fmt"
	"slices"

	"segfault/core/attack"
	"segfault/core/scan"
)

// question is what a gradient answers: this attack, of this model, on this slice, with this truth.
type question struct {
	subject *Subject
	version int // of the subject's masks
	slice   int
	model   *model
	how     How
	labels  []uint8 // labels of this call only, instead of the scan's truth
	ended   *CutShort
	whole   bool // it is one of many, such as of a volume, which has radiology's measures as a whole

	settled *Own      // what became of the scan's pixels when they were last
	moved   []float32 // to these
}

// question is which slice of which scan a call is about, and which model.
func (c *call) question(scan, slice int, model string) (q question, err error) {
	if q.subject, err = c.subject(scan); err != nil {
		return q, err
	}
	q.slice = slice
	if err = q.subject.CheckSlice(slice); err != nil {
		return q, err
	}
	q.model, err = c.model(model)
	q.version = q.subject.version
	return q, err
}

// ask adds how to attack.
func (q *question) ask(how How, labels []uint8) error {
	s := q.subject.Scan
	if want := s.Width * s.Height; labels != nil && len(labels) != want {
		return fmt.Errorf("segfault: the truth has %d labels, but the slice has %d×%d pixels", len(labels), s.Width, s.Height)
	}
	q.how, q.labels = how, labels
	if err := q.how.settle(q.subject, labels != nil); err != nil {
		return err
	}
	if classes := len(q.model.Classes); q.how.Class > classes {
		return fmt.Errorf("segfault: class %d; the model has %d, counted from 1", q.how.Class, classes)
	}
	var err error
	q.model, err = q.model.behind(how.Defence)
	return err
}

// equal says whether two questions have the same answer; what the steps are, the ground and the region only matter afterwards.
func (q *question) equal(o *question) bool {
	return q.subject.Scan == o.subject.Scan && q.version == o.version && q.slice == o.slice && q.model == o.model && bytes.Equal(q.labels, o.labels) &&
		q.how.Objective == o.how.Objective
}

// labelled is the scan with the call's own labels as the truth of its only slice.
func (q *question) labelled() *Subject {
	mask := &scan.Mask{Width: q.subject.Scan.Width, Height: q.subject.Scan.Height, Slices: 1, Layers: [][]uint8{q.labels}}
	return &Subject{Scan: q.subject.Scan, Truth: mask}
}

// answer is a gradient at the clean image, with what came along the way.
type answer struct {
	question
	image    []float32 // the model's input, normalised
	truth    []uint8   // planes on the model's grid; nil without a truth
	goal     []uint8   // the same of a painted target
	gradient *attack.Gradient
}

// problem is what an attack is about, but for the ground.
func (a *answer) problem() attack.Problem {
	return attack.Problem{Image: a.image, Truth: a.truth, Goal: a.goal}
}

// gradients keeps the last answers, so that a dial for ε costs no gradient, and going back to another loss neither.
type gradients []*answer

// keptGradients bounds their memory, in values of four bytes: a comparison of eight models by eight losses stays.
const keptGradients = 16 << 20

// values is how many an answer holds.
func (a *answer) values() int {
	return len(a.image) + len(a.gradient.Logits) + len(a.gradient.Values) + len(a.truth)/4 + len(a.goal)/4
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
func (g *gradients) drop(s *Subject) {
	*g = slices.DeleteFunc(*g, func(a *answer) bool { return a.subject.Scan == s.Scan })
}

// find is the answer to a question that was asked before; nil where there is none.
func (g gradients) find(q *question) *answer {
	for _, known := range g {
		if known.equal(q) {
			return known
		}
	}
	return nil
}

// known is the answer to a question that was asked before, or a new one without a gradient, as a method that asks for none always has.
func (c *call) known(q *question) (*answer, error) {
	if a := c.lab.gradients.find(q); a != nil && !q.how.Blind() {
		return a, nil
	}
	a := &answer{question: *q}
	var err error
	if a.image, err = q.subject.Image(q.slice, q.model.Model); err != nil {
		return nil, as(BadFile, err)
	}
	subject, slice := q.subject, q.slice
	if q.labels != nil {
		subject, slice = q.labelled(), 0
	}
	a.truth, err = subject.Planes(slice, q.model.Model, func() ([]float32, error) { return c.logits(q, a.image) })
	if err == nil && q.how.Target == attack.Painted {
		a.goal, err = q.subject.Goal(q.slice, q.model.Model, q.how.Class)
	}
	return a, as(BadFile, err)
}

// gradient answers a question, unless it was answered before.
func (c *call) gradient(q *question, a *answer) error {
	if a.gradient != nil {
		return nil
	}
	return c.with(q, "gradient", func(s *attack.Session) error {
		g, err := s.Gradient(c, a.problem(), q.how.Objective)
		if err == nil {
			a.gradient = g
		}
		return err
	})
}

// keep keeps an answer, unless others have changed the truth meanwhile or found it, too.
func (c *call) keep(a *answer) {
	if a.subject.version == a.version && c.lab.gradients.find(&a.question) == nil {
		c.lab.gradients.add(a)
	}
}

// logits predicts from a model's input.
func (c *call) logits(q *question, image []float32) (logits []float32, err error) {
	err = c.with(q, "predict", func(s *attack.Session) error {
		logits, err = s.Predict(c, image)
		return err
	})
	return logits, err
}
