package attack

import (
	"context"

	"segfault/core"
)

// Carry is an image with a change, in [0, 1].
func Carry(image, change []float32) []float32 {
	moved := plus(image, change)
	for i, v := range moved {
		moved[i] = min(max(v, 0), 1)
	}
	return moved
}

// Minus is what has to be added to an image to get another.
func Minus(moved, image []float32) []float32 {
	change := make([]float32, len(moved))
	for i, v := range moved {
		change[i] = v - image[i]
	}
	return change
}

// plus is the sum of two images.
func plus(a, b []float32) []float32 {
	sum := make([]float32, len(a))
	for i, v := range a {
		sum[i] = v + b[i]
	}
	return sum
}

// times is an image multiplied by a factor.
func times(a []float32, factor float32) []float32 {
	scaled := make([]float32, len(a))
	for i, v := range a {
		scaled[i] = v * factor
	}
	return scaled
}

// stepper takes a method's steps along gradients that it is given, on the CPU.
type stepper struct {
	loaded
	length int // of what is moved
}

// stepper is one around a problem's image.
func (s *Session) stepper(p *Problem, m *Method) (stepper, error) {
	plan := newMemory()
	at, _ := s.moment(p)
	at.memory, at.origin, at.gradient = plan, core.NewInput("origin", at.image.Shape...), s.input("gradient")
	compiled := core.Compile(core.Outputs{adversarial: m.move(&at)}, plan.effects...)
	program, err := core.NewCPU(1).Load(compiled)
	if err != nil {
		return stepper{}, err
	}
	step := stepper{loaded{program, compiled.Inputs, plan.initial}, len(p.Image)}
	in := s.limits(p, m)
	in["origin"] = p.Image
	if err = step.write(plan.initial); err == nil {
		err = step.write(in)
	}
	return step, err
}

// after is an image after one more step.
func (t stepper) after(ctx context.Context, image, gradient []float32) ([]float32, error) {
	if err := t.write(values{"image": image, "gradient": gradient}); err != nil {
		return nil, err
	}
	out := values{adversarial: make([]float32, t.length)}
	return out[adversarial], run(ctx, t, nil, out)
}
