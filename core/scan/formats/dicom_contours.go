package formats

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"segfault/core/names"
	"segfault/core/scan"
)

// The elements of contours: regions of interest, and what was drawn of each.
const (
	tagROIs            tag = 0x3006_0020
	tagROINumber       tag = 0x3006_0022
	tagROIFrame        tag = 0x3006_0024
	tagROIName         tag = 0x3006_0026
	tagROIContours     tag = 0x3006_0039
	tagContours        tag = 0x3006_0040
	tagContourKind     tag = 0x3006_0042
	tagContourPoints   tag = 0x3006_0050
	tagContouredRegion tag = 0x3006_0084
)

// region is a region of interest.
type region struct {
	number, class int
	name, frame   string
}

// contours reads closed contours onto a scan's slices: of one region and slice, what an odd number of them encloses is inside.
func (f *dicomFile) contours(grid *sliceGrid) (*scan.Mask, error) {
	r := dicomReader{data: f.data, order: f.order, explicit: f.explicit}
	parts, err := r.listed(len(f.data))
	if err != nil {
		return nil, err
	}
	regions, err := f.regions(parts)
	if err != nil {
		return nil, err
	}
	drawn, err := f.items(parts, tagROIContours)
	if err != nil {
		return nil, err
	}
	d := &drawing{grid: grid, mask: grid.on.NewMask(), off: math.Inf(1),
		work: newBudget("DICOM", 64*int64(grid.on.Width)*int64(grid.on.Height)*int64(grid.on.Slices))}
	for _, of := range drawn {
		number, _ := strconv.Atoi(textOf(of, tagContouredRegion))
		at := slices.IndexFunc(regions, func(r region) bool { return r.number == number })
		if at < 0 {
			return nil, fmt.Errorf("scan: the DICOM's contours are of region %d, which it does not list; export it again", number)
		}
		if err := grid.sameFrame(regions[at].frame, "contours belong"); err != nil {
			return nil, err
		}
		list, err := f.items(of, tagContours)
		if err == nil {
			err = d.region(regions[at], list)
		}
		if err != nil {
			return nil, err
		}
	}
	if d.closed == 0 && d.between > 0 {
		return nil, grid.elsewhere("contours lie", d.off)
	}
	if d.closed == 0 {
		return nil, fmt.Errorf("scan: the DICOM file holds no closed contours, so that it marks nothing; choose another")
	}
	return d.mask, nil
}

func textOf(parts []part, t tag) string {
	v := valueOf(parts, t)
	return strings.Trim(string(v[:min(len(v), maxText)]), " \x00")
}

// regions lists those of a file. Their numbers are the classes, where they can be; else their places.
func (f *dicomFile) regions(parts []part) (regions []region, err error) {
	items, err := f.items(parts, tagROIs)
	if err != nil {
		return nil, err
	}
	fits := len(items) <= 255
	seen := map[int]bool{}
	for _, item := range items {
		number, err := strconv.Atoi(textOf(item, tagROINumber))
		if err != nil {
			return nil, fmt.Errorf("scan: a region of the DICOM's contours has no number; export it again")
		}
		fits = fits && number >= 1 && number <= 255 && !seen[number]
		seen[number] = true
		regions = append(regions, region{number, number, readableName(textOf(item, tagROIName)), textOf(item, tagROIFrame)})
	}
	if len(items) > 255 {
		return nil, fmt.Errorf("scan: the DICOM has contours of %d regions; a mask has at most 255 classes", len(items))
	}
	if !fits {
		for i := range regions {
			regions[i].class = i + 1
		}
	}
	return regions, nil
}

// readableName is a name in UTF-8, taken for Latin-1 where it is none, as names of western languages are most often written.
func readableName(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var letters []rune
	for _, b := range []byte(name) {
		letters = append(letters, rune(b))
	}
	return string(letters)
}

// drawing fills contours.
type drawing struct {
	grid            *sliceGrid
	mask            *scan.Mask
	closed, between int
	off             float64 // of those between slices, the least
	work            *budget
}

// region draws all contours of a region.
func (d *drawing) region(r region, contours [][]part) error {
	planes := map[int][]uint8{}
	between, open, closed := 0, 0, 0
	for _, c := range contours {
		if kind := textOf(c, tagContourKind); kind != "CLOSED_PLANAR" && kind != "CLOSEDPLANAR_XOR" {
			open++
			continue
		}
		points, err := contourPoints(valueOf(c, tagContourPoints))
		if err != nil {
			return err
		}
		if len(points) < 3 {
			continue
		}
		k, found, err := d.slice(points)
		if err != nil {
			return err
		}
		closed++
		if !found {
			between++
			continue
		}
		if planes[k] == nil {
			planes[k] = make([]uint8, d.mask.Width*d.mask.Height)
		}
		if err := d.fill(planes[k], points, k); err != nil {
			return err
		}
	}
	for k := range d.mask.Slices {
		if planes[k] != nil {
			d.mask.Add(uint8(r.class), k, planes[k])
		}
		if err := layered(d.mask); err != nil {
			return err
		}
	}
	d.closed, d.between = d.closed+closed-between, d.between+between
	if between > 0 {
		d.mask.LeftOut = append(d.mask.LeftOut, fmt.Sprintf("%d of %d contours of %q lie between the scan's slices and are left out.", between, closed, r.name))
	}
	if open > 0 {
		d.mask.LeftOut = append(d.mask.LeftOut, fmt.Sprintf("Left out, as they are open or points, which enclose nothing: %s of %q.", names.Counted(open, "contour"), r.name))
	}
	return nil
}

// contourPoints reads places as text, in mm toward right, front and head.
func contourPoints(text []byte) (points [][3]float64, err error) {
	for len(text) > 0 {
		var p [3]float64
		for i := range p {
			var part string
			if part, text, err = nextNumber(tagContourPoints, text); err == nil {
				p[i], err = parseNumber(tagContourPoints, part)
			}
			if err != nil {
				return nil, err
			}
		}
		points = append(points, inRAS(p))
	}
	return points, nil
}

// slice is that in which a contour lies, if in any. One that crosses slices is refused.
func (d *drawing) slice(points [][3]float64) (k int, found bool, err error) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		at := dot(p, d.grid.normal)
		low, high = min(low, at), max(high, at)
	}
	if high-low > 2*near*d.grid.gap {
		return 0, false, fmt.Errorf("scan: the contours are not drawn in the planes of the scan's slices: one reaches over %.3g mm across them; choose the series that they were drawn on", high-low)
	}
	k, off, found := d.grid.slice(points[0])
	if !found {
		d.off = min(d.off, off)
	}
	return k, found, nil
}

// fill turns over the pixels whose centres a contour encloses.
func (d *drawing) fill(plane []uint8, points [][3]float64, k int) error {
	width, height := d.mask.Width, d.mask.Height
	top, bottom := height, 0 // of the rows that it reaches, which may be few
	for _, p := range points {
		_, y := d.grid.pixel(p, k)
		top, bottom = min(top, reached(y, height)), max(bottom, reached(y, height))
	}
	crossings := make([][]float64, bottom-top)
	x0, y0 := d.grid.pixel(points[len(points)-1], k)
	for _, p := range points {
		x1, y1 := d.grid.pixel(p, k)
		first, end := reached(min(y0, y1), height), reached(max(y0, y1), height) // the rows at or above the lower end and below the upper one
		if err := d.work.spend(int64(end-first) + 1); err != nil {
			return err
		}
		for y := first; y < end; y++ {
			crossings[y-top] = append(crossings[y-top], x0+(float64(y)-y0)*(x1-x0)/(y1-y0))
		}
		x0, y0 = x1, y1
	}
	for y, at := range crossings {
		slices.Sort(at)
		for i := 0; i+1 < len(at); i += 2 {
			from, to := reached(at[i], width), reached(at[i+1], width)
			if err := d.work.spend(int64(to - from)); err != nil {
				return err
			}
			for x := from; x < to; x++ {
				plane[(top+y)*width+x] ^= 1
			}
		}
	}
	return nil
}

// reached is the first of n pixels whose centre is at a place or beyond it, n where none is. Places may be as far away as numbers reach.
func reached(place float64, n int) int {
	if !(place > 0) {
		return 0
	}
	return int(min(math.Ceil(place), float64(n)))
}
