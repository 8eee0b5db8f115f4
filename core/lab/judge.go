package lab

import (
	"context"
	"errors"

	"segfault/core/attack"
	"segfault/core/report"
)

// JudgeParams is an attack on a slice.
type JudgeParams struct {
	Of int `json:"of"`
}

// Judged is how an attack compares with others of its slice.
type Judged struct{ report.Judged }

// parts are the ε, as parts of an attack's own, at which it is tried.
var parts = []float32{0, 0.25, 0.5, 1, 2}

// Judge tries an attack on a slice with less and more ε, and puts beside it as much noise and an attack without gradients.
func (l *Lab) Judge(ctx context.Context, p *JudgeParams) (*Judged, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	r, ok := l.things.Get(p.Of).(*Result)
	if !ok {
		return nil, errGone("judged")
	}
	if r.Adversarial == nil {
		return nil, errors.New("segfault: this is a prediction, which is no attack to judge; attack the slice")
	}
	c.hold(r.Subject)
	at := progress{c, 0, 2*(len(parts)-1) - 1 + len(beside(&r.How, true))}
	told := &Judged{report.Judged{Slice: r.Slice, Sought: r.metrics.Target != nil, Controls: []report.Control{}}}
	for _, part := range parts {
		how := r.How
		how.Epsilon, how.Step, how.Stop = part*how.Epsilon, part*how.Step, 0
		if tried := how; tried.settle(r.Subject, true) != nil && part != 1 {
			continue // more than there is, or less than the norm can mean
		}
		point := report.Point{Epsilon: Shortest(how.Epsilon)}
		if point.Attack, point.Noise, err = at.point(r, how, part); err != nil {
			return nil, err
		}
		told.Curve = append(told.Curve, point)
	}
	attacked := r.metrics.told()
	for _, one := range beside(&r.How, true) {
		how, err := one.as(r.How, r.asked.values())
		if err != nil {
			return nil, err
		}
		left, err := at.next(r, how)
		if err != nil {
			return nil, err
		}
		told.Controls = append(told.Controls, report.Control{Title: one.title, Meaning: one.meaning(attacked, left, told.Sought), Left: left})
	}
	return told, nil
}

// progress counts the attacks of a call.
type progress struct {
	*call
	done, all int
}

// next attacks a result's slice otherwise, and tells what is left.
func (p *progress) next(r *Result, h How) (left report.Left, err error) {
	p.call.progress("sweep", p.done, p.all)
	p.quiet = func() bool { return true }
	defer func() { p.quiet = nil }()
	other, err := p.again(r, h)
	if err != nil {
		return left, err
	}
	p.done++
	return other.metrics.told(), nil
}

// point is what an attack of a part of a result's ε leaves, and noise of its size.
func (p *progress) point(r *Result, how How, part float32) (attacked, noise report.Left, err error) {
	if how.Epsilon == 0 {
		return r.untouched(), r.untouched(), nil
	}
	if attacked = r.metrics.told(); part != 1 {
		if attacked, err = p.next(r, how); err != nil {
			return attacked, noise, err
		}
	}
	if how, err = controls[0].as(how, r.asked.values()); err == nil {
		noise, err = p.next(r, how)
	}
	return attacked, noise, err
}

// untouched is what the clean prediction has; where that itself is the reference, 1.
func (r *Result) untouched() report.Left {
	m := &r.metrics
	switch {
	case m.Target != nil:
		return report.Left{Dice: m.Target.Before}
	case m.Reference == attack.Prediction && m.Dice.Union.After != nil:
		whole := 1.0
		return report.Left{Dice: &whole, True: &whole}
	}
	return report.Left{Dice: m.Dice.Union.Before, True: m.Dice.True.Before}
}
