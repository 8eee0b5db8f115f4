package lab

import (
	"context"

	"segfault/core/attack"
)

// Control is what stands beside an attack on a slice, so that it can be judged: another change of the same size, measured alike.
type Control struct {
	Method  string  `json:"method"`
	Title   string  `json:"title"`
	Metrics Metrics `json:"metrics"`
}

// controls are the methods that stand beside every attack. Noise shows what any change of the size does. Square asks for no
// gradient: where it finds more than the attack did, the gradient is hidden, and the attack says little.
var controls = []struct {
	method, title string
	steps         int // 0 is the method's own
}{
	{attack.Noise, "As much noise", 0},
	{attack.Square, "Without gradients", 200},
}

// Controls computes what stands beside an attack on a slice: with its ε, norm, label, pixels, region and defence. A control has none of its kind
// beside it, and beside an attack in L2 there is no Square, which knows the maximum norm alone.
func (l *Lab) Controls(ctx context.Context, p *AttackParams) ([]Control, error) {
	var told []Control
	for _, c := range controls {
		if c.method == p.Name || c.method == attack.Square && p.Norm == attack.L2 {
			continue
		}
		q := *p
		q.How = How{Gradient: p.Gradient, On: p.On, Where: p.Where, Defence: p.Defence}
		if err := q.Take(c.method); err != nil {
			return nil, err
		}
		q.Epsilon, q.Norm, q.Target, q.Class = p.Epsilon, p.Norm, p.Target, p.Class
		if c.steps > 0 {
			q.Steps = c.steps
		}
		f, err := l.Attack(ctx, &q)
		if err != nil {
			return nil, err
		}
		if _, err := l.Release(ctx, &ReleaseParams{[]int{f.ID}}); err != nil {
			return nil, err
		}
		f.Metrics.Steps = []attack.Point{} // a control's way tells nothing
		told = append(told, Control{c.method, c.title, f.Metrics})
	}
	return told, nil
}
