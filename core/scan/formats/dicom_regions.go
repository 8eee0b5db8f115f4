package formats

import (
	"math"
	"slices"

	"segfault/core/scan"
)

// The regions of a picture of ultrasound, each with a scale of its own (PS3.3 C.8.5.5).
const (
	tagRegions      tag = 0x0018_6011
	tagRegionFormat tag = 0x0018_6012 // 1 in two dimensions
	tagRegionType   tag = 0x0018_6014 // 1 of tissue
	tagRegionUnitsX tag = 0x0018_6024 // 3 of centimetres
	tagRegionUnitsY tag = 0x0018_6026
	tagRegionDeltaX tag = 0x0018_602C
	tagRegionDeltaY tag = 0x0018_602E
)

// regionElements are what a copy keeps of a region: numbers of a fixed size.
var regionElements = []struct {
	tag   tag
	vr    string
	bytes int
}{
	{tagRegionFormat, "US", 2}, {tagRegionType, "US", 2}, {0x0018_6016, "UL", 4},
	{0x0018_6018, "UL", 4}, {0x0018_601A, "UL", 4}, {0x0018_601C, "UL", 4}, {0x0018_601E, "UL", 4}, // where it lies
	{tagRegionUnitsX, "US", 2}, {tagRegionUnitsY, "US", 2}, {tagRegionDeltaX, "FD", 8}, {tagRegionDeltaY, "FD", 8},
}

// mostRegions is how many bytes of regions are looked into, of which each takes some hundred.
const mostRegions = 1 << 16

// tissue is the region that shows tissue in two dimensions; nil where none does, or several, which may differ in scale.
func (f *dicomFile) tissue() (found []part) {
	at := slices.IndexFunc(f.whole, func(p part) bool { return p.tag == tagRegions })
	if at < 0 || len(f.whole[at].bytes) > mostRegions {
		return nil
	}
	regions, _ := f.items(f.whole[at:at+1], tagRegions) // what is damaged counts as absent: little depends on it
	for _, region := range regions {
		if !f.holds(region, tagRegionFormat, 1) || !f.holds(region, tagRegionType, 1) {
			continue
		}
		if found != nil {
			return nil
		}
		found = region
	}
	return found
}

// holds tells whether an element among some is a short number that is so much.
func (f *dicomFile) holds(parts []part, t tag, number uint16) bool {
	v := valueOf(parts, t)
	return len(v) >= 2 && f.order.Uint16(v) == number
}

// tissueSpacing is mm along x and y in the region of tissue, 0 where the file does not say.
func (f *dicomFile) tissueSpacing() (mm [2]float64) {
	region := f.tissue()
	for i, axis := range [2]struct{ units, delta tag }{{tagRegionUnitsX, tagRegionDeltaX}, {tagRegionUnitsY, tagRegionDeltaY}} {
		cm := realsOf(valueOf(region, axis.delta), f.order)
		if len(cm) == 0 || cm[0] == 0 || !isPlace(10*cm[0]) || !f.holds(region, axis.units, 3) {
			return [2]float64{}
		}
		mm[i] = 10 * math.Abs(cm[0])
	}
	return mm
}

// keepTissue writes the region of tissue into a copy, if it has a scale, as far as its numbers are such as they should be.
func (w *dicomWriter) keepTissue(f *dicomFile) {
	if f.tissueSpacing() == [2]float64{} {
		return
	}
	region, inner := f.tissue(), &dicomWriter{syntax: w.syntax}
	for _, e := range regionElements {
		if v := valueOf(region, e.tag); len(v) >= e.bytes && (e.vr != "UL" || f.order.Uint32(v) <= scan.MaxSide) {
			inner.set(e.tag, e.vr, v[:e.bytes])
		}
	}
	w.set(tagRegions, "SQ", w.item(inner.bytes()))
}
