package formats

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// dicomFile is a DICOM file with the few elements that say what its pixels are.
type dicomFile struct {
	meta   []byte // preamble and file meta information, as they are
	start  int    // of the latter
	syntax transferSyntax
	dicomReader
}

// parseDICOM reads the elements before the pixel data, which it finds.
func parseDICOM(data []byte) (*dicomFile, error) {
	start := 132
	if !marked(data) { // some leave out the preamble, or all that says how the rest is written
		start = 0
	}
	head := dicomReader{data: data, at: start, order: binary.LittleEndian, explicit: true}
	for head.at+2 <= len(data) && binary.LittleEndian.Uint16(data[head.at:]) == 2 { // the file's own group is always explicit, little endian
		e, err := head.head(len(data))
		if err != nil {
			return nil, err
		}
		if err := head.value(e, len(data), atTop); err != nil {
			return nil, err
		}
	}
	f := &dicomFile{meta: data[:head.at], start: start}
	var err error
	if f.syntax, err = syntax(string(bytes.TrimRight(head.fields.of(tagTransferSyntax), " \x00"))); err != nil {
		return nil, err
	}
	if f.syntax.deflated {
		return f, f.inflate(data[head.at:])
	}
	return f, f.parse(data[head.at:])
}

// parse reads a data set.
func (f *dicomFile) parse(data []byte) error {
	f.syntax = f.syntax.coding(data)
	f.dicomReader = dicomReader{data: data, order: f.syntax.order(), explicit: !f.syntax.implicit}
	return f.elements(len(data), atTop, 0)
}

// A deflated data set does not say how long it is: so much is inflated to find its pixels, which say how long they are, and of contours, which
// are no pixels, so much in all.
const (
	firstInflated  = 1 << 20
	mostInflated   = 1 << 24
	mostContours   = 1 << 28
	worthInflating = 64 // times as long as it is packed: a header shrinks by less
)

// inflate reads a deflated data set up to the end of the pixels that its rows and columns ask for.
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
		most := int64(mostInflated)
		if f.isContours() {
			most = mostContours
		}
		if whole || limit >= min(most, max(freeWork, worthInflating*int64(len(packed)))) {
			return err
		}
	}
	length, err := f.unpackedBytes()
	if err != nil || length == 0 { // sizes that cannot be are not worth inflating
		return err
	}
	missing := int64(f.pixelValue) + length - int64(len(data))
	if missing <= 0 || length > int64(f.pixels.length) {
		return nil
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

// unpackedBytes is how many the pixels of a picture or a segmentation take, of others and of what is in fragments 0, which is told later.
func (f *dicomFile) unpackedBytes() (int64, error) {
	if f.pixels.length == undefinedLength {
		return 0, nil
	}
	if f.isSegmentation() {
		s := segmentation{file: f}
		err := s.sizes()
		return s.bytes(), err
	}
	if f.noPicture() != nil {
		return 0, nil
	}
	p, err := f.layout()
	if err != nil {
		return 0, err
	}
	return int64(p.frames) * int64(p.frameBytes()), nil
}

// field returns an element's value, for a frame where frames have values of their own.
func (f *dicomFile) field(t tag, frame int) []byte {
	if frame < len(f.frames) {
		if v := f.frames[frame].of(t); v != nil {
			return v
		}
	}
	if v := f.fields.of(t); v != nil {
		return v
	}
	if v := f.shared.of(t); v != nil || f.gap() == 0 {
		return v
	}
	return f.detector.of(t)
}

// text returns a value without its padding, of a long one the beginning.
func (f *dicomFile) text(t tag) string {
	v := f.fields.of(t)
	return strings.Trim(string(v[:min(len(v), maxText)]), " \x00")
}

// maxText is more bytes than any text that is read here takes.
const maxText = 1 << 10

// pictureless are the kinds of objects that are no pictures to attack, although segmentations have pixels: by modality, and by the beginning
// of the class where that says more.
var pictureless = []struct{ modality, class, name string }{
	{"SEG", "66.4", "a segmentation"},
	{"", "66.7", "a segmentation"}, // as a map of labels
	{"", "66", "a registration or other raw data"},
	{"RTSTRUCT", "481.3", "a set of contours"},
	{"RTPLAN", "481.5", "a treatment plan"},
	{"KO", "88.59", "a list of chosen images"},
	{"SR", "88", "a report"},
	{"PR", "11", "a presentation state"},
	{"DOC", "104", "a document"},
	{"ECG", "9", "a recording of waves"},
}

// storage begins the class of every object that is stored for itself.
const storage = "1.2.840.10008.5.1.4.1.1."

// noPicture says in words what a file is that holds no picture.
func (f *dicomFile) noPicture() error {
	class, modality := strings.TrimPrefix(f.text(tagClass), storage), f.text(tagModality)
	for _, kind := range pictureless {
		of := kind.class != "" && (class == kind.class || strings.HasPrefix(class, kind.class+"."))
		if of || kind.modality != "" && modality == kind.modality {
			return fmt.Errorf("scan: this DICOM file is %s, not a scan; choose the images that it belongs to", kind.name)
		}
	}
	if !f.found || f.pixels.length == 0 {
		return fmt.Errorf("scan: the DICOM file has no pixel data; choose one that holds an image")
	}
	return nil
}
