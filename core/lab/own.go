package lab

import (
	"errors"
	"fmt"
	"slices"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/names"
	"segfault/core/scan"
)

// Ground is which pixels an attack moves.
type Ground string

// The grounds.
const (
	OnInput Ground = "input" // the model's input, channel by channel, as in the paper; no file can hold it
	OnScan  Ground = "scan"  // the scan's own pixels, rounded to what its file can hold
)

// Ground is where to attack the scan as wished, or by default its own pixels where it has some that can be saved.
func (s *Subject) Ground(wish string) (Ground, error) {
	own := s.Scan.Saveable() && !s.Scan.Normalised
	switch Ground(wish) {
	case OnInput:
		return OnInput, nil
	case OnScan:
		if !own {
			return "", fmt.Errorf("lab: the scan has no pixels of its own that could be saved; attack the model's input (input)")
		}
		return OnScan, nil
	case "":
		if own {
			return OnScan, nil
		}
		return OnInput, nil
	}
	_, err := names.Find(grounds, "ground", wish)
	return "", fmt.Errorf("lab: %w", err)
}

// Own is a slice that was attacked in its own pixels.
type Own struct {
	Values []float32 // Height×Width, in the scan's own units, as they will be read from a saved copy
	Image  []float32 // what the model sees of them, In×size×size: normalised anew, as a copy would be, and resampled
	Unit   float64   // the length of the model's range [0, 1], in the scan's own units
	LInf   float64   // the largest change of a pixel, in the scan's own units
}

// view is how a model sees a slice's own pixels, as graph: rounded to the levels that the file can hold, and resampled.
type view struct {
	grid   scan.Grid
	in     int  // channels of the model's input
	levels bool // the file holds whole multiples of a step
}

// Size implements attack.View.
func (v view) Size() (height, width int) { return v.grid.Height, v.grid.Width }

// See implements attack.View.
func (v view) See(x *core.Node) *core.Node {
	if v.levels {
		own, step := core.NewInput("own", x.Shape...), core.NewInput("level", 1)
		levels := core.Inward(core.Div(core.Sub(x, own), step))
		x = core.StraightThrough(core.Add(own, core.Mul(levels, step)), x)
	}
	across, down := v.grid.Rows()
	square := core.Resample(x, core.NewBand(v.grid.Size, v.grid.Height, down), core.NewBand(v.grid.Size, v.grid.Width, across))
	return core.Expand(square, 1, v.in, v.grid.Size, v.grid.Size)
}

// Problem is a slice to be attacked on a ground, within the region of interest or everywhere. image is the model's input, truth its planes.
func (s *Subject) Problem(slice int, m *Model, image []float32, truth []uint8, method attack.Method, ground Ground, within bool) (p attack.Problem, err error) {
	p = attack.Problem{Image: image, Truth: truth}
	if within {
		if p.Inside, err = s.Inside(slice, m, ground); err != nil {
			return p, err
		}
	}
	if ground == OnInput {
		return p, nil
	}
	f, err := s.frame(slice, m)
	if err != nil {
		return p, err
	}
	p.Inside = f.movable(p.Inside, m)
	own := make([]float32, len(f.values))
	f.scale.Apply(own, f.values)
	level := f.level(s.Scan.Step(slice))
	p.Own = &attack.Own{
		View: view{f.grid, m.Net.Shape().In, level > 0}, Image: own,
		Inputs: map[string][]float32{"own": own, "level": {level}},
		Settle: func(moved []float32) ([]float32, error) {
			settled, err := s.Settle(slice, m, method, moved)
			if err != nil {
				return nil, err
			}
			return settled.Image, nil
		},
	}
	return p, nil
}

// frame is a slice with its normalisation and its place in the model's square.
type frame struct {
	values []float32
	scale  scan.Scale
	grid   scan.Grid
}

func (s *Subject) frame(slice int, m *Model) (f frame, err error) {
	if err = s.CheckSlice(slice); err != nil {
		return f, err
	}
	if f.values, err = s.Scan.Slice(slice); err != nil {
		return f, err
	}
	if f.scale, err = m.Normalisation.Scale(f.values); err != nil {
		return f, err
	}
	f.grid, err = scan.NewGrid(s.Scan.Width, s.Scan.Height, m.Size)
	return f, err
}

// Level is a step of what the scan's file can hold, in the range [0, 1] of a slice's normalised pixels; 0 where it holds any number.
func (s *Subject) Level(slice int, m *Model) (float32, error) {
	f, err := s.frame(slice, m)
	return f.level(s.Scan.Step(slice)), err
}

// level is a step of the scan's own units, in the normalised range; 0 of a flat one, in which nothing moves.
func (f frame) level(step float64) float32 {
	if f.width() <= 0 {
		return 0
	}
	return float32(step / f.width())
}

// width is the length of the normalised range in the scan's own units.
func (f frame) width() float64 { return float64(f.scale.Hi) - float64(f.scale.Lo) }

// movable is 1 where an attack may move a pixel: within the region, if any, and within the normalised range, beyond which
// normalisation is flat. One pixel at each end that the slice itself sets stays, so that a saved copy is normalised as the slice
// was.
func (f frame) movable(region []float32, m *Model) []float32 {
	inside := make([]float32, len(f.values))
	if f.width() <= 0 {
		return inside
	}
	for i, v := range f.values {
		if v >= f.scale.Lo && v <= f.scale.Hi && (region == nil || region[i] > 0) {
			inside[i] = 1
		}
	}
	if at := slices.Index(f.values, f.scale.Hi); at >= 0 {
		inside[at] = 0
	}
	if at := slices.Index(f.values, f.scale.Lo); at >= 0 && m.Normalisation != scan.Max {
		inside[at] = 0
	}
	return inside
}

// Settle brings a slice's moved pixels, in [0, 1], back to the scan's own units, rounds them to what its file can hold, and shows them
// to the model as a saved copy will be. What float32 may have added to the method's budget is taken off.
func (s *Subject) Settle(slice int, m *Model, method attack.Method, moved []float32) (*Own, error) {
	f, err := s.frame(slice, m)
	if err != nil {
		return nil, err
	}
	own := &Own{Values: slices.Clone(f.values), Unit: f.width()}
	image := make([]float32, len(f.values))
	f.scale.Apply(image, f.values)
	reach := method.Reach() * own.Unit
	for i, x := range moved {
		if x != image[i] {
			v, old := float64(f.scale.Lo)+float64(x)*own.Unit, float64(f.values[i])
			own.Values[i] = float32(min(max(v, old-reach), old+reach))
		}
	}
	s.Scan.Round(slice, own.Values)
	for i, v := range own.Values {
		own.LInf = max(own.LInf, float64(v)-float64(f.values[i]), float64(f.values[i])-float64(v))
	}
	square, err := s.square(own.Values, m.Size, m.Normalisation)
	if err != nil {
		return nil, err
	}
	own.Image = slices.Repeat(square, m.Net.Shape().In)
	return own, nil
}

// Inside is a slice's part of the region of interest, in the pixels that an attack on a ground moves: 1 in it, 0 elsewhere.
func (s *Subject) Inside(slice int, m *Model, ground Ground) ([]float32, error) {
	if s.Region == nil {
		return nil, errNoRegion
	}
	labels, err := s.Region.Flat(slice)
	if err != nil {
		return nil, err
	}
	if ground == OnInput {
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
	return inside, nil
}

var errNoRegion = errors.New("lab: the scan has no region of interest to attack in; add or paint one, or attack everywhere")
