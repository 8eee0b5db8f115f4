package study

import (
	"context"
	"fmt"
	"slices"

	"segfault/core/attack"
	"segfault/core/scan"
)

// Ground is which pixels an attack moves.
type Ground string

// The grounds.
const (
	Input Ground = "input" // the model's input, channel by channel, as in the paper; no file can hold it
	Scan  Ground = "scan"  // the scan's own pixels, rounded to what its file can hold
)

// Ground is where to attack the scan as wished, or by default its own pixels where it has some that can be saved.
func (s *Subject) Ground(wish string) (Ground, error) {
	own := s.Scan.Saveable() && !s.Scan.Normalised
	switch Ground(wish) {
	case Input:
		return Input, nil
	case Scan:
		if !own {
			return "", fmt.Errorf("study: the scan has no pixels of its own that could be saved; attack the model's input (input)")
		}
		return Scan, nil
	case "":
		if own {
			return Scan, nil
		}
		return Input, nil
	}
	return "", fmt.Errorf("study: the attack's ground %.20q is unknown; use scan or input", wish)
}

// Own is a slice that was attacked in its own pixels.
type Own struct {
	Values []float32 // Height×Width, in the scan's own units, as they will be read from a saved copy
	Image  []float32 // what the model sees of them, In×size×size: normalised anew, as a copy would be, and resampled
	Unit   float64   // the length of the model's range [0, 1], in the scan's own units
	LInf   float64   // the largest change of a pixel, in the scan's own units
}

// Move attacks a slice in its own pixels with one signed step from values, which are its own or those of the step before.
// gradient is that of the loss by the model's input, In×size×size; resampling's adjoint carries it to the slice's pixels, and
// the step and the budget are the attack's, in shares of the slice's normalised range. Pixels outside of that range,
// where normalisation is flat, stay, and so does one pixel at each end that the slice itself sets, so that a saved copy is
// normalised as the slice was. The attack's region, if any, is one of the slice's pixels. Nothing is rounded yet.
func (s *Subject) Move(slice int, m *Model, values, gradient []float32, a attack.Attack) ([]float32, error) {
	origin, scale, grid, err := s.frame(slice, m)
	if err != nil {
		return nil, err
	}
	square := make([]float32, m.Size*m.Size)
	for i, v := range gradient {
		square[i%len(square)] += v
	}
	slope := make([]float32, len(origin))
	grid.Adjoint(slope, square)
	moved := slices.Clone(values)
	width := float64(scale.Hi) - float64(scale.Lo)
	if width <= 0 {
		return moved, nil
	}
	step, epsilon := float64(a.Step), float64(a.Epsilon)
	if step == 0 {
		step = epsilon
	}
	for i, g := range slope {
		start := (float64(origin[i]) - float64(scale.Lo)) / width
		if g == 0 || start < 0 || start > 1 || a.Region != nil && a.Region.Inside[i] == 0 {
			continue
		}
		sign := step
		if g < 0 {
			sign = -step
		}
		x := (float64(values[i]) - float64(scale.Lo)) / width
		if a.Scheme == attack.Blend {
			x, start = (1-step)*x, (1-epsilon)*start // see kernels.SignStep
		}
		x = min(max(x+sign, start-epsilon), start+epsilon)
		moved[i] = float32(float64(scale.Lo) + min(max(x, 0), 1)*width)
	}
	if at := slices.Index(origin, scale.Hi); at >= 0 {
		moved[at] = origin[at]
	}
	if at := slices.Index(origin, scale.Lo); at >= 0 && m.Normalisation != scan.Max {
		moved[at] = origin[at]
	}
	return moved, nil
}

// frame is a slice with its normalisation and its place in the model's square.
func (s *Subject) frame(slice int, m *Model) (values []float32, scale scan.Scale, grid scan.Grid, err error) {
	if err = s.CheckSlice(slice); err != nil {
		return nil, scale, grid, err
	}
	if values, err = s.Scan.Slice(slice); err != nil {
		return nil, scale, grid, err
	}
	if scale, err = m.Normalisation.Scale(values); err != nil {
		return nil, scale, grid, err
	}
	grid, err = scan.NewGrid(s.Scan.Width, s.Scan.Height, m.Size)
	return values, scale, grid, err
}

// Settle rounds moved values to what the scan's file can hold, and shows them to the model as a saved copy will be.
func (s *Subject) Settle(slice int, m *Model, moved []float32) (*Own, error) {
	values, scale, _, err := s.frame(slice, m)
	if err != nil {
		return nil, err
	}
	own := &Own{Values: slices.Clone(moved), Unit: float64(scale.Hi) - float64(scale.Lo)}
	s.Scan.Round(slice, own.Values)
	for i, v := range own.Values {
		own.LInf = max(own.LInf, float64(v)-float64(values[i]), float64(values[i])-float64(v))
	}
	square, err := s.square(own.Values, m.Size, m.Normalisation)
	if err != nil {
		return nil, err
	}
	own.Image = slices.Repeat(square, m.Net.Shape().In)
	return own, nil
}

// Inside is a slice's part of the region of interest, in the pixels that an attack on a ground moves.
func (s *Subject) Inside(slice int, m *Model, ground Ground) (*attack.Region, error) {
	if s.Region == nil {
		return nil, fmt.Errorf("study: the scan has no region of interest to attack in; add or paint one, or attack everywhere")
	}
	labels, err := s.Region.Flat(slice)
	if err != nil {
		return nil, err
	}
	if ground == Input {
		if labels, err = s.onGrid(labels, m); err != nil {
			return nil, err
		}
	}
	inside := make([]float32, len(labels))
	for i, label := range labels {
		if label > 0 {
			inside[i] = 1
		}
	}
	return &attack.Region{Inside: inside}, nil
}

// Attack attacks a slice on a ground with a session of the model, in one step or in many. target is as for [attack.Session.Run],
// progress may be nil. On the model's input there is no Own.
func (s *Subject) Attack(ctx context.Context, session *attack.Session, slice int, m *Model, image, target []float32, a attack.Attack,
	ground Ground, progress func(step, steps int)) (*attack.Gradient, *attack.Fault, *Own, error) {
	if ground == Input {
		g, f, err := session.Run(ctx, image, target, a, progress)
		return g, f, nil, err
	}
	first, err := session.Gradient(ctx, image, target, a)
	if err != nil {
		return nil, nil, nil, err
	}
	later := a
	if a.Label == attack.Prediction { // of the clean image, at every step
		target = make([]float32, len(first.Logits))
		for i, v := range attack.Mask(first.Logits) {
			target[i] = float32(v)
		}
		later.Label = attack.Truth
	}
	values, err := s.Scan.Slice(slice)
	if err != nil {
		return nil, nil, nil, err
	}
	gradient := first
	for step := range max(a.Steps, 1) {
		if step > 0 {
			own, err := s.Settle(slice, m, values)
			if err != nil {
				return nil, nil, nil, err
			}
			if gradient, err = session.Gradient(ctx, own.Image, target, later); err != nil {
				return nil, nil, nil, err
			}
		}
		if values, err = s.Move(slice, m, values, gradient.Values, a); err != nil {
			return nil, nil, nil, err
		}
		if progress != nil {
			progress(step+1, max(a.Steps, 1))
		}
	}
	own, err := s.Settle(slice, m, values)
	if err != nil {
		return nil, nil, nil, err
	}
	logits, err := session.Predict(ctx, own.Image)
	return first, &attack.Fault{Adversarial: own.Image, Logits: logits}, own, err
}
