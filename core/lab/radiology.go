package lab

import (
	"math"

	"segfault/core/attack"
	"segfault/core/metrics"
	"segfault/core/scan"
)

// Radiology are measures that radiology asks for, of each class: how far surfaces are apart, how much there is, and which lesions are found.
// They are of the masks as the model has them; distances and volumes are the scan's, as far as its file says.
type Radiology struct {
	Length  Unit       `json:"length"` // of distances: mm, or pixels of the model's input where the file does not say
	Volume  Unit       `json:"volume"` // ml, or pixels
	Classes []Clinical `json:"classes"`
}

// Unit is what a number is in.
type Unit string

// The units.
const (
	Millimetre Unit = "mm"
	Millilitre Unit = "ml"
	Pixel      Unit = "pixel"
)

// Clinical are a class's. A distance is nil where there is none: where one of the two masks, or both, are empty.
type Clinical struct {
	HD95    attack.Pair `json:"hd95"`    // the 95th-percentile Hausdorff distance, as MONAI has it
	Surface attack.Pair `json:"surface"` // the mean distance of surfaces, over both lists
	Volume  Amounts     `json:"volume"`
	Change  attack.Pair `json:"change"` // a volume's part of the reference's, less 1; nil without a reference
	Lesions Detections  `json:"lesions"`
}

// Amounts are volumes.
type Amounts struct {
	Reference float64 `json:"reference"`
	Before    float64 `json:"before"`
	After     float64 `json:"after"`
}

// Detections are the lesions that are found, with 8 neighbours in a plane and 26 in space. Of a slice before the attack nil where the
// clean prediction itself is the reference.
type Detections struct {
	Before *Lesions `json:"before"`
	After  *Lesions `json:"after"`
}

// Lesions are how many of the reference's were found and missed, and how many were invented.
type Lesions struct {
	Found    int `json:"found"`
	Missed   int `json:"missed"`
	Invented int `json:"invented"`
}

// voxels are those of masks of the model's input, as many as slices; their sizes are 0 where the file does not say them.
func (s *Subject) voxels(m *Model, slices int) metrics.Grid {
	height, width := s.InputSize(m)
	g := metrics.Grid{Size: [3]int{slices, height, width}}
	in := s.Scan.Spacing
	if s.Scan.Normalised || s.Scan.Detector || in[0] == 0 || in[1] == 0 {
		return g
	}
	fit, err := scan.NewGrid(s.Scan.Width, s.Scan.Height, m.Size)
	if err != nil {
		return g
	}
	g.Spacing = [3]float64{in[2], in[1] * float64(fit.Height) / float64(fit.H), in[0] * float64(fit.Width) / float64(fit.W)}
	return g
}

// radiology measures masks of each class. known says that the reference is a truth; else it is the prediction before.
func radiology(g metrics.Grid, before, after, reference [][]uint8, known bool) Radiology {
	r := Radiology{Length: Pixel, Volume: Pixel}
	volume, pixels := g, [3]float64{1, 1, 1}
	if g.Spacing[1] > 0 && (g.Spacing[0] > 0 || g.Size[0] == 1) { // through several slices it takes theirs
		r.Length = Millimetre
	} else {
		g.Spacing = pixels
	}
	if volume.Spacing[0] > 0 {
		r.Volume = Millilitre
	} else {
		g.Spacing[0], volume.Spacing = 1, pixels // of a plane its thickness does not matter to distances
	}
	for k := range reference {
		c := Clinical{}
		was, is := metrics.Surfaces(before[k], reference[k], g), metrics.Surfaces(after[k], reference[k], g)
		c.HD95, c.Surface = pair(was.HD95, is.HD95, known), pair(was.Mean, is.Mean, known)
		amount := func(mask []uint8) (metrics.Volume, float64) {
			v := metrics.Volumes(mask, reference[k], volume)
			change, ok := v.Change()
			if r.Volume == Millilitre {
				v.Found, v.Wanted = v.Found/1000, v.Wanted/1000
			}
			if !ok {
				change = math.NaN()
			}
			return v, change
		}
		had, grew := amount(before[k])
		has, grows := amount(after[k])
		c.Volume, c.Change = Amounts{has.Wanted, had.Found, has.Found}, pair(grew, grows, known)
		found := Lesions(metrics.Detect(after[k], reference[k], g))
		if c.Lesions.After = &found; known {
			found := Lesions(metrics.Detect(before[k], reference[k], g))
			c.Lesions.Before = &found
		}
		r.Classes = append(r.Classes, c)
	}
	return r
}

// pair are numbers as far as they are some.
func pair(before, after float64, known bool) (p attack.Pair) {
	if known && !math.IsNaN(before) && !math.IsInf(before, 0) {
		p.Before = &before
	}
	if !math.IsNaN(after) && !math.IsInf(after, 0) {
		p.After = &after
	}
	return p
}

// byClass are the planes of each class.
func byClass(planes []uint8, classes int) (list [][]uint8) {
	n := len(planes) / classes
	for k := range classes {
		list = append(list, planes[k*n:(k+1)*n])
	}
	return list
}
