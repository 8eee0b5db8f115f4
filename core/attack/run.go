package attack

import (
	"context"

	"segfault/core"
	"segfault/core/metrics"
)

// Run attacks: one step in one submission, or a loop whose every step is one and of which only the end is read back. The gradient
// returned is that of the clean image. progress, if any, is called after every step.
func (s *Session) Run(ctx context.Context, p Problem, m Method, progress func(step, steps int)) (*Gradient, *Fault, error) {
	if err := s.checkBoth(&p, &m); err != nil {
		return nil, nil, err
	}
	if m.Single() && p.Own == nil {
		return s.once(ctx, &p, &m)
	}
	var clean *Gradient
	var err error
	if m.Single() || m.Start != Origin { // else the first step computes it
		if clean, err = s.Gradient(ctx, p, m.Objective); err != nil {
			return nil, nil, err
		}
	}
	if m.Single() {
		f, err := s.Apply(ctx, p, clean, m)
		return clean, f, err
	}
	var best *Fault
	for run := range m.Restarts + 1 {
		var f *Fault
		if clean, f, err = s.repeat(ctx, &p, &m, run, clean, progress); err != nil {
			return nil, nil, err
		}
		if best == nil || f.Reached.Loss > best.Reached.Loss {
			best = f
		}
	}
	return clean, best, nil
}

// repeat takes all steps of a run. Without a clean gradient it begins at the clean image, and finds it.
func (s *Session) repeat(ctx context.Context, p *Problem, m *Method, run int, clean *Gradient, progress func(step, steps int)) (*Gradient, *Fault, error) {
	l := s.newLoop(p, m, run, clean)
	plan := func(b *memory) *core.Plan { return s.plan(p, m, b) }
	waits, err := s.steps(ctx, l, plan, progress)
	for _, wait := range waits { // also after an error
		if failed := wait(); err == nil {
			err = failed
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if err := s.blame(ctx, plan, l.inputs, l.first); err != nil {
		return nil, nil, err
	}
	if err := checkFinite("loss of a step", l.last[trace]); err != nil {
		return nil, nil, err
	}
	if clean == nil {
		clean = &Gradient{Logits: l.first["logits"], Loss: l.first["loss"][0], Values: l.first["gradient"]}
	}
	f, err := s.reach(ctx, p, m, clean, l.last[adversarial])
	if err != nil {
		return nil, nil, err
	}
	wanted := 0
	for _, v := range s.union(p.reference(clean.Logits)) {
		wanted += int(v)
	}
	points := append(l.points(wanted), f.Reached)
	if l.last[best] != nil && float64(l.last[bestLoss][0]) > f.Reached.Loss {
		if f, err = s.reach(ctx, p, m, clean, l.last[best]); err != nil {
			return nil, nil, err
		}
	}
	f.Points = points
	return clean, f, nil
}

// reach predicts from a moved image, and measures what was reached.
func (s *Session) reach(ctx context.Context, p *Problem, m *Method, clean *Gradient, moved []float32) (*Fault, error) {
	f, err := s.settle(ctx, p, moved)
	if err != nil {
		return nil, err
	}
	// The objective of few numbers is hardly any work, and not one more program of the network.
	shape := core.Shape{1, s.Network.Shape().Classes, s.Height, s.Width}
	logits, target := core.NewInput("logits", shape...), core.NewInput("target", shape...)
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"loss": m.of(logits, target)}))
	if err != nil {
		return nil, err
	}
	defer program.Close()
	loss := []float32{0}
	err = run(ctx, program, values{"logits": f.Logits, "target": p.target(&m.Objective, clean.Logits)}, values{"loss": loss})
	if err != nil {
		return nil, err
	}
	f.Reached = Point{float64(loss[0]), metrics.Compare(Mask(f.Logits), p.reference(clean.Logits), shape[1]).Union}
	return f, nil
}
