package formats

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maxNumber is how long a number may be as text, padding included. The standard allows 16 bytes.
const maxNumber = 64

// number returns the i-th of an element's numbers, which are text with backslashes between them, and whether there is one. What is there
// and is no number is an error: nothing else may take its place.
func (f *dicomFile) number(t tag, frame, i int) (v float64, there bool, err error) {
	part, rest := "", f.field(t, frame)
	for range i + 1 {
		if part, rest, err = nextNumber(t, rest); err != nil {
			return 0, false, err
		}
	}
	if len(part) == 0 {
		return 0, false, nil
	}
	v, err = parseNumber(t, part)
	return v, err == nil, err
}

// parseNumber reads a number as DICOM writes them, of which Go would read more.
func parseNumber(t tag, text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !isFinite(v) || strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, noNumber(t, text)
	}
	return v, nil
}

// nextNumber cuts the first of some numbers off. It looks no further than a number can reach, however long the text is.
func nextNumber(t tag, text []byte) (part string, rest []byte, err error) {
	near := string(text[:min(len(text), maxNumber+1)])
	part, _, more := strings.Cut(near, `\`)
	if more {
		rest = text[len(part)+1:]
	} else if len(text) > maxNumber {
		return "", nil, noNumber(t, near)
	}
	return strings.Trim(part, " \x00"), rest, nil
}

func noNumber(t tag, text string) error {
	return fmt.Errorf("scan: the DICOM's %s should be a number and is %.20q; export it again", t, text)
}

// numbers returns the first numbers of an element, or false where one is absent.
func (f *dicomFile) numbers(t tag, frame int, to []float64) (bool, error) {
	for i := range to {
		v, there, err := f.number(t, frame, i)
		if err != nil || !there {
			return false, err
		}
		to[i] = v
	}
	return true, nil
}

// reals reads the first numbers of an element that holds them in binary, or tells that they are not there or no places.
func (f *dicomFile) reals(t tag, frame int, to []float64) bool {
	list := realsOf(f.field(t, frame), f.order)
	if len(list) < len(to) {
		return false
	}
	copy(to, list)
	return true
}

// realsOf are numbers in binary up to one that is no place, at most as many as an orientation has.
func realsOf(value []byte, order binary.ByteOrder) (list []float64) {
	for ; len(value) >= 8 && len(list) < 6; value = value[8:] {
		v := math.Float64frombits(order.Uint64(value))
		if !isPlace(v) {
			break
		}
		list = append(list, v)
	}
	return list
}

// declaredFrames is how many frames the file says that it has: where it does not, or as some do says none, one.
func (f *dicomFile) declaredFrames() (int, error) {
	v, _, err := f.number(tagNumberOfFrames, 0, 0)
	if v > maxFrames {
		return 0, fmt.Errorf("scan: the DICOM declares %.0f frames, but at most %d are read; cut it into parts", v, maxFrames)
	}
	return max(int(v), 1), err
}

// short returns an unsigned 16-bit number, or what it means when it is absent.
func (f *dicomFile) short(t tag, absent int) int {
	if v := f.fields.of(t); len(v) >= 2 {
		return int(f.order.Uint16(v))
	}
	return absent
}

// rescale returns slope and intercept, which turn a frame's stored values into the modality's units: of a dose, into gray.
func (f *dicomFile) rescale(frame int) (slope, intercept float64, err error) {
	slope, there, err := f.number(tagRescaleSlope, frame, 0)
	if err == nil && !there {
		slope, _, err = f.number(tagDoseScaling, frame, 0)
	}
	if err != nil {
		return 0, 0, err
	}
	if slope == 0 {
		slope = 1
	}
	intercept, _, err = f.number(tagRescaleIntercept, frame, 0)
	return slope, intercept, err
}

// shown is the range of values that a table of what is shown has entries for, or zeros.
func (f *dicomFile) shown() ([2]float64, error) {
	t, err := f.table(tagVOILUT, f.short(tagPixelRepresentation, 0) == 1)
	if err != nil || t == nil || t.count < 2 {
		return [2]float64{}, nil // a window can be found without it
	}
	return [2]float64{float64(t.first), float64(t.first + t.count - 1)}, nil
}

// window reads a frame's first display window, as the standard defines its ends (PS3.3 C.11.2.1.2), or returns zeros. A curve's are where
// most of its rise is.
func (f *dicomFile) window(frame int) ([2]float64, error) {
	var v [2]float64
	centre, err := f.numbers(tagWindowCenter, frame, v[:1])
	if err != nil {
		return v, err
	}
	width, err := f.numbers(tagWindowWidth, frame, v[1:])
	if err == nil && (!centre || !width) {
		return f.shown()
	}
	if function := strings.Trim(string(f.field(tagWindowFunction, frame)), " \x00"); err == nil && v[1] > 0 && (function == "LINEAR_EXACT" || function == "SIGMOID") {
		return [2]float64{v[0] - v[1]/2, v[0] + v[1]/2}, nil
	}
	if err != nil || v[1] <= 1 {
		return [2]float64{}, err
	}
	return [2]float64{v[0] - 0.5 - (v[1]-1)/2, v[0] - 0.5 + (v[1]-1)/2}, nil
}
