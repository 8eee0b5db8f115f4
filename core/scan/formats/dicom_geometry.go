package formats

import (
	"encoding/binary"
	"math"

	"segfault/core/scan"
)

// dicomPlane is what a file says of a frame beside its pixels.
type dicomPlane struct {
	slope, intercept float64
	number           float64   // in order of acquisition
	phase            []float64 // what tells slices at one position apart that have no numbers
	indices          []uint32  // in the file's dimensions, such as stack, place and time
	placed           bool      // the file tells where the slice is:
	position         [3]float64
	apart            bool       // in a space of ultrasound's own, which is not the patient's
	rows, columns    [3]float64 // directions in which column and row numbers grow; all in mm toward the patient's left, back and head
}

// planes reads what a file says of each of some frames. What they have in common is one.
func (f *dicomFile) planes(frames int) ([]*dicomPlane, error) {
	offsets, err := f.offsets(frames)
	if err != nil {
		return nil, err
	}
	planes, phase := make([]*dicomPlane, frames), f.phase()
	var common *dicomPlane
	for i := range planes {
		own := i < len(f.frames) && f.frames[i] != nil
		if !own && common != nil {
			planes[i] = common
		} else if planes[i], err = f.plane(i); err != nil {
			return nil, err
		}
		planes[i].phase = phase
		if !own {
			common = planes[i]
		}
		if offsets != nil {
			moved := *planes[i]
			moved.move(offsets, i)
			planes[i] = &moved
		}
	}
	return planes, nil
}

// plane reads what a file says of a frame.
func (f *dicomFile) plane(frame int) (*dicomPlane, error) {
	p := &dicomPlane{}
	var err error
	if p.slope, p.intercept, err = f.rescale(frame); err != nil {
		return nil, err
	}
	if p.number, _, err = f.number(tagInstanceNumber, 0, 0); err != nil {
		return nil, err
	}
	p.indices = indicesOf(f.field(tagDimensionValues, frame), f.order)
	var turn [6]float64
	at, err := f.numbers(tagPosition, frame, p.position[:])
	if err != nil {
		return nil, err
	}
	turned, err := f.numbers(tagOrientation, frame, turn[:])
	if err != nil {
		return nil, err
	}
	if !at && !turned {
		at, turned = f.reals(tagVolumePosition, frame, p.position[:]), f.reals(tagVolumeOrientation, frame, turn[:])
		p.apart = at && turned
	}
	p.rows, p.columns = [3]float64(turn[:3]), [3]float64(turn[3:])
	p.placed = at && turned && norm(cross(p.rows, p.columns)) > 0.5
	return p, nil
}

// phase is what a file's slices are of: an acquisition, a time in the heart's cycle or in a series, an echo, how it was excited, how it is weighted. The
// times of day come last, as they may differ from slice to slice. What is no number counts as absent: little depends on it.
func (f *dicomFile) phase() (list []float64) {
	for _, t := range []tag{tagAcquisition, tagTemporalPosition, tagTriggerTime, tagEchoNumber, tagEchoTime, tagInversionTime, tagFlipAngle} {
		v, _, _ := f.number(t, 0, 0)
		list = append(list, v)
	}
	weight := [1]float64{}
	f.reals(tagDiffusionWeight, 0, weight[:])
	reference, _, _ := f.number(tagFrameReference, 0, 0)
	time, _, _ := f.number(tagAcquisitionTime, 0, 0)
	return append(list, weight[0], reference, time)
}

// indicesOf are those of a frame in the file's dimensions, nil where there is none that can be.
func indicesOf(value []byte, order binary.ByteOrder) (list []uint32) {
	for ; len(value) >= 4; value = value[4:] {
		index := order.Uint32(value)
		if index > maxFrames || len(list) == mostDimensions {
			return nil
		}
		list = append(list, index)
	}
	return list
}

// mostDimensions is more than frames have.
const mostDimensions = 16

// gap is how far apart the slices of a reconstruction by nuclear medicine are, of which the file says where the first frame is and which slice each is:
// below 0 where they go on before the first one. 0 of everything else.
func (f *dicomFile) gap() float64 {
	if f.detector == nil || f.fields.of(tagSliceVector) == nil {
		return 0
	}
	part, _, _ := nextNumber(tagSliceSpacing, f.fields.of(tagSliceSpacing))
	mm, err := parseNumber(tagSliceSpacing, part)
	if err != nil || !isPlace(mm) {
		return 0
	}
	return mm
}

// offsets are how far from the first the frames of a dose are, or of a reconstruction by nuclear medicine; nil where the file does not say.
func (f *dicomFile) offsets(frames int) ([]float64, error) {
	if gap, slices := f.gap(), f.fields.of(tagSliceVector); gap != 0 && len(slices) >= 2*frames {
		offsets := make([]float64, frames)
		for i := range offsets {
			offsets[i] = gap * (float64(f.order.Uint16(slices[2*i:])) - float64(f.order.Uint16(slices)))
		}
		return offsets, nil
	}
	text := f.fields.of(tagFrameOffsets)
	if frames == 1 || f.text(tagFrameOffsets) == "" {
		return nil, nil
	}
	offsets := make([]float64, frames)
	for i := range offsets {
		part, rest, err := nextNumber(tagFrameOffsets, text)
		if err == nil {
			offsets[i], err = parseNumber(tagFrameOffsets, part)
		}
		if err != nil {
			return nil, err
		}
		text = rest
	}
	return offsets, nil
}

// move puts a frame where its offset says: along the planes' normal from the first one's position where offsets begin at 0, else
// they are positions toward the head themselves (PS3.3 C.8.8.3.2).
func (p *dicomPlane) move(offsets []float64, frame int) {
	if offsets[0] != 0 {
		p.position[2] = offsets[frame]
		return
	}
	normal := cross(p.rows, p.columns)
	for i := range p.position {
		p.position[i] += offsets[frame] * normal[i]
	}
}

// parallel tells whether two planes' rows and columns run the same ways, which they do as well where neither is placed.
func (p *dicomPlane) parallel(q *dicomPlane) bool {
	if !p.placed || !q.placed {
		return p.placed == q.placed
	}
	if p.apart != q.apart {
		return false
	}
	return dot(p.rows, q.rows) > 0.999 && dot(p.columns, q.columns) > 0.999
}

// spacing reads mm along x, y and between slices, 0 where the file does not say, and tells whether they are the detector's of a projection,
// which magnifies what lies before it.
func (f *dicomFile) spacing() (mm [3]float64, detector bool, err error) {
	from := []struct {
		tag   tag
		part  int
		along int
	}{ // the file names the distance of rows first, which is y
		{tagPixelSpacing, 1, 0}, {tagPixelSpacing, 0, 1}, {tagSliceThickness, 0, 2}, {tagSliceSpacing, 0, 2},
	}
	for _, e := range from {
		v, _, err := f.number(e.tag, 0, e.part)
		if err != nil {
			return mm, false, err
		}
		if v > 0 && isPlace(v) {
			mm[e.along] = v
		}
	}
	if mm[0] > 0 || mm[1] > 0 {
		return mm, false, nil
	}
	if tissue := f.tissueSpacing(); tissue[0] > 0 {
		mm[0], mm[1] = tissue[0], tissue[1]
		return mm, false, nil
	}
	var at [2]float64
	if detector, err = f.numbers(tagDetectorSpacing, 0, at[:]); err != nil || !(at[0] > 0 && at[1] > 0 && isPlace(at[0]) && isPlace(at[1])) {
		return mm, false, err
	}
	mm[0], mm[1] = at[1], at[0]
	return mm, detector, nil
}

// geometry sets a scan's spacing and, where all slices are placed and parallel, where its voxels lie. It has an affine from stored
// voxels to mm toward right, front and head where they are also equally spaced along one line.
func (s *dicomSeries) geometry(to *scan.Scan) (err error) {
	first, last := s.slices[0], s.slices[len(s.slices)-1]
	if to.Spacing, to.Detector, err = first.file.spacing(); err != nil {
		return err
	}
	mm := &to.Spacing
	step := cross(first.rows, first.columns)
	for i := range step {
		step[i] *= max(mm[2], 1)
	}
	even := true
	if n := float64(len(s.slices) - 1); n > 0 {
		for i := range step {
			step[i] = (last.position[i] - first.position[i]) / n
		}
		for k, slice := range s.slices {
			for i := range step {
				even = even && math.Abs(first.position[i]+float64(k)*step[i]-slice.position[i]) <= 0.01*norm(step)+samePlace
			}
		}
		if even = even && norm(step) > 0 && isPlace(norm(step)); even {
			mm[2] = norm(step)
		}
	}
	if !s.parallel || first.apart || mm[0] == 0 || to.Detector {
		return nil
	}
	var affine [4][4]float64
	for i, toward := range towardRAS {
		affine[i] = [4]float64{toward * first.rows[i] * mm[0], toward * first.columns[i] * mm[1], toward * step[i], toward * first.position[i]}
	}
	affine[3][3] = 1
	to.Space = &scan.Space{Affine: affine, Width: to.Width, Height: to.Height}
	if even {
		to.Affine = affine
		return nil
	}
	for _, slice := range s.slices {
		var origin [3]float64
		for i, toward := range towardRAS {
			origin[i] = toward * slice.position[i]
		}
		to.Space.Origins = append(to.Space.Origins, origin)
	}
	return nil
}

// towardRAS turns DICOM's axes toward left, back and head into those toward right, front and head.
var towardRAS = [3]float64{-1, -1, 1}

// samePlace is how far apart slices at one position are, in mm.
const samePlace = 1e-3

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func norm(a [3]float64) float64 { return math.Sqrt(dot(a, a)) }
