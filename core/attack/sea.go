package attack

import "segfault/core"

// sea is the segmentation ensemble attack of Croce et al. 2024: APGD on three losses (section 3.2), each with 2ε, 1.5ε and ε for 30, 30
// and 40 % of the steps (section 3.3), and of all images of ε that which is worst for the model (section 3.4).
//
// Theirs is worst by the accuracy of pixels; nearly all pixels of a scan are background, so here it is by Dice. As in their code each part
// begins at the worst image of the one before it. Their code lets APGD's steps follow the cross-entropy whichever loss is climbed; as in
// the paper, they follow that loss here.
func sea(r *ascent, m *Method, from []float32, _ int) (worst *Fault, err error) {
	parts := []struct{ radius, share float32 }{{2, 0.3}, {1.5, 0.3}, {1, 0.4}}
	entropy := core.BCE
	if r.Network.Shape().Background() == 1 {
		entropy = core.CE
	}
	for _, o := range []struct {
		core.Loss
		Weight
	}{{core.JS, Even}, {entropy, Right}, {entropy, Balanced}} {
		part := *m
		part.Loss, part.Weight, part.Step = o.Loss, o.Weight, 0
		at, left := &Fault{Moved: from}, m.Steps
		var points []Point
		for i, p := range parts {
			part.Steps = min(int(p.share*float32(m.Steps)+0.5), left-1) // one at least is taken within the method's own budget
			if i == len(parts)-1 {
				part.Steps = left
			}
			if left -= part.Steps; part.Steps == 0 {
				continue
			}
			part.Epsilon = p.radius * m.Epsilon
			begin, err := r.project(&part, at.Moved)
			if err != nil {
				return nil, err
			}
			if at, err = r.climb(&part, begin, 0); err != nil {
				return nil, err
			}
			if r.enough && part.Epsilon > m.Epsilon {
				if at, err = r.shrunk(m, at); err != nil {
					return nil, err
				}
			}
			points = append(points, at.Points[min(len(points), 1):]...) // a part begins where the one before it ended
			if r.enough {
				break
			}
		}
		at.Points = points
		if worst == nil || m.better(at.Reached, worst.Reached) {
			worst = at
		}
		if r.enough {
			break
		}
	}
	worst.Reached, err = r.reached(m, worst.Logits)
	return worst, err
}

// shrunk is what was reached with a wider budget, within the method's own.
func (r *ascent) shrunk(m *Method, at *Fault) (*Fault, error) {
	within, err := r.project(m, at.Moved)
	if err != nil {
		return nil, err
	}
	f, err := r.settle(r.ctx, r.problem, within)
	if err != nil {
		return nil, err
	}
	f.Points = at.Points
	f.Reached, err = r.reached(m, f.Logits)
	return f, err
}
