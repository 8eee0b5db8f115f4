package scan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// decodeDICOM reads the frames of an uncompressed DICOM file as they are stored, one a slice, with the modality
// rescale applied. Colours become luma.
//
// MONOCHROME1 stores dark for bright. Such frames are turned over, so that bright is always high: a stored value
// becomes the one as far from the other end of its range (for 12 unsigned bits 4095 − stored), then follows the
// rescale. The window is turned over with them.
func decodeDICOM(data []byte) (*Scan, error) {
	f, err := parseDICOM(data)
	if err != nil {
		return nil, err
	}
	p, err := f.pixels()
	if err != nil {
		return nil, err
	}
	kind := "uint"
	if p.signed {
		kind = "int"
	}
	s := picture("dicom", fmt.Sprintf("%s%d", kind, p.allocated), p.stored, p.width, p.height)
	s.Slices, s.Inverted = p.frames, p.inverted
	if err := f.rescale(s); err != nil {
		return nil, err
	}
	s.Spacing = f.spacing()
	s.Values = p.values(s.Slope, s.Intercept, &s.NonFinite)
	if s.Window = f.window(); s.Window[0] == s.Window[1] {
		s.Window = robustWindow(s.Values)
	} else if s.Inverted {
		low, high := p.storedRange()
		sum := (low+high)*s.Slope + 2*s.Intercept
		s.Window = [2]float64{sum - s.Window[1], sum - s.Window[0]}
	}
	return s, nil
}

// dicomFile holds the few elements of a DICOM file that say what its pixels are.
type dicomFile struct {
	order  binary.ByteOrder
	fields map[tag][]byte
	data   []byte // of the pixel data element
	words  bool   // whether that element is a string of 16-bit words (OW), which matters for big endian
	mixed  bool   // whether frames have different rescales
}

// number returns the i-th number of a decimal string (its parts are separated by backslashes), if it is there.
func (f *dicomFile) number(t tag, i int) (float64, bool) {
	parts := strings.Split(string(f.fields[t]), `\`)
	if i >= len(parts) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.Trim(parts[i], " \x00"), 64)
	return v, err == nil && isFinite(v)
}

// short returns an unsigned 16-bit number, or what it means when it is absent.
func (f *dicomFile) short(t tag, absent int) int {
	if v := f.fields[t]; len(v) >= 2 {
		return int(f.order.Uint16(v))
	}
	return absent
}

// rescale reads slope and intercept, which turn stored values into the modality's units.
func (f *dicomFile) rescale(s *Scan) error {
	if f.mixed {
		return fmt.Errorf("scan: the DICOM's frames have different rescale slopes, and only a common one is read; export the frames one by one")
	}
	if slope, ok := f.number(tagRescaleSlope, 0); ok && slope != 0 {
		s.Slope = slope
	}
	s.Intercept, _ = f.number(tagRescaleIntercept, 0)
	return nil
}

// spacing reads mm along x, y and between slices. The file names the distance of rows first, which is y.
func (f *dicomFile) spacing() (mm [3]float64) {
	from := []struct {
		tag   tag
		part  int
		along int
	}{
		{tagPixelSpacing, 1, 0}, {tagPixelSpacing, 0, 1}, {tagSliceThickness, 0, 2}, {tagSliceSpacing, 0, 2},
	}
	for _, e := range from {
		if v, ok := f.number(e.tag, e.part); ok && v > 0 {
			mm[e.along] = v
		}
	}
	return mm
}

// window reads the first display window, as the standard defines its ends (PS3.3 C.11.2.1.2), or returns zeros.
func (f *dicomFile) window() [2]float64 {
	centre, ok := f.number(tagWindowCenter, 0)
	width, ok2 := f.number(tagWindowWidth, 0)
	if !ok || !ok2 || width <= 1 {
		return [2]float64{}
	}
	return [2]float64{centre - 0.5 - (width-1)/2, centre - 0.5 + (width-1)/2}
}

// transferSyntaxes names the ways in which pixels may be compressed, for the error.
var transferSyntaxes = []struct{ uid, name string }{
	{"1.2.840.10008.1.2.1.99", "Deflate"},
	{"1.2.840.10008.1.2.4.50", "JPEG Baseline"},
	{"1.2.840.10008.1.2.4.51", "JPEG Extended"},
	{"1.2.840.10008.1.2.4.57", "JPEG Lossless"},
	{"1.2.840.10008.1.2.4.70", "JPEG Lossless"},
	{"1.2.840.10008.1.2.4.80", "JPEG-LS Lossless"},
	{"1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless"},
	{"1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless"},
	{"1.2.840.10008.1.2.4.91", "JPEG 2000"},
	{"1.2.840.10008.1.2.4.100", "MPEG-2 video"},
	{"1.2.840.10008.1.2.4.102", "MPEG-4 video"},
	{"1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless"},
	{"1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 Lossless"},
	{"1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000"},
	{"1.2.840.10008.1.2.5", "RLE Lossless"},
}

// syntax tells how a transfer syntax writes elements, or names the compression that keeps the file from being read.
func syntax(uid string) (order binary.ByteOrder, explicit bool, err error) {
	switch uid {
	case "1.2.840.10008.1.2", "":
		return binary.LittleEndian, false, nil
	case "1.2.840.10008.1.2.1":
		return binary.LittleEndian, true, nil
	case "1.2.840.10008.1.2.2":
		return binary.BigEndian, true, nil
	}
	for _, t := range transferSyntaxes {
		if t.uid == uid {
			return nil, false, fmt.Errorf("scan: this DICOM file is compressed with %s, and only uncompressed DICOM is read; export it as Explicit VR Little Endian", t.name)
		}
	}
	return nil, false, fmt.Errorf("scan: this DICOM file has the unknown transfer syntax %.64q, and only uncompressed DICOM is read; export it as Explicit VR Little Endian", uid)
}

// dicomPixels is the pixel data element and how to read it.
type dicomPixels struct {
	data                  []byte
	order                 binary.ByteOrder
	width, height, frames int
	samples               int  // 1, or 3 for colour
	planar                bool // colours in planes of their own rather than pixel by pixel
	swapped               bool // pairs of bytes are exchanged: 8-bit pixels in big-endian words
	onlyFirst             bool // the first sample is luma already
	inverted              bool
	allocated, stored     int // bits that a value takes, and that carry it
	shift                 int // position of the lowest of those
	signed                bool
}

// pixels checks what the file says about its pixels, and that they are all there.
func (f *dicomFile) pixels() (*dicomPixels, error) {
	p := &dicomPixels{
		data: f.data, order: f.order,
		width: f.short(tagColumns, 0), height: f.short(tagRows, 0), frames: 1,
		samples: f.short(tagSamplesPerPixel, 1), planar: f.short(tagPlanarConfiguration, 0) == 1,
		allocated: f.short(tagBitsAllocated, 0), signed: f.short(tagPixelRepresentation, 0) == 1,
	}
	if f.data == nil {
		return nil, fmt.Errorf("scan: the DICOM file has no pixel data; choose one that holds an image")
	}
	frames := 1.0
	if v, ok := f.number(tagNumberOfFrames, 0); ok {
		frames = min(max(v, 0), math.MaxInt32)
	}
	p.frames = int(frames)
	if err := checkSize("DICOM", int64(p.width), int64(p.height), int64(p.frames)); err != nil {
		return nil, err
	}
	if p.allocated != 8 && p.allocated != 16 && p.allocated != 32 {
		return nil, fmt.Errorf("scan: the DICOM stores %d bits per value, but 8, 16 or 32 are read; export it again", p.allocated)
	}
	p.stored = f.short(tagBitsStored, p.allocated)
	p.shift = f.short(tagHighBit, p.stored-1) - p.stored + 1
	if p.stored < 1 || p.shift < 0 || p.stored+p.shift > p.allocated {
		return nil, fmt.Errorf("scan: the DICOM claims %d bits from bit %d within %d, which is impossible; export it again", p.stored, p.shift, p.allocated)
	}
	kind := string(bytes.Trim(f.fields[tagPhotometric], " \x00"))
	wanted := 3
	switch kind {
	case "MONOCHROME1":
		p.inverted, wanted = true, 1
	case "MONOCHROME2", "":
		wanted = 1
	case "RGB":
	case "YBR_FULL":
		p.onlyFirst = true
	default:
		return nil, fmt.Errorf("scan: the DICOM's colours are %.20q, but MONOCHROME1, MONOCHROME2, RGB and YBR_FULL are read; export it as grey", kind)
	}
	if p.samples != wanted {
		return nil, fmt.Errorf("scan: the DICOM has %d samples per pixel, but %s has %d; export it again", p.samples, kind, wanted)
	}
	p.swapped = f.words && p.allocated == 8 && p.order == binary.BigEndian
	need := int64(p.width) * int64(p.height) * int64(p.frames) * int64(p.samples) * int64(p.allocated/8)
	if p.swapped {
		need += need & 1
	}
	if need > int64(len(p.data)) {
		return nil, truncated("DICOM", need, int64(len(p.data)))
	}
	return p, nil
}

// storedRange is the least and the greatest number that the stored bits can mean.
func (p *dicomPixels) storedRange() (low, high float64) {
	span := math.Ldexp(1, p.stored)
	if p.signed {
		return -span / 2, span/2 - 1
	}
	return 0, span - 1
}

// values reads all frames, with the rescale applied.
func (p *dicomPixels) values(slope, intercept float64, nonFinite *int) []float32 {
	perFrame := p.width * p.height
	alongPixel, alongSample := p.samples, 1
	if p.planar {
		alongPixel, alongSample = 1, perFrame
	}
	low, high := p.storedRange()
	values := make([]float32, p.frames*perFrame)
	for i := range values {
		at := i/perFrame*perFrame*p.samples + i%perFrame*alongPixel
		v := p.value(at)
		if p.samples == 3 && !p.onlyFirst {
			if g, b := p.value(at+alongSample), p.value(at+2*alongSample); v != g || g != b { // grey stays exact
				v = luma(v, g, b)
			}
		}
		if p.inverted {
			v = low + high - v
		}
		values[i] = finite(v*slope+intercept, nonFinite)
	}
	return values
}

// value reads the i-th sample: its stored bits, sign extended if signed. Bits around them may hold overlays.
func (p *dicomPixels) value(i int) float64 {
	var raw uint32
	switch p.allocated {
	case 8:
		if p.swapped {
			i ^= 1
		}
		raw = uint32(p.data[i])
	case 16:
		raw = uint32(p.order.Uint16(p.data[2*i:]))
	case 32:
		raw = p.order.Uint32(p.data[4*i:])
	}
	raw = raw >> p.shift << (32 - p.stored) // the value's bits at the top
	if p.signed {
		return float64(int32(raw) >> (32 - p.stored))
	}
	return float64(raw >> (32 - p.stored))
}
