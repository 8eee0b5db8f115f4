package attack

import (
	"context"
	"fmt"

	"segfault/core"
)

// Universal is one change for many images, as large as one (Moosavi-Dezfooli et al. 2017), by steps along the sum of all images' gradients
// (Shafahi et al. 2020, algorithm 2, without its clipping of losses: Dice and its like are bounded). The method's norm, rule, steps and
// budget are those of one image; its objective is the sum. It is added to an image and held in [0, 1], see Carry. progress is of gradients.
func (s *Session) Universal(ctx context.Context, problems []Problem, m Method, progress func(done, all int)) ([]float32, error) {
	if len(problems) == 0 {
		return nil, fmt.Errorf("attack: a universal change of no images; expected at least one")
	}
	if !m.Climbs() || m.Weight == SegPGD || row(schedules, string(m.Schedule)).decide != nil || row(rules, string(m.Rule)).shrinks || m.Start != Origin {
		return nil, fmt.Errorf("attack: a universal change is made by equal steps from the clean images; expected bim, mifgsm or fgsm")
	}
	for i := range problems {
		if problems[i].Own != nil {
			return nil, fmt.Errorf("attack: a universal change is one of the model's input; expected no image of a scan's own")
		}
		if err := s.checkBoth(&problems[i], &m); err != nil {
			return nil, err
		}
	}
	first := &problems[0]
	change, sum := make([]float32, len(first.Image)), make([]float32, len(first.Image))
	middle := Problem{Image: make([]float32, len(change)), Inside: first.Inside} // of the ball; where [0, 1] does not stop a change
	for i := range middle.Image {
		middle.Image[i] = 0.5
	}
	plan, done := newMemory(), 0
	at, _ := s.moment(&middle)
	at.memory, at.origin, at.gradient = plan, core.NewInput("origin", at.image.Shape...), s.input("gradient")
	moved := m.move(&at)
	compiled := core.Compile(core.Outputs{adversarial: moved}, plan.effects...)
	program, err := core.NewCPU(1).Load(compiled)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	stepper := loaded{program, compiled.Inputs, plan.initial}
	if err := stepper.write(plan.initial); err != nil {
		return nil, err
	}
	for range m.Steps {
		clear(sum)
		for _, p := range problems {
			p.Image = Carry(p.Image, change)
			g, err := s.Gradient(ctx, p, m.Objective)
			if err != nil {
				return nil, err
			}
			for i, v := range g.Values {
				sum[i] += v
			}
			if done++; progress != nil {
				progress(done, m.Steps*len(problems))
			}
		}
		in := s.limits(&middle, &m)
		in["origin"], in["gradient"] = middle.Image, sum
		in["image"] = Carry(middle.Image, change)
		if err := stepper.write(in); err != nil {
			return nil, err
		}
		out := values{adversarial: make([]float32, len(change))}
		if err := run(ctx, program, nil, out); err != nil {
			return nil, err
		}
		for i, v := range out[adversarial] {
			change[i] = v - middle.Image[i]
		}
	}
	return change, nil
}

// Carry is an image with a change, in [0, 1].
func Carry(image, change []float32) []float32 {
	moved := make([]float32, len(image))
	for i, v := range image {
		moved[i] = min(max(v+change[i], 0), 1)
	}
	return moved
}
