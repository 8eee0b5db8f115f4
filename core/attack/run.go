package attack

import (
	"context"

	"segfault/core"
)

// Run attacks an image: one step in one submission, or an iteration whose every
// run is one and of which only the end is read back. The gradient returned is
// that of the clean image; it is also what the first step of an iteration
// follows. progress, if any, is called after every step.
func (s *Session) Run(ctx context.Context, image, target []float32, a Attack, progress func(step, steps int)) (*Gradient, *Fault, error) {
	if a.Steps <= 1 {
		return s.once(ctx, image, target, a)
	}
	g, err := s.Gradient(ctx, image, target, a)
	if err != nil {
		return nil, nil, err
	}
	if a.Label == Prediction { // of the clean image, at every step
		target = make([]float32, len(g.Logits))
		for i, v := range g.Logits {
			if v > 0 {
				target[i] = 1
			}
		}
	}
	a.Label = Truth
	f, err := s.iterate(ctx, image, target, g, a, progress)
	return g, f, err
}

// once is Gradient and Apply in one plan.
func (s *Session) once(ctx context.Context, image, target []float32, a Attack) (*Gradient, *Fault, error) {
	if err := s.check(a, image, target); err != nil {
		return nil, nil, err
	}
	g, outputs := s.slope()
	f := s.fault()
	outputs["adversarial"], outputs["after"] = f.Adversarial, f.Logits
	in := inputs(image, target, a)
	if err := s.limit(in, a); err != nil {
		return nil, nil, err
	}
	err := s.run(ctx, key{"once", a.Loss, a.Swapped, a.Scheme, a.Label, a.Shared, a.Region != nil}, func() *core.Plan {
		image := s.image("image")
		outputs := s.gradient(image, a)
		moved := a.step(image, image, outputs["gradient"])
		outputs["adversarial"], outputs["after"] = moved, s.Model.Logits(moved)
		return core.Compile(outputs)
	}, in, outputs)
	g.Loss = outputs["loss"][0]
	return g, f, err
}

// iterate takes the first step along g, on the CPU: it is hardly any work, and on
// a GPU would be waited for. The others are runs of one program.
func (s *Session) iterate(ctx context.Context, image, target []float32, g *Gradient, a Attack, progress func(step, steps int)) (*Fault, error) {
	first, err := s.move(ctx, image, g, a)
	if err != nil {
		return nil, err
	}
	inputs := values{"origin": image, "image": first, "target": target}
	if err := s.limit(inputs, a); err != nil {
		return nil, err
	}
	in, _ := s.pixels()
	f, loss := &Fault{Adversarial: make([]float32, in)}, make([]float32, 1)
	wait, err := s.repeat(ctx, inputs, values{"adversarial": f.Adversarial, "loss": loss}, a, progress)
	if err != nil {
		return nil, err
	}
	if err := wait(); err != nil {
		return nil, err
	}
	if err := checkFinite("last step's loss", loss); err != nil {
		return nil, err
	}
	f.Logits, err = s.Predict(ctx, f.Adversarial)
	return f, err
}

// repeat takes all steps but the first in one turn, since each goes on from where the one before it left the image.
func (s *Session) repeat(ctx context.Context, inputs, outputs values, a Attack, progress func(step, steps int)) (wait func() error, err error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	k := key{"iterate", a.Loss, a.Swapped, a.Scheme, a.Label, a.Shared, a.Region != nil}
	p, err := s.program(k, func() *core.Plan {
		origin, image := s.image("origin"), s.image("image")
		logits := s.Model.Logits(image)
		loss := a.loss(logits, core.NewInput("target", logits.Shape...))
		moved := a.step(origin, image, core.Grad(loss, image)[0])
		return core.Compile(core.Outputs{"adversarial": moved, "loss": loss}, core.Assign(image, moved))
	})
	if err != nil {
		return nil, err
	}
	for name, v := range inputs {
		if err := p.Write(name, v); err != nil {
			return nil, err
		}
	}
	for step := 1; ; step++ {
		if progress != nil {
			progress(step, a.Steps)
		}
		if step == a.Steps {
			return p.Fetch(ctx, outputs)
		}
		if err := p.Run(ctx); err != nil {
			return nil, err
		}
	}
}

// move takes one step along a gradient, on the CPU.
func (s *Session) move(ctx context.Context, image []float32, g *Gradient, a Attack) ([]float32, error) {
	x := s.image("image")
	p, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"adversarial": a.step(x, x, s.image("gradient"))}))
	if err != nil {
		return nil, err
	}
	defer p.Close()
	in := values{"image": image, "gradient": g.Values}
	if err := s.limit(in, a); err != nil {
		return nil, err
	}
	adversarial := make([]float32, len(image))
	return adversarial, run(ctx, p, in, values{"adversarial": adversarial})
}
