package lab

import (
	"errors"
	"fmt"
	"slices"

	"segfault/core/attack"
	"segfault/core/names"
	"segfault/core/scan"
)

// Subject is a scan and, where it is known, its truth.
type Subject struct {
	Scan  *scan.Scan
	Truth *scan.Mask // nil without
	// Named says that the truth's labels are the model's classes, as those of
	// a simulated scan are. Otherwise a mask of one label may be of any class.
	Named bool
	// Region is where attacks may change pixels, whatever its labels; nil is everywhere.
	Region *scan.Mask
	// Target is what a model is to find; nil without. Its labels are the model's classes.
	Target *scan.Mask

	version int    // of its truth and target, as a lab knows it
	users   *users // of its files, where a lab has it; its snapshots share them
}

// SetTruth attaches a mask that has the scan's size and lies where it does.
func (s *Subject) SetTruth(mask *scan.Mask) error {
	mask, err := mask.On(s.Scan)
	if err != nil {
		return err
	}
	s.Truth, s.Named = mask, false
	return nil
}

// SetRegion attaches a region of interest that has the scan's size and lies where it does.
func (s *Subject) SetRegion(mask *scan.Mask) error {
	mask, err := mask.On(s.Scan)
	if err != nil {
		return err
	}
	s.Region = mask
	return nil
}

// SetTarget attaches a mask for models to find, that has the scan's size and lies where it does.
func (s *Subject) SetTarget(mask *scan.Mask) error {
	mask, err := mask.On(s.Scan)
	if err != nil {
		return err
	}
	s.Target = mask
	return nil
}

// labelled is whether the scan's middle slice has but a few values, all of them whole: it may be a mask that was opened as a scan.
func (s *Subject) labelled() bool {
	values, err := s.Scan.Slice(s.Scan.Slices / 2)
	if err != nil {
		return false
	}
	const few = 32
	seen := map[float32]bool{}
	for _, v := range values {
		if v != float32(uint8(v)) {
			return false
		}
		if seen[v] = true; len(seen) > few {
			return false
		}
	}
	return true
}

// CheckSlice refuses a slice that the scan has not.
func (s *Subject) CheckSlice(slice int) error {
	if slice < 0 || slice >= s.Scan.Slices {
		return fmt.Errorf("lab: slice %d was asked for, but the scan has %d, counted from 0", slice, s.Scan.Slices)
	}
	return nil
}

// InputSize is the height and width at which a model sees the scan: its own
// square, or the scan's for an array that is to be used as it is.
func (s *Subject) InputSize(m *Model) (height, width int) {
	if s.Scan.Normalised {
		return s.Scan.Height, s.Scan.Width
	}
	return m.Size, m.Size
}

// Image is a slice as the model's input, In×height×width in [0, 1]: normalised,
// letterboxed to the model's square, the grey copied to every channel. A
// normalised array is the input itself.
func (s *Subject) Image(slice int, m *Model) ([]float32, error) {
	if err := s.CheckSlice(slice); err != nil {
		return nil, err
	}
	in := m.Net.Shape().In
	if s.Scan.Normalised {
		if s.Scan.Channels != in {
			return nil, fmt.Errorf("lab: the array has %s; the model expects %d", names.Counted(s.Scan.Channels, "channel"), in)
		}
		return s.Scan.Values, nil
	}
	square, err := s.Grey(slice, m.Size, m.Normalisation)
	if err != nil {
		return nil, err
	}
	return slices.Repeat(square, in), nil
}

// Grey brings a slice to a square of the given side, normalised to [0, 1].
func (s *Subject) Grey(slice, size int, n scan.Normalisation) ([]float32, error) {
	values, err := s.Scan.Slice(slice)
	if err != nil {
		return nil, err
	}
	return s.square(values, size, n)
}

// square is Grey of values of a slice.
func (s *Subject) square(values []float32, size int, n scan.Normalisation) ([]float32, error) {
	scale, err := n.Scale(values)
	if err != nil {
		return nil, err
	}
	grid, err := scan.NewGrid(s.Scan.Width, s.Scan.Height, size)
	if err != nil {
		return nil, err
	}
	x, square := make([]float32, len(values)), make([]float32, size*size)
	scale.Apply(x, values)
	grid.Resample(square, x)
	return square, nil
}

// Planes brings a slice's truth to the model's input grid: height×width of 0 and 1
// of each of the network's classes, a background among them, or nil where there is none. logits gives the clean prediction,
// which is asked for only where the mask does not tell which of several classes
// it marks: then it counts as the one that the model finds likeliest there.
func (s *Subject) Planes(slice int, m *Model, logits func() ([]float32, error)) ([]uint8, error) {
	if s.Truth == nil {
		return nil, nil
	}
	shape, mask := m.Net.Shape(), s.Truth
	classes := shape.Foreground()
	if classes > 1 && mask.Classes == 0 && mask.Highest() <= 1 && !s.Named {
		labels, err := mask.Flat(slice)
		if err != nil {
			return nil, err
		}
		square, err := s.onGrid(labels, m)
		if err != nil {
			return nil, err
		}
		clean, err := logits()
		if err != nil {
			return nil, err
		}
		planes, _ := attack.TruthPlanes(square, attack.Odds(shape, clean), classes)
		return attack.Complete(shape, planes), nil
	}
	return s.byClass(mask, slice, m)
}

// Goal brings a slice's target to the model's input grid. With a class, from 1, all of it is of that one.
func (s *Subject) Goal(slice int, m *Model, class int) ([]uint8, error) {
	if s.Target == nil {
		return nil, errNoTarget
	}
	if class == 0 {
		return s.byClass(s.Target, slice, m)
	}
	labels, err := s.Target.Flat(slice)
	if err != nil {
		return nil, err
	}
	square, err := s.onGrid(labels, m)
	if err != nil {
		return nil, err
	}
	shape := m.Net.Shape()
	planes := make([]uint8, shape.Foreground()*len(square))
	for i, v := range square {
		planes[(class-1)*len(square)+i] = min(v, 1)
	}
	return attack.Complete(shape, planes), nil
}

var errNoTarget = errors.New("lab: the scan has no target for the model to find; paint or add one")

// byClass brings a slice of a mask of classes to the model's input grid. One of as many planes as the network has channels has its background, too.
func (s *Subject) byClass(mask *scan.Mask, slice int, m *Model) ([]uint8, error) {
	shape := m.Net.Shape()
	classes := shape.Foreground()
	if mask.Classes == shape.Classes {
		classes = shape.Classes
	}
	fine, err := mask.Planes(slice, classes)
	if err != nil {
		return nil, err
	}
	n := mask.Width * mask.Height
	var planes []uint8
	for k := range classes {
		square, err := s.onGrid(fine[k*n:(k+1)*n], m)
		if err != nil {
			return nil, err
		}
		planes = append(planes, square...)
	}
	if classes < shape.Classes {
		planes = attack.Complete(shape, planes)
	}
	return planes, nil
}

// onGrid brings a plane of labels to the model's input grid.
func (s *Subject) onGrid(labels []uint8, m *Model) ([]uint8, error) {
	if s.Scan.Normalised {
		return labels, nil
	}
	grid, err := scan.NewGrid(s.Scan.Width, s.Scan.Height, m.Size)
	if err != nil {
		return nil, err
	}
	square := make([]uint8, m.Size*m.Size)
	grid.ResampleLabels(square, labels)
	return square, nil
}
