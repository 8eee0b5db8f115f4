package attack

import (
	"context"
	"slices"
)

// Universal is one change for many images, as large as one (Moosavi-Dezfooli et al. 2017), by steps along the sum of all images' gradients
// (Shafahi et al. 2020, algorithm 2, without its clipping of losses: Dice and its like are bounded). It is added to an image and held in
// [0, 1], see Carry. An image without a truth is led away from what the network finds in it untouched. progress is of gradients.
func (s *Session) Universal(ctx context.Context, problems []Problem, m Method, progress func(done, all int)) ([]float32, error) {
	problems, err := s.together(ctx, problems, &m)
	if err != nil {
		return nil, err
	}
	// The change is moved around mid-grey, where [0, 1] stops none of up to a half; of one that may be larger, half is.
	middle := slices.Repeat([]float32{0.5}, len(problems[0].Image))
	scale := float32(1)
	if m.Epsilon > 0.5 {
		scale, m.Epsilon, m.Step = 2, m.Epsilon/2, m.Step/2
	}
	step, err := s.stepper(&Problem{Image: middle, Inside: problems[0].Inside}, &m)
	if err != nil {
		return nil, err
	}
	defer step.Close()
	change := make([]float32, len(middle))
	for done := 0; done < m.Steps*len(problems); {
		sum := make([]float32, len(middle))
		for _, p := range problems {
			p.Image = Carry(p.Image, change)
			g, err := s.Gradient(ctx, p, m.Objective)
			if err != nil {
				return nil, err
			}
			sum = plus(sum, g.Values)
			if done++; progress != nil {
				progress(done, m.Steps*len(problems))
			}
		}
		moved, err := step.after(ctx, Carry(middle, times(change, 1/scale)), sum)
		if err != nil {
			return nil, err
		}
		change = times(Minus(moved, middle), scale)
	}
	return change, nil
}
