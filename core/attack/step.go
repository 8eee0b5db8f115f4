package attack

import (
	"context"
	"maps"

	"segfault/core"
)

// Apply takes a method's one step along the gradient of the clean image, and predicts again: all that a change of ε costs.
func (s *Session) Apply(ctx context.Context, p Problem, g *Gradient, m Method) (*Fault, error) {
	if err := s.checkBoth(&p, &m); err != nil {
		return nil, err
	}
	p, err := s.aimed(p, &m.Objective, func() ([]float32, error) { return g.Logits, nil })
	if err != nil {
		return nil, err
	}
	in := s.limits(&p, &m)
	in["image"], in["gradient"] = p.moved(), g.Values
	moved := make([]float32, len(p.moved()))
	f := &Fault{Moved: moved, Adversarial: moved, Goal: p.Goal}
	outputs := values{"adversarial": moved}
	if p.Own != nil {
		maps.Copy(in, p.Own.Inputs)
	} else {
		f.Logits = make([]float32, len(g.Logits))
		outputs["after"] = f.Logits
	}
	k := s.key("apply", &p, &m)
	k.Objective = Objective{}
	err = s.run(ctx, k, func(*memory) *core.Plan {
		at, seen := s.moment(&p)
		at.gradient = s.input("gradient")
		if p.Own != nil { // the adjoint of what lies between
			at.gradient = core.Grad(core.Total(core.Mul(seen, at.gradient)), at.image)[0]
		}
		return core.Compile(s.after(&p, core.Outputs{}, m.move(&at)))
	}, in, outputs)
	if err != nil || p.Own == nil {
		return f, err
	}
	goal := f.Goal
	if f, err = s.settle(ctx, &p, moved); err == nil {
		f.Goal = goal
	}
	return f, err
}

// once is Gradient and Apply in one plan, of the network's input.
func (s *Session) once(ctx context.Context, p *Problem, m *Method) (*Gradient, *Fault, error) {
	g, outputs := s.slope()
	moved := make([]float32, len(p.Image))
	f := &Fault{Moved: moved, Adversarial: moved, Logits: make([]float32, len(g.Logits))}
	outputs["adversarial"], outputs["after"] = f.Adversarial, f.Logits
	in := s.limits(p, m)
	maps.Copy(in, p.inputs(s.Network.Shape(), &m.Objective))
	err := s.run(ctx, s.key("once", p, m), func(*memory) *core.Plan {
		at, _ := s.moment(p)
		outputs := s.gradient(at.image, &m.Objective)
		at.gradient = outputs["gradient"]
		return core.Compile(s.after(p, outputs, m.move(&at)))
	}, in, outputs)
	g.Loss = outputs["loss"][0]
	return g, f, err
}

// key names a program of a problem and a method.
func (s *Session) key(part string, p *Problem, m *Method) key {
	k := key{part: part, Shape: m.Shape, region: p.Inside != nil, truth: p.Truth != nil}
	k.Objective = m.Objective.program()
	if p.Own != nil {
		k.view = p.Own.View
	}
	return k
}

// program is what of an objective its program depends on.
func (o Objective) program() Objective {
	if o.Class = 0; o.Target.Sought() {
		o.Target = Painted
	}
	return o
}

// moment is a first one, without its gradient, and what the network sees of its image.
func (s *Session) moment(p *Problem) (at moment, seen *core.Node) {
	at.image = s.input("image")
	seen = at.image
	if p.Own != nil {
		height, width := p.Own.View.Size()
		at.image = core.NewInput("image", 1, 1, height, width)
		seen = p.Own.View.See(at.image)
	}
	at.origin, at.step, at.epsilon = at.image, core.NewInput("step", 1), core.NewInput("epsilon", 1)
	if p.Inside != nil {
		at.inside = core.NewInput("region", 1, 1, at.image.Shape[2], at.image.Shape[3])
	}
	return at, seen
}

// after adds the moved image to a plan's outputs, and what the network makes of it if it is its input.
func (s *Session) after(p *Problem, outputs core.Outputs, moved *core.Node) core.Outputs {
	outputs["adversarial"] = moved
	if p.Own == nil {
		outputs["after"] = s.Network.Logits(moved)
	}
	return outputs
}

// settle makes a fault of a moved image.
func (s *Session) settle(ctx context.Context, p *Problem, moved []float32) (f *Fault, err error) {
	f = &Fault{Moved: moved, Adversarial: moved}
	if p.Own != nil {
		if f.Adversarial, err = p.Own.Settle(moved); err != nil {
			return nil, err
		}
	}
	f.Logits, err = s.Predict(ctx, f.Adversarial)
	return f, err
}

// checkBoth refuses a wrong method and a wrong problem before anything runs.
func (s *Session) checkBoth(p *Problem, m *Method) error {
	if err := m.Check(); err != nil {
		return err
	}
	return s.check(p, &m.Objective)
}
