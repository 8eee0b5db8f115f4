package lab

import (
	"context"
	"errors"
	"slices"

	"segfault/core/attack"
)

// AttackVolumeOptions say how a scan is attacked, whichever slice.
type AttackVolumeOptions struct {
	Model string `json:"model"`
	How
}

// AttackOptions say how a slice is attacked.
type AttackOptions struct {
	AttackVolumeOptions
	Slice int     `json:"slice"`
	Truth []uint8 `json:"truth"` // labels of the slice, instead of the scan's own truth
}

// AttackParams is an attack on a slice of a scan.
type AttackParams struct {
	Scan int `json:"scan"`
	AttackOptions
}

// NewAttack is an attack on a scan that is as in the paper's evaluation.
func NewAttack(scan int) *AttackParams {
	p := &AttackParams{Scan: scan}
	p.How = Paper()
	return p
}

// Attack attacks a slice. The gradient is kept, so that another ε costs one prediction.
func (l *Lab) Attack(ctx context.Context, p *AttackParams) (*Fault, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	q, painted, err := c.asked(p.Scan, &p.AttackOptions)
	if err != nil {
		return nil, err
	}
	r, err := c.fault(&q)
	if err != nil {
		return nil, err
	}
	f := r.fault(q.model.about.Name)
	f.ID, f.Painted, f.Milliseconds, f.Info = l.keep(r), painted, c.milliseconds(), c.noted()
	return f, nil
}

// asked is an attack on one slice as a question, which may be ended early, and what of its masks was painted.
func (c *call) asked(scan int, o *AttackOptions) (q question, painted Painted, err error) {
	c.alone = true
	if q, err = c.question(scan, o.Slice, o.Model); err != nil {
		return q, painted, err
	}
	if err = q.ask(o.How, o.Truth); err != nil {
		return q, painted, err
	}
	painted, err = c.lab.painted(q.subject, q.slice)
	return q, painted, err
}

// fault attacks a slice and measures what came of it.
func (c *call) fault(q *question) (*Result, error) {
	a, p, err := c.posed(q)
	if err != nil {
		return nil, err
	}
	r, err := c.attacked(q, a, p)
	if a.gradient != nil && c.holds && !q.how.Blind() { // also of one that was left
		c.keep(a)
	}
	return r, err
}

// posed is a question as a problem, with what is known of its answer.
func (c *call) posed(q *question) (*answer, attack.Problem, error) {
	a, err := c.known(q)
	if err != nil {
		return nil, attack.Problem{}, err
	}
	p, err := q.subject.Problem(q.slice, q.model.Model, a.image, a.truth, q.how.Method, q.how.On, q.how.Where == InRegion)
	if p.Goal = a.goal; p.Own != nil {
		p.Own.Settle = func(moved []float32) ([]float32, error) {
			if err := q.settle(moved); err != nil {
				return nil, err
			}
			return q.settled.Image, nil
		}
	}
	return a, p, as(BadFile, err)
}

// settle settles moved pixels of the scan, unless they were the last ones already.
func (q *question) settle(moved []float32) (err error) {
	if q.settled == nil || !slices.Equal(q.moved, moved) {
		q.settled, err = q.subject.Settle(q.slice, q.model.Model, q.how.Method, moved)
		q.moved = slices.Clone(moved)
	}
	return err
}

// measured is a result of what an attack did, in numbers, too.
func (q *question) measured(a *answer, f *attack.Fault) (*Result, error) {
	r := q.outcome(a, f)
	if err := r.measure(q, a, f); err != nil {
		return nil, err
	}
	return r, q.own(r, f.Moved)
}

// outcome is a result of what an attack did.
func (q *question) outcome(a *answer, f *attack.Fault) *Result {
	r, shape := q.result(), q.model.Net.Shape()
	r.ended = q.ended
	r.Image, r.Gradient, r.Truth, r.Before = a.image, a.gradient.Values, attack.Foreground(shape, a.truth), a.gradient.Logits
	r.Adversarial, r.After, r.goal = f.Adversarial, f.Logits, attack.Foreground(shape, f.Goal)
	return r
}

// own adds the scan's own pixels, if those were moved.
func (q *question) own(r *Result, moved []float32) error {
	if q.how.On != OnScan {
		return nil
	}
	err := q.settle(moved)
	r.Own = q.settled
	return err
}

// move attacks. A slice of many in which nothing can be swapped is left as it is.
func (c *call) move(q *question, a *answer, p attack.Problem) (*attack.Fault, error) {
	f, err := c.climb(q, a, p)
	if q.whole && errors.Is(err, attack.ErrNothing) {
		return c.leave(q, a, p)
	}
	return f, err
}

// leave leaves the image as it is.
func (c *call) leave(q *question, a *answer, p attack.Problem) (f *attack.Fault, err error) {
	err = c.with(q, "predict", func(s *attack.Session) error {
		a.gradient, f, err = s.Leave(c, p)
		return err
	})
	return f, err
}

// climb takes one step along the gradient, or goes through the loop, which finds it on the way.
func (c *call) climb(q *question, a *answer, p attack.Problem) (f *attack.Fault, err error) {
	if q.how.Single() {
		if err := c.gradient(q, a); err != nil {
			return nil, err
		}
		err = c.with(q, "predict", func(s *attack.Session) error {
			f, err = s.Apply(c, p, a.gradient, q.how.Method)
			return err
		})
		return f, err
	}
	err = c.with(q, "", func(s *attack.Session) error {
		g, found, err := s.Run(c, p, q.how.Method, c.steps(q, a.truth))
		if err == nil {
			a.gradient, f = g, found
		}
		return err
	})
	return f, err
}
