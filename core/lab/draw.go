package lab

import (
	"segfault/core/picture"
	"segfault/core/scan"
)

// pictures draws by names; what the result has not got is left out.
func (r *Result) pictures(names []string, l look) map[string]RGBA {
	drawn := map[string]RGBA{}
	for _, name := range names {
		if p := r.picture(name, l); p != nil {
			drawn[name] = p
		}
	}
	return drawn
}

// picture draws by name; nil where the result has nothing to draw.
func (r *Result) picture(name string, l look) []uint8 {
	switch {
	case name == "scan":
		return picture.Input(picture.Window(r.Image, l.low, l.high), r.Channels)
	case name == "adversarial" && r.Adversarial != nil:
		return picture.Input(picture.Window(picture.Exaggerate(r.Image, r.Adversarial, l.gain), l.low, l.high), r.Channels)
	case name == "perturbation" && r.Adversarial != nil:
		change := picture.Change(r.Image, r.Adversarial, r.Channels)
		return picture.Signed(change, largest(change))
	case name == "before" && r.Before != nil:
		return picture.Probability(r.odds(r.Before), r.Classes)
	case name == "after" && r.After != nil:
		return picture.Probability(r.odds(r.After), r.Classes)
	}
	return nil
}

// inOwnPixels draws the scan, the attacked scan and the perturbation as finely as the scan is, with the part of the model's grid
// that they fill; nil where the scan's own pixels were not attacked.
func (r *Result) inOwnPixels(names []string, l look) (*OwnPictures, error) {
	if ground, err := r.Subject.Ground(""); err != nil || ground != OnScan || r.After != nil && r.Own == nil {
		return nil, err
	}
	values, err := r.Subject.Scan.Slice(r.Slice)
	if err != nil {
		return nil, err
	}
	scale, err := r.normalisation.Scale(values)
	if err != nil {
		return nil, err
	}
	grid, err := scan.NewGrid(r.Subject.Scan.Width, r.Subject.Scan.Height, r.Width)
	if err != nil {
		return nil, err
	}
	fine := &Result{Height: grid.Height, Width: grid.Width, Channels: 1, Image: make([]float32, len(values))}
	scale.Apply(fine.Image, values)
	if r.Own != nil {
		fine.Adversarial = make([]float32, len(values))
		scale.Apply(fine.Adversarial, r.Own.Values)
	}
	return &OwnPictures{fine.Width, fine.Height, fine.pictures(names, l), []int{grid.X, grid.Y, grid.W, grid.H}, fine.scale()}, nil
}

// scale is the largest change of any pixel in the mean of its channels, which the magnified perturbation spans.
func (r *Result) scale() float32 {
	if r.Adversarial == nil {
		return 0
	}
	return largest(picture.Change(r.Image, r.Adversarial, r.Channels))
}

// largest of absolute values.
func largest(values []float32) (most float32) {
	for _, v := range values {
		most = max(most, v, -v)
	}
	return most
}

// Window is the part of the grey range in which all pixels of a slice lie but one in a hundred at either end; all of it where those are one value.
func (s *Subject) Window(slice int, n scan.Normalisation) (low, high float32, err error) {
	grey, err := s.Scan.Slice(slice)
	if err != nil {
		return 0, 0, err
	}
	if !s.Scan.Normalised {
		scale, err := n.Scale(grey)
		if err != nil {
			return 0, 0, err
		}
		scale.Apply(grey, grey)
	}
	if low, high = scan.Between(grey, 0.01); low == high {
		return 0, 1, nil
	}
	return low, high, nil
}

// pixel is how many mm wide a pixel of the model's grid is; 0 where the file does not tell.
func (r *Result) pixel() float64 {
	s := r.Subject.Scan
	if s.Normalised || s.Detector {
		return 0
	}
	return s.Spacing[0] * float64(max(s.Width, s.Height)) / float64(r.Width)
}

// focus is the square around what there is to find. Where there is nothing, it is everything.
func (r *Result) focus() []int {
	if r.Truth == nil && r.Before == nil {
		return []int{0, 0, r.Width, r.Height}
	}
	return picture.Around(r.any(r.reference()), r.Width, r.Height)
}

// onGrid brings the slice of a mask to the grid of the pictures.
func (r *Result) onGrid(mask *scan.Mask) ([]uint8, error) {
	labels, err := mask.Flat(r.Slice)
	if err != nil || r.Width == mask.Width && r.Height == mask.Height {
		return labels, err
	}
	grid, err := scan.NewGrid(mask.Width, mask.Height, r.Width)
	if err != nil {
		return nil, err
	}
	square := make([]uint8, r.Width*r.Height)
	grid.ResampleLabels(square, labels)
	return square, nil
}

// outline traces by name; "" where there is nothing.
func (r *Result) outline(name string) (string, error) {
	switch {
	case name == target && r.goal != nil:
		return picture.Outline(r.any(r.goal), r.Width, r.Height, 0.5), nil
	case name == target && r.Subject.Target != nil:
		wanted, err := r.onGrid(r.Subject.Target)
		return picture.Outline(r.any(wanted), r.Width, r.Height, 0.5), err
	case name == region && r.Subject.Region != nil:
		inside, err := r.onGrid(r.Subject.Region)
		return picture.Outline(r.any(inside), r.Width, r.Height, 0.5), err
	}
	return r.line(name), nil
}

// line is an outline of what the result itself holds.
func (r *Result) line(name string) string {
	switch {
	case name == "truth" && r.Truth != nil:
		return picture.Outline(r.any(r.Truth), r.Width, r.Height, 0.5)
	case name == "before" && r.Before != nil:
		return picture.Outline(picture.Top(r.odds(r.Before), r.Classes), r.Width, r.Height, 0)
	case name == "after" && r.After != nil:
		return picture.Outline(picture.Top(r.odds(r.After), r.Classes), r.Width, r.Height, 0)
	case name == "hit" && r.After != nil:
		return r.region(func(wanted, found bool) bool { return wanted && found })
	case name == "miss" && r.After != nil:
		return r.region(func(wanted, found bool) bool { return wanted && !found })
	case name == "alarm" && r.After != nil:
		return r.region(func(wanted, found bool) bool { return !wanted && found })
	}
	return ""
}

// region traces the pixels that meet a condition on the reference and the attacked prediction.
func (r *Result) region(is func(wanted, found bool) bool) string {
	wanted := r.any(r.reference())
	top := picture.Top(r.odds(r.After), r.Classes)
	mask := make([]bool, len(wanted))
	for i := range mask {
		mask[i] = is(wanted[i] > 0, top[i] > 0)
	}
	return picture.Region(mask, r.Width, r.Height)
}
