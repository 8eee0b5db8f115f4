//go:build js && wasm

package main

import (
	"fmt"
	"slices"

	"segfault/core/attack"
	"segfault/core/scan"
)

// slice reads which slice of the study a call is about.
func (s *study) slice(p params) (int, error) {
	i, err := p.index("slice")
	if err == nil && (i < 0 || i >= s.scan.Slices) {
		err = fmt.Errorf("segfault: slice %d was asked for, but the scan has %d, counted from 0", i, s.scan.Slices)
	}
	return i, err
}

// grey brings a slice to a square of the given side, normalised to [0, 1].
func (s *study) grey(slice, size int, n scan.Normalisation) ([]float32, error) {
	values, err := s.scan.Slice(slice)
	if err != nil {
		return nil, err
	}
	scale, err := n.Scale(values)
	if err != nil {
		return nil, err
	}
	grid, err := scan.NewGrid(s.scan.Width, s.scan.Height, size)
	if err != nil {
		return nil, err
	}
	scale.Apply(values, values)
	square := make([]float32, size*size)
	grid.Resample(square, values)
	return square, nil
}

// image is a slice as the model's input: the grey square once for every channel.
func (s *study) image(slice int, m *model) ([]float32, error) {
	square, err := s.grey(slice, m.size, m.normalisation)
	if err != nil {
		return nil, err
	}
	var image []float32
	for range m.net.Spec.In {
		image = append(image, square...)
	}
	return image, nil
}

// planes brings the truth of a slice to the model's grid: classes·size·size of 0 and 1; nil where there is none. Labels of
// one call take the place of the study's own. A mask that does not tell which of several classes it marks is taken for
// the one that the model finds likeliest there, for which logits are asked.
func (s *study) planes(slice int, m *model, labels []uint8, logits func() ([]float32, error)) ([]uint8, error) {
	mask := s.truth
	if labels != nil {
		if want := s.scan.Width * s.scan.Height; len(labels) != want {
			return nil, fmt.Errorf("segfault: the truth has %d labels, but the slice has %d×%d pixels", len(labels), s.scan.Width, s.scan.Height)
		}
		mask, slice = &scan.Mask{Width: s.scan.Width, Height: s.scan.Height, Slices: 1, Channels: 1, Labels: labels}, 0
	}
	if mask == nil {
		return nil, nil
	}
	classes := len(m.classes)
	if classes > 1 && mask.Channels == 1 && slices.Max(mask.Labels) <= 1 && !(s.named && labels == nil) {
		square, err := s.onGrid(mask.Labels, slice, m.size)
		if err != nil {
			return nil, err
		}
		guess, err := logits()
		if err != nil {
			return nil, err
		}
		planes, _ := attack.TruthPlanes(square, guess, classes)
		return planes, nil
	}
	fine, err := mask.Planes(slice, classes)
	if err != nil {
		return nil, err
	}
	var planes []uint8
	for k := range classes {
		square, err := s.onGrid(fine, k, m.size)
		if err != nil {
			return nil, err
		}
		planes = append(planes, square...)
	}
	return planes, nil
}

// onGrid brings plane i of labels to a square.
func (s *study) onGrid(labels []uint8, i, size int) ([]uint8, error) {
	grid, err := scan.NewGrid(s.scan.Width, s.scan.Height, size)
	if err != nil {
		return nil, err
	}
	n := s.scan.Width * s.scan.Height
	square := make([]uint8, size*size)
	grid.ResampleLabels(square, labels[i*n:(i+1)*n])
	return square, nil
}

// outlined is where the truth of a slice has any label, on a square; nil where there is no truth.
func (s *study) outlined(slice, size int) ([]uint8, error) {
	if s.truth == nil {
		return nil, nil
	}
	labels, err := s.truth.Slice(slice)
	if err != nil {
		return nil, err
	}
	n := s.scan.Width * s.scan.Height
	any := labels[:n]
	for i, v := range labels {
		if v > 0 {
			any[i%n] = 1
		}
	}
	return s.onGrid(any, 0, size)
}
