package formats

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"segfault/core/scan"
)

// readDICOMMask reads a segmentation or a set of contours onto the scan that it was made of.
func readDICOMMask(r Reader, files []File, on *scan.Scan) (*scan.Mask, error) {
	f, err := parseDICOM(files[0].Data)
	if err != nil {
		return nil, err
	}
	contours := f.isContours()
	if !contours && !f.isSegmentation() {
		return nil, fmt.Errorf("scan: this DICOM file is neither a segmentation nor a set of contours; is it the scan itself?")
	}
	if on.Space == nil {
		return nil, fmt.Errorf("scan: the scan does not say where it lies in the patient, so that no DICOM mask can be laid on it; use the series that it was made of")
	}
	grid := newSliceGrid(on)
	if contours {
		return f.contours(grid)
	}
	if err := grid.sameFrame(f.text(tagFrameOfRef), "mask belongs"); err != nil {
		return nil, err
	}
	return f.segments(grid, r.Codec)
}

// isContours tells whether a file is a set of contours.
func (f *dicomFile) isContours() bool {
	return strings.TrimPrefix(f.text(tagClass), storage) == "481.3" || f.text(tagModality) == "RTSTRUCT"
}

// isSegmentation tells whether a file is one, also as a map of labels.
func (f *dicomFile) isSegmentation() bool {
	class := strings.TrimPrefix(f.text(tagClass), storage)
	return f.text(tagModality) == "SEG" || strings.HasPrefix(class, "66.4") || strings.HasPrefix(class, "66.7")
}

// sliceGrid is where a scan's slices lie, for what is drawn on them.
type sliceGrid struct {
	on     *scan.Scan
	normal [3]float64
	gap    float64 // the least distance of slices, along the normal
	across []float64
}

func newSliceGrid(on *scan.Scan) *sliceGrid {
	g := &sliceGrid{on: on, gap: math.Inf(1)}
	origin, dx, dy := g.axes(0)
	_ = origin
	g.normal = cross(dx, dy)
	if length := norm(g.normal); length > 0 {
		for i := range g.normal {
			g.normal[i] /= length
		}
	}
	for k := range on.Slices {
		at, _, _ := g.axes(k)
		g.across = append(g.across, dot(at, g.normal))
		if k > 0 {
			g.gap = min(g.gap, math.Abs(g.across[k]-g.across[k-1]))
		}
	}
	if math.IsInf(g.gap, 1) || g.gap == 0 {
		g.gap = cmp.Or(on.Spacing[2], 1)
	}
	return g
}

// axes are where the first pixel of a slice lies, and the steps to the next column and row.
func (g *sliceGrid) axes(k int) (origin, dx, dy [3]float64) {
	origin = g.on.Space.At([3]int{0, 0, k})
	x, y := g.on.Space.At([3]int{1, 0, k}), g.on.Space.At([3]int{0, 1, k})
	return origin, minus(x, origin), minus(y, origin)
}

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

// near is how far from a slice, as a share of the distance of slices, what was drawn on it may lie.
const near = 0.1

// slice is that on which a place lies; off is how far from the nearest one it is.
func (g *sliceGrid) slice(place [3]float64) (k int, off float64, found bool) {
	at, off := dot(place, g.normal), math.Inf(1)
	for i, across := range g.across {
		if d := math.Abs(at - across); d < off {
			k, off = i, d
		}
	}
	return k, off, off <= near*g.gap
}

// pixel is where a place lies on a slice, in pixels from its first.
func (g *sliceGrid) pixel(place [3]float64, k int) (x, y float64) {
	origin, dx, dy := g.axes(k)
	d := minus(place, origin)
	return dot(d, dx) / dot(dx, dx), dot(d, dy) / dot(dy, dy)
}

// inRAS turns DICOM's millimetres toward right, front and head.
func inRAS(p [3]float64) [3]float64 {
	for i, toward := range towardRAS {
		p[i] *= toward
	}
	return p
}

// sameFrame refuses what lies in another frame of reference than the scan's.
func (g *sliceGrid) sameFrame(uid, what string) error {
	series, ok := g.on.Store.(*dicomSeries)
	if !ok || uid == "" {
		return nil
	}
	if own := series.slices[0].file.text(tagFrameOfRef); own != "" && own != uid {
		return fmt.Errorf("scan: the %s to another frame of reference than the scan; choose the mask of this series", what)
	}
	return nil
}

// elsewhere is of a mask of which nothing lies on a slice.
func (g *sliceGrid) elsewhere(what string, off float64) error {
	if off < g.gap {
		return fmt.Errorf("scan: the %s between the scan's slices, %.3g mm off; resample it to the scan", what, off)
	}
	return fmt.Errorf("scan: the %s elsewhere in the patient than the scan: it is %.3g mm from the nearest slice; choose the mask of this series", what, off)
}

// layered refuses a mask whose classes lie over each other in more layers than can be held. It is asked when one more may have come.
func layered(m *scan.Mask) error { return scan.CheckLayers(len(m.Layers), m.Width, m.Height, m.Slices) }
