//go:build js && wasm

package main

import (
	"fmt"

	"segfault/core/phantom"
	"segfault/core/scan"
)

// study is a loaded scan and its truth.
type study struct {
	scan  *scan.Scan
	truth *scan.Mask // nil without
	named bool       // the truth's labels are known to be the model's classes, as in a simulated scan
}

// describe is what the page learns of a scan. Of a file only geometry and intensity are ever told.
func (s *study) describe(id int) object {
	return object{
		"id": id, "format": s.scan.Format, "width": s.scan.Width, "height": s.scan.Height,
		"slices": s.scan.Slices, "volumes": s.scan.Volumes, "spacing": s.scan.Spacing[:], "window": s.scan.Window[:],
		"type": s.scan.Type, "truth": s.describeTruth(),
	}
}

func (s *study) describeTruth() any {
	if s.truth == nil {
		return nil
	}
	pixels := 0
	var seen [256]bool
	for _, label := range s.truth.Labels {
		if label != 0 {
			pixels++
			seen[label] = true
		}
	}
	labels := []int{}
	for label, yes := range seen {
		if yes {
			labels = append(labels, label)
		}
	}
	return object{"labels": labels, "pixels": pixels}
}

func load(e *engine, c *call) (any, error) {
	data, err := c.params.bytes("bytes")
	if err != nil {
		return nil, err
	}
	name, err := c.params.text("name")
	if err != nil {
		return nil, err
	}
	volume, err := c.params.index("volume")
	if err != nil {
		return nil, err
	}
	decoded, err := scan.DecodeVolume(name, data, volume)
	if err != nil {
		return nil, err
	}
	s := &study{scan: decoded}
	return s.describe(e.keep(s)), nil
}

// loadTruth attaches a mask to a scan.
func loadTruth(e *engine, c *call) (any, error) {
	s, err := e.study(c.params)
	if err != nil {
		return nil, err
	}
	data, err := c.params.bytes("bytes")
	if err != nil {
		return nil, err
	}
	name, err := c.params.text("name")
	if err != nil {
		return nil, err
	}
	mask, err := scan.DecodeMask(name, data)
	if err != nil {
		return nil, err
	}
	if mask.Width != s.scan.Width || mask.Height != s.scan.Height || mask.Slices != s.scan.Slices {
		return nil, fmt.Errorf("segfault: the mask is %d×%d with %d slices, but the scan is %d×%d with %d; choose the mask that belongs to it",
			mask.Width, mask.Height, mask.Slices, s.scan.Width, s.scan.Height, s.scan.Slices)
	}
	s.truth, s.named = mask, false
	e.gradients.drop(s)
	return s.describeTruth(), nil
}

// sampleSize is the side of a simulated slice, that of the shipped models' input.
const sampleSize = 224

// samples are the simulated scans of the menu. Their seeds were chosen for a clear picture.
var samples = []struct {
	name, title, task string
	seed              uint64
	make              func(seed uint64) phantom.Slice
}{
	{"glioma", "Glioma", "brain", 4, brain(phantom.Glioma, phantom.Axial)},
	{"meningioma", "Meningioma", "brain", 2, brain(phantom.Meningioma, phantom.Axial)},
	{"pituitary", "Pituitary", "brain", 3, brain(phantom.Pituitary, phantom.Coronal)},
	{"heart", "Heart", "heart", 1, func(seed uint64) phantom.Slice { return phantom.Heart(seed, sampleSize) }},
}

func brain(kind phantom.Kind, plane phantom.Plane) func(uint64) phantom.Slice {
	return func(seed uint64) phantom.Slice {
		return phantom.Brain(phantom.BrainOptions{Seed: seed, Size: sampleSize, Kind: kind, Plane: plane})
	}
}

func sample(e *engine, c *call) (any, error) {
	name, err := c.params.text("name")
	if err != nil {
		return nil, err
	}
	seed, err := c.params.number("seed")
	if err != nil {
		return nil, err
	}
	for _, s := range samples {
		if s.name == name {
			if seed < 0 {
				seed = float64(s.seed)
			}
			made := studyOf(s.make(uint64(seed)))
			return made.describe(e.keep(made)), nil
		}
	}
	return nil, fmt.Errorf("segfault: there is no sample %q; lab.info.samples lists them", name)
}

// studyOf makes a loaded scan of a simulated slice.
func studyOf(s phantom.Slice) *study {
	n := s.Size * s.Size
	truth := make([]uint8, n)
	for k, mask := range s.Masks {
		for i, v := range mask {
			if v > 0.5 {
				truth[i] = uint8(k + 1)
			}
		}
	}
	return &study{named: true, truth: &scan.Mask{Width: s.Size, Height: s.Size, Slices: 1, Channels: 1, Labels: truth}, scan: &scan.Scan{
		Format: "phantom", Width: s.Size, Height: s.Size, Slices: 1, Channels: 1, Volumes: 1,
		Window: [2]float64{0, 1}, Type: "float32", Bits: 32, Slope: 1, Values: s.Image,
	}}
}
