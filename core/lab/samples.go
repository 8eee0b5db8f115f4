package lab

import (
	"fmt"
	"math"

	"segfault/core/attack"
	"segfault/core/names"
	"segfault/core/phantom"
	"segfault/core/scan"
)

// Sample is a simulated scan of the menu, for the models of its task.
type Sample struct {
	Name, Title, Task string
	Seed              uint64 // of the patient who is shown first
	make              func(seed uint64) phantom.Slice
}

// sampleSize is the side of a simulated slice.
const sampleSize = 224

// Samples are the simulated scans. Of seeds 1 to 140 these are slices that the smallest shipped model
// segments well and the default attack breaks most visibly.
var Samples = []Sample{
	{"glioma", "Glioma", "brain", 75, brain(phantom.Glioma, phantom.Axial)},
	{"meningioma", "Meningioma", "brain", 118, brain(phantom.Meningioma, phantom.Coronal)},
	{"pituitary", "Pituitary", "brain", 10, brain(phantom.Pituitary, phantom.Sagittal)},
	{"heart", "Heart", "heart", 1, func(seed uint64) phantom.Slice { return phantom.Heart(seed, sampleSize) }},
}

func brain(kind phantom.Kind, plane phantom.Plane) func(uint64) phantom.Slice {
	return func(seed uint64) phantom.Slice {
		return phantom.Brain(phantom.BrainOptions{Seed: seed, Size: sampleSize, Kind: kind, Plane: plane})
	}
}

// FindSample is the sample of a name.
func FindSample(name string) (Sample, error) {
	for _, s := range Samples {
		if s.Name == name {
			return s, nil
		}
	}
	var known []string
	for _, s := range Samples {
		known = append(known, s.Name)
	}
	return Sample{}, fmt.Errorf("lab: there is no sample %.20q; %s", name, names.Hint(known, name))
}

// MaxSeed is the largest seed.
const MaxSeed = attack.MaxSeed

// Seed reads a patient's seed from a number.
func Seed(v float64) (uint64, error) {
	if !(v >= 0 && v <= MaxSeed) || v != math.Trunc(v) {
		return 0, fmt.Errorf("lab: a seed of %v; expected a whole number from 0 to %d", v, uint64(MaxSeed))
	}
	return uint64(v), nil
}

// Subject simulates the patient of a seed: a scan with its truth.
func (s Sample) Subject(seed uint64) *Subject {
	made := s.make(seed)
	labels := make([]uint8, made.Size*made.Size)
	for k, mask := range made.Masks {
		for i, v := range mask {
			if v > 0.5 {
				labels[i] = uint8(k + 1)
			}
		}
	}
	return &Subject{
		Scan: &scan.Scan{
			Format: "phantom", Width: made.Size, Height: made.Size, Slices: 1, Channels: 1, Volumes: 1,
			Window: [2]float64{0, 1}, Type: "float32", Bits: 32, Slope: 1, Values: made.Image,
		},
		Truth: &scan.Mask{Width: made.Size, Height: made.Size, Slices: 1, Layers: [][]uint8{labels}},
		Named: true,
	}
}
