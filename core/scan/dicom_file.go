package scan

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// dicomFile is a DICOM file with the few elements that say what its pixels are.
type dicomFile struct {
	meta   []byte // preamble and file meta information, as they are
	syntax transferSyntax
	dicomReader
}

// parseDICOM reads the elements before the pixel data, which it finds.
func parseDICOM(data []byte) (*dicomFile, error) {
	head := dicomReader{data: data, at: 132, order: binary.LittleEndian, explicit: true, fields: fields{}}
	for head.at+2 <= len(data) && binary.LittleEndian.Uint16(data[head.at:]) == 2 { // the file's own group is always explicit, little endian
		e, err := head.head(len(data))
		if err != nil {
			return nil, err
		}
		if err := head.value(e, len(data), atTop); err != nil {
			return nil, err
		}
	}
	f := &dicomFile{meta: data[:head.at]}
	var err error
	if f.syntax, err = syntax(string(bytes.TrimRight(head.fields[tagTransferSyntax], " \x00"))); err != nil {
		return nil, err
	}
	if f.syntax.deflated {
		return f, f.inflate(data[head.at:])
	}
	return f, f.parse(data[head.at:])
}

// parse reads a data set.
func (f *dicomFile) parse(data []byte) error {
	f.dicomReader = dicomReader{data: data, order: f.syntax.order(), explicit: !f.syntax.implicit, fields: fields{}}
	return f.elements(len(data), atTop, 0)
}

// A deflated data set does not say how long it is: so much is inflated to find its pixels, which say how long they are.
const (
	firstInflated = 1 << 20
	mostInflated  = 1 << 24
)

// inflate reads a deflated data set up to the end of its pixels.
func (f *dicomFile) inflate(packed []byte) error {
	from := flate.NewReader(bytes.NewReader(packed))
	var data []byte
	for limit := int64(firstInflated); ; limit *= 4 {
		more, err := io.ReadAll(io.LimitReader(from, limit-int64(len(data))))
		data = append(data, more...)
		if err != nil {
			return fmt.Errorf("scan: the deflated DICOM is damaged or incomplete (%v); copy or export it again", err)
		}
		whole := int64(len(data)) < limit
		err = f.parse(data)
		if f.found {
			break
		}
		if whole || limit >= mostInflated {
			return err
		}
	}
	length := int64(f.pixels.length)
	missing := int64(f.pixelValue) + length - int64(len(data))
	if f.pixels.length == undefinedLength || missing <= 0 {
		return nil
	}
	if _, err := f.layout(); err != nil { // sizes that cannot be are not worth inflating
		return err
	}
	if missing > int64(len(packed))*maxDeflate {
		return truncated("DICOM", length, length-missing)
	}
	data = append(data, make([]byte, missing)...)
	if _, err := io.ReadFull(from, data[int64(len(data))-missing:]); err != nil {
		return fmt.Errorf("scan: the deflated DICOM is damaged or incomplete (%v); copy or export it again", err)
	}
	f.data = data
	return nil
}

// field returns an element's value, for a frame where frames have values of their own.
func (f *dicomFile) field(t tag, frame int) []byte {
	if frame < len(f.frames) {
		if v, ok := f.frames[frame][t]; ok {
			return v
		}
	}
	return f.fields[t]
}

// text returns a value without its padding.
func (f *dicomFile) text(t tag) string { return strings.Trim(string(f.fields[t]), " \x00") }

// number returns the i-th number of a decimal string (its parts are separated by backslashes), if it is there.
func (f *dicomFile) number(t tag, frame, i int) (float64, bool) {
	parts := strings.Split(string(f.field(t, frame)), `\`)
	if i >= len(parts) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.Trim(parts[i], " \x00"), 64)
	return v, err == nil && isFinite(v)
}

// numbers returns the first numbers of a decimal string, or false where one is missing.
func (f *dicomFile) numbers(t tag, frame int, to []float64) bool {
	for i := range to {
		v, ok := f.number(t, frame, i)
		if !ok {
			return false
		}
		to[i] = v
	}
	return true
}

// short returns an unsigned 16-bit number, or what it means when it is absent.
func (f *dicomFile) short(t tag, absent int) int {
	if v := f.fields[t]; len(v) >= 2 {
		return int(f.order.Uint16(v))
	}
	return absent
}

// rescale returns slope and intercept, which turn a frame's stored values into the modality's units.
func (f *dicomFile) rescale(frame int) (slope, intercept float64) {
	slope, ok := f.number(tagRescaleSlope, frame, 0)
	if !ok || slope == 0 {
		slope = 1
	}
	intercept, _ = f.number(tagRescaleIntercept, frame, 0)
	return slope, intercept
}

// window reads the first display window, as the standard defines its ends (PS3.3 C.11.2.1.2), or returns zeros.
func (f *dicomFile) window() [2]float64 {
	centre, ok := f.number(tagWindowCenter, 0, 0)
	width, ok2 := f.number(tagWindowWidth, 0, 0)
	if !ok || !ok2 || width <= 1 {
		return [2]float64{}
	}
	return [2]float64{centre - 0.5 - (width-1)/2, centre - 0.5 + (width-1)/2}
}
