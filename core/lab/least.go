package lab

import (
	"context"
	"fmt"

	"segfault/core/attack"
)

// LeastOptions say what the smallest ε is looked for of: an attack, whose ε is the largest that is tried.
type LeastOptions struct {
	AttackOptions
	Tries int `json:"tries"` // at most
}

// LeastParams is an attack on a slice of a scan.
type LeastParams struct {
	Scan int `json:"scan"`
	LeastOptions
}

// NewLeast is the search of a method's smallest ε.
func NewLeast(scan int) *LeastParams {
	p := &LeastParams{Scan: scan}
	p.How, p.Tries = Paper(), 8
	return p
}

// LeastFault is the smallest ε that succeeds, and what it does.
type LeastFault struct {
	Found   bool           `json:"found"` // else the largest ε does not succeed either, and is what is told
	Epsilon float64        `json:"epsilon"`
	Own     *float64       `json:"own"` // the same in the scan's own units; nil where the model's input is attacked
	Curve   []attack.Tried `json:"curve"`
	Fault   Fault          `json:"fault"`
}

// Least looks for the smallest ε at which an attack on a slice succeeds, by the ending that an attack of that ε would be told to have.
func (l *Lab) Least(ctx context.Context, p *LeastParams) (*LeastFault, error) {
	if p.Tries < 1 || p.Tries > 30 {
		return nil, fmt.Errorf("segfault: %d tries; expected 1 to 30", p.Tries)
	}
	if p.Stop != 0 {
		return nil, fmt.Errorf("segfault: the search of the smallest ε takes no stop; leave it out")
	}
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	q, painted, err := c.asked(p.Scan, &p.AttackOptions)
	if err != nil {
		return nil, err
	}
	a, problem, err := c.posed(&q)
	if err != nil {
		return nil, err
	}
	if problem.Own != nil {
		problem.Own.Within = func(epsilon float32) { q.how.Epsilon, q.settled = epsilon, nil }
	}
	height, width := q.subject.InputSize(q.model.Model)
	method := q.how.Method
	var least *attack.Least
	err = c.with(&q, "", func(s *attack.Session) (err error) {
		least, err = s.Least(c, problem, method, p.Tries, func(g *attack.Gradient, f *attack.Fault) bool {
			m, err := attack.Measure(a.image, g, f, a.truth, q.model.Net.Shape(), height, width)
			return err == nil && m.Success
		}, c.steps(&q, a.truth), func(done, all int) { c.progress("try", done, all) })
		return err
	})
	if err != nil {
		return nil, err
	}
	if method.Epsilon > 0 {
		q.how.Step *= least.Epsilon / method.Epsilon
	}
	if !least.Cut {
		q.how.Stop = 0
	}
	q.how.Epsilon, a.gradient, q.settled = least.Epsilon, least.Gradient, nil // which was settled within another ε
	r, err := q.measured(a, least.Fault)
	if err != nil {
		return nil, err
	}
	f := r.fault(q.model.about.Name)
	f.ID, f.Painted, f.Milliseconds, f.Info = l.keep(r), painted, c.milliseconds(), c.noted()
	told := &LeastFault{Found: least.Found, Epsilon: Shortest(least.Epsilon), Curve: least.Curve, Fault: *f}
	if f.Scan != nil {
		told.Own = &f.Scan.Epsilon
	}
	return told, nil
}
