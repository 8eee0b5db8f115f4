package attack

import "context"

// Least is the smallest change by which a method succeeds.
type Least struct {
	Found   bool    // within the method's ε
	Epsilon float32 // the smallest that succeeded, else the largest that was tried
	*Gradient
	*Fault
	Curve []Tried // by ε, the clean image first
	Cut   bool    // the fault is of a run that was ended before its last step
}

// Tried is an ε, and what a method did with it.
type Tried struct {
	Epsilon float32 `json:"epsilon"`
	Point
	Success bool `json:"success"`
}

// Least looks for the smallest ε, up to the method's own, by bisection until it is known to a twentieth or tries attacks were made. A larger
// ε nearly always does more, but no attack is sure to find what a weaker one did: what is found is an upper bound. success says of the
// clean image and an attacked one whether that is what is looked for; each is as of Run, and ends the search with what is known; progress is
// of attacks.
func (s *Session) Least(ctx context.Context, p Problem, m Method, tries int, success func(*Gradient, *Fault) bool, each func(*Step) bool, progress func(done, all int)) (*Least, error) {
	l, enough := &Least{}, false
	step := func(s *Step) bool {
		enough = each != nil && !each(s)
		return !enough
	}
	low, high := float32(0), m.Epsilon
	for i := range tries {
		at := m
		if at.Epsilon = high; i > 0 {
			at.Epsilon = (low + high) / 2
		}
		if m.Epsilon > 0 {
			at.Step = m.Step * at.Epsilon / m.Epsilon
		}
		if p.Own != nil && p.Own.Within != nil {
			p.Own.Within(at.Epsilon)
		}
		g, f, err := s.Run(ctx, p, at, step)
		if err != nil {
			return nil, err
		}
		if p.Goal = f.Goal; i == 0 {
			start, err := s.Reach(ctx, p, m.Objective, g.Logits, g.Logits)
			if err != nil {
				return nil, err
			}
			clean := &Fault{Moved: p.moved(), Adversarial: p.Image, Logits: g.Logits, Goal: p.Goal, Reached: start}
			done := success(g, clean)
			if l.add(Tried{0, start, done}); done { // which needs no change
				l.Found, l.Gradient, l.Fault = true, g, clean
				break
			}
		}
		reached, err := s.Reach(ctx, p, m.Objective, g.Logits, f.Logits)
		if err != nil {
			return nil, err
		}
		done := success(g, f)
		l.add(Tried{at.Epsilon, reached, done})
		if i == 0 || done {
			l.Epsilon, l.Gradient, l.Fault, l.Cut = at.Epsilon, g, f, enough
		}
		if progress != nil {
			progress(i+1, tries)
		}
		if l.Found = l.Found || done; !l.Found || enough {
			break
		}
		if done {
			high = at.Epsilon
		} else {
			low = at.Epsilon
		}
		if high-low <= high/20 {
			break
		}
	}
	return l, nil
}

// add puts an ε among the others, smaller ones before it.
func (l *Least) add(t Tried) {
	at := len(l.Curve)
	l.Curve = append(l.Curve, t)
	for ; at > 0 && l.Curve[at-1].Epsilon > t.Epsilon; at-- {
		l.Curve[at-1], l.Curve[at] = l.Curve[at], l.Curve[at-1]
	}
}
