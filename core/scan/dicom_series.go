package scan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// dicomSeries is the slices of one or several files, in the scan's order.
type dicomSeries struct {
	slices   []dicomSlice
	parallel bool // and with known positions
}

// dicomSlice is one frame of a file.
type dicomSlice struct {
	file             *dicomFile
	pixels           *dicomPixels
	frame            int
	slope, intercept float64
	placed           bool // the file tells where the slice is:
	position         [3]float64
	rows, columns    [3]float64 // directions in which column and row numbers grow; all in mm toward the patient's left, back and head
	number           float64    // in order of acquisition
}

// readSeries reads files that make up one scan. Of several, those that are no DICOM image are left out and counted.
func readSeries(files [][]byte, codec Codec) (s *dicomSeries, left int, err error) {
	s = &dicomSeries{}
	var first *dicomPixels
	uids := map[string]int{}
	total := int64(0)
	for _, data := range files {
		if sniff(data) != "dicom" {
			left++
			continue
		}
		f, err := parseDICOM(data)
		if err != nil {
			return nil, 0, err
		}
		if !f.found && len(files) > 1 {
			left++
			continue
		}
		uids[f.text(tagSeries)]++
		p, err := f.unpack(codec)
		if err != nil {
			return nil, 0, err
		}
		if first == nil {
			first = p
		}
		if !first.alike(p) {
			return nil, 0, fmt.Errorf("scan: the files differ: one holds %s, another %s; choose the files of one series", first, p)
		}
		if total += int64(p.frames); total > maxValues/int64(p.width*p.height) {
			return nil, 0, checkSize("series", int64(p.width), int64(p.height), total)
		}
		number, _ := f.number(tagInstanceNumber, 0, 0)
		for frame := range p.frames {
			slice := dicomSlice{file: f, pixels: p, frame: frame, number: number}
			slice.slope, slice.intercept = f.rescale(frame)
			var turn [6]float64
			slice.placed = f.numbers(tagPosition, frame, slice.position[:]) && f.numbers(tagOrientation, frame, turn[:])
			slice.rows, slice.columns = [3]float64(turn[:3]), [3]float64(turn[3:])
			s.slices = append(s.slices, slice)
		}
	}
	if first == nil {
		return nil, 0, fmt.Errorf("scan: none of the %d files is a DICOM image; only DICOM files make up a scan together", len(files))
	}
	if len(uids) > 1 {
		return nil, 0, fmt.Errorf("scan: the %d files belong to %d different series; choose the files of one", len(files)-left, len(uids))
	}
	s.sort()
	return s, left, nil
}

// String describes a layout for an error.
func (p *dicomPixels) String() string {
	return fmt.Sprintf("%d×%d pixels of %d bits (%s)", p.width, p.height, p.stored, p.photometric)
}

// sort puts the slices in order of their position along their common normal, which is by how far they are from the patient's
// right, front and feet; those at the same position, such as the phases of a cine, in order of acquisition. Where
// positions are not known or the slices not parallel, the order of acquisition alone counts.
func (s *dicomSeries) sort() {
	first := s.slices[0]
	normal := cross(first.rows, first.columns)
	s.parallel = true
	for _, slice := range s.slices {
		s.parallel = s.parallel && slice.placed && dot(cross(slice.rows, slice.columns), normal) > 0.999
	}
	slices.SortStableFunc(s.slices, func(a, b dicomSlice) int {
		if along := dot(a.position, normal) - dot(b.position, normal); s.parallel && math.Abs(along) > samePlace {
			return cmp.Compare(along, 0)
		}
		return cmp.Compare(a.number, b.number)
	})
}

// samePlace is how far apart slices at one position are, in mm.
const samePlace = 1e-3

// choose keeps the slices of one volume and returns how many there are. Where a sorted series has several slices at each of several
// positions, such as echoes or phases of a contrast agent, the first ones are volume 0, the second ones volume 1, and so on.
func (s *dicomSeries) choose(volume int) (volumes int, err error) {
	normal := cross(s.slices[0].rows, s.slices[0].columns)
	var counts []int // of slices at each position
	for i, slice := range s.slices {
		if i == 0 || dot(slice.position, normal)-dot(s.slices[i-1].position, normal) > samePlace {
			counts = append(counts, 0)
		}
		counts[len(counts)-1]++
	}
	volumes = 1
	if s.parallel && len(counts) > 1 {
		if fewest, most := slices.Min(counts), slices.Max(counts); fewest < most {
			return 0, fmt.Errorf("scan: the series has %d of its slices at one position and %d at another; choose the files of one volume", fewest, most)
		}
		volumes = counts[0]
	}
	if volume < 0 || volume >= volumes {
		return 0, fmt.Errorf("scan: volume %d was asked for, but the DICOM series has %d, counted from 0", volume, volumes)
	}
	var kept []dicomSlice
	for i := volume; i < len(s.slices); i += volumes {
		kept = append(kept, s.slices[i])
	}
	s.slices = kept
	return volumes, nil
}

// geometry returns mm along x, y and between slices, 0 where the files do not say, and the affine from stored voxels to mm
// toward right, front and head, or zeros where slices are not equally spaced along one line.
func (s *dicomSeries) geometry() (mm [3]float64, affine [4][4]float64) {
	first, last := s.slices[0], s.slices[len(s.slices)-1]
	from := []struct {
		tag   tag
		part  int
		along int
	}{ // the file names the distance of rows first, which is y
		{tagPixelSpacing, 1, 0}, {tagPixelSpacing, 0, 1}, {tagSliceThickness, 0, 2}, {tagSliceSpacing, 0, 2},
	}
	for _, e := range from {
		if v, ok := first.file.number(e.tag, 0, e.part); ok && v > 0 {
			mm[e.along] = v
		}
	}
	step := cross(first.rows, first.columns)
	for i := range step {
		step[i] *= max(mm[2], 1)
	}
	if n := float64(len(s.slices) - 1); n > 0 {
		for i := range step {
			step[i] = (last.position[i] - first.position[i]) / n
		}
		for k, slice := range s.slices {
			for i := range step {
				if math.Abs(first.position[i]+float64(k)*step[i]-slice.position[i]) > 0.01*norm(step)+1e-3 {
					return mm, affine
				}
			}
		}
		if norm(step) > 0 {
			mm[2] = norm(step)
		}
	}
	if !first.placed || mm[0] == 0 || norm(step) == 0 {
		return mm, affine
	}
	for i, toward := range [3]float64{-1, -1, 1} { // DICOM counts toward left and back
		affine[i] = [4]float64{toward * first.rows[i] * mm[0], toward * first.columns[i] * mm[1], toward * step[i], toward * first.position[i]}
	}
	affine[3][3] = 1
	return mm, affine
}

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func norm(a [3]float64) float64 { return math.Sqrt(dot(a, a)) }
