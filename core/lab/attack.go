package lab

import (
	"context"

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
	c.alone = true
	q, err := c.question(p.Scan, p.Slice, p.Model)
	if err != nil {
		return nil, err
	}
	if err := q.ask(p.How, p.Truth); err != nil {
		return nil, err
	}
	painted, err := l.painted(q.subject, q.slice)
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

// fault attacks a slice and measures what came of it.
func (c *call) fault(q *question) (*Result, error) {
	a, p, err := c.posed(q)
	if err != nil {
		return nil, err
	}
	f, err := c.attacked(q, a, p)
	if a.gradient != nil && c.holds && !q.how.Blind() { // also of one that was left
		c.keep(a)
	}
	if err != nil {
		return nil, err
	}
	return q.measured(a, f)
}

// posed is a question as a problem, with what is known of its answer.
func (c *call) posed(q *question) (*answer, attack.Problem, error) {
	a, err := c.known(q)
	if err != nil {
		return nil, attack.Problem{}, err
	}
	p, err := q.subject.Problem(q.slice, q.model.Model, a.image, a.truth, q.how.Method, q.how.On, q.how.Where == InRegion)
	p.Goal = a.goal
	return a, p, as(BadFile, err)
}

// measured is a result of what an attack did.
func (q *question) measured(a *answer, f *attack.Fault) (r *Result, err error) {
	r = q.result()
	r.ended = q.ended
	if q.how.On == OnScan {
		if r.Own, err = q.subject.Settle(q.slice, q.model.Model, q.how.Method, f.Moved); err != nil {
			return nil, err
		}
	}
	shape := q.model.Net.Shape()
	r.Image, r.Gradient, r.Truth, r.Before = a.image, a.gradient.Values, attack.Foreground(shape, a.truth), a.gradient.Logits
	r.Adversarial, r.After, r.points, r.goal = f.Adversarial, f.Logits, f.Points, attack.Foreground(shape, f.Goal)
	r.metrics, err = attack.Measure(a.image, a.gradient, f, a.truth, shape, r.Height, r.Width)
	return r, err
}

// move takes one step along the gradient, or goes through the loop, which finds it on the way.
func (c *call) move(q *question, a *answer, p attack.Problem) (f *attack.Fault, err error) {
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
		g, found, err := s.Run(c, p, q.how.Method, c.steps(q))
		if err == nil {
			a.gradient, f = g, found
		}
		return err
	})
	return f, err
}
