package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"segfault/core/names"
	"segfault/core/scan"
)

// dicomPixels is how a file's pixels are laid out, and the pixels themselves once they are unpacked.
type dicomPixels struct {
	data                  []byte // frame after frame, each frameBytes long
	order                 binary.ByteOrder
	width, height, frames int
	samples               int    // 1, or 3 for colour
	photometric           string // what the samples mean
	planar                bool   // colours in planes of their own rather than pixel by pixel
	swapped               bool   // pairs of bytes are exchanged: 8-bit pixels in big-endian words
	allocated, stored     int    // bits that a value takes, and that carry it
	shift                 int    // position of the lowest of those
	signed                bool
	palette               *palette // of a PALETTE COLOR
	table                 *lookup  // to the modality's units, in place of slope and intercept
	float                 bool     // values are floating-point numbers
	tiles                 int      // of a mosaic, across and as many down, of which the first are the frames; 0 of all else
}

// layout checks what the file says about its pixels.
func (f *dicomFile) layout() (*dicomPixels, error) {
	p := &dicomPixels{
		order: f.order, width: f.short(tagColumns, 0), height: f.short(tagRows, 0),
		samples: f.short(tagSamplesPerPixel, 1), photometric: f.text(tagPhotometric),
		planar: f.short(tagPlanarConfiguration, 0) == 1, allocated: f.short(tagBitsAllocated, 0), signed: f.short(tagPixelRepresentation, 0) == 1,
	}
	var err error
	if p.frames, err = f.declaredFrames(); err != nil {
		return nil, err
	}
	if err := scan.CheckSize("DICOM", int64(p.width), int64(p.height), int64(p.frames)); err != nil {
		return nil, err
	}
	switch f.pixels.tag {
	case tagFloatPixels:
		p.float, p.allocated = true, 32
	case tagDoublePixels:
		p.float, p.allocated = true, 64
	}
	if p.allocated != 8 && p.allocated != 16 && p.allocated != 32 && !p.float {
		return nil, fmt.Errorf("scan: the DICOM stores %s per value, but 8, 16 or 32 are read; export it again", names.Counted(p.allocated, "bit"))
	}
	if p.stored = f.short(tagBitsStored, p.allocated); p.float {
		p.stored = p.allocated
	}
	if p.stored < 1 || p.stored > p.allocated {
		return nil, fmt.Errorf("scan: the DICOM claims %d bits within %d, which is impossible; export it again", p.stored, p.allocated)
	}
	if p.shift = f.short(tagHighBit, p.stored-1) - p.stored + 1; p.shift < 0 || p.stored+p.shift > p.allocated {
		p.shift = 0 // an impossible highest bit, of which others take no notice either
	}
	return p, f.colours(p)
}

// colours checks what samples a pixel has, and reads the tables of what they mean.
func (f *dicomFile) colours(p *dicomPixels) (err error) {
	wanted := 3
	switch p.photometric {
	case "":
		p.photometric, wanted = "MONOCHROME2", 1
	case "MONOCHROME1", "MONOCHROME2":
		wanted = 1
	case "PALETTE COLOR":
		wanted = 1
		if p.palette, err = f.palette(p.signed); err != nil {
			return err
		}
	case "RGB", "YBR_FULL":
	case halvedColours, "YBR_RCT", "YBR_ICT": // halved or transformed within a code, whole after it
		if f.syntax.packing == coded || p.photometric == halvedColours && f.syntax.packing == native && p.allocated == 8 && p.width%2 == 0 {
			break
		}
		fallthrough
	default:
		return fmt.Errorf("scan: the DICOM's colours are %.20q, but MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB and YBR_FULL are read; export it as grey", p.photometric)
	}
	if !p.coloured() {
		if p.table, err = f.table(tagModalityLUT, p.signed); err != nil {
			return err
		}
	}
	if p.table != nil {
		p.table.dark = p.photometric == "MONOCHROME1"
	}
	if p.samples != wanted {
		return fmt.Errorf("scan: the DICOM has %s per pixel, but %s has %d; export it again", names.Counted(p.samples, "sample"), p.photometric, wanted)
	}
	return nil
}

// unpack brings the file's pixels into memory, one after another.
func (f *dicomFile) unpack(codec Codec) (*dicomPixels, error) {
	p, err := f.layout()
	if err != nil {
		return nil, err
	}
	if f.syntax.packing != native {
		return p, f.decompress(p, codec)
	}
	p.swapped = f.pixels.vr == "OW" && p.allocated == 8 && f.syntax.big
	need := int64(p.frames) * int64(p.frameBytes())
	halved := p.photometric == halvedColours
	if halved {
		need = need / 3 * 2
	}
	if p.swapped {
		need += need & 1
	}
	if p.data, err = f.uncompressed(need); err != nil {
		return nil, err
	}
	if halved {
		p.whole()
	}
	if f.syntax.contrary {
		p.reverse()
	}
	return p, nil
}

// uncompressed are the pixels as they lie in the file, of which so many bytes are needed.
func (f *dicomFile) uncompressed(need int64) ([]byte, error) {
	if f.pixels.length == undefinedLength {
		return nil, fmt.Errorf("scan: the DICOM's pixels are in compressed fragments although its transfer syntax says otherwise; export it again")
	}
	end := min(int64(f.pixelValue)+int64(f.pixels.length), int64(len(f.data))) // a length past the end may only be the length that is wrong
	data := f.data[f.pixelValue:end]
	if need > int64(len(data)) {
		return nil, truncated("DICOM", need, int64(len(data)))
	}
	return data, nil
}

// reverse puts the bytes of each value the other way round.
func (p *dicomPixels) reverse() {
	p.data = bytes.Clone(p.data)
	size := p.allocated / 8
	for rest := p.data; len(rest) >= size; rest = rest[size:] {
		slices.Reverse(rest[:size])
	}
}

// pictures is how many of a frame's size are stored: of a mosaic all tiles.
func (p *dicomPixels) pictures() int { return max(p.frames, p.tiles*p.tiles) }

func (p *dicomPixels) frameBytes() int { return p.width * p.height * p.samples * p.allocated / 8 }

// alike tells whether two files' pixels can be slices of one scan.
func (p *dicomPixels) alike(q *dicomPixels) bool {
	return p.width == q.width && p.height == q.height && p.samples == q.samples && p.photometric == q.photometric &&
		p.allocated == q.allocated && p.stored == q.stored && p.signed == q.signed
}

// String describes a layout for an error.
func (p *dicomPixels) String() string {
	return fmt.Sprintf("%d×%d pixels of %d bits (%s)", p.width, p.height, p.stored, p.photometric)
}

// coloured tells whether pixels are colours, to which neither tables of values nor windows apply (PS3.3 C.11.2.1.2).
func (p *dicomPixels) coloured() bool { return p.samples > 1 || p.palette != nil }

// inverted tells whether stored values are dark for bright, which those of a table become there.
func (p *dicomPixels) inverted() bool {
	return p.photometric == "MONOCHROME1" && p.table == nil && !p.float
}

// sample is the type of floating-point values.
func (p *dicomPixels) sample() sample {
	if p.allocated == 64 {
		return sample{"float64", 8}
	}
	return sample{"float32", 4}
}

// storedRange is the least and the greatest number that the stored bits can mean.
func (p *dicomPixels) storedRange() (low, high float64) {
	span := math.Ldexp(1, p.stored)
	if p.signed {
		return -span / 2, span/2 - 1
	}
	return 0, span - 1
}

// sampleAt returns the position of a pixel's samples: the first, and the distance to the next.
func (p *dicomPixels) sampleAt(frame, pixel int) (first, step int) {
	n := p.width * p.height
	if p.tiles > 0 {
		row, column := frame/p.tiles*p.height+pixel/p.width, frame%p.tiles*p.width+pixel%p.width
		return row*p.tiles*p.width + column, 1
	}
	if p.planar {
		return frame*n*p.samples + pixel, n
	}
	return (frame*n + pixel) * p.samples, 1
}

// grey is a pixel's brightness in stored units: what is stored, turned over where dark stands for bright, or its luma.
func (p *dicomPixels) grey(frame, pixel int) float64 {
	at, step := p.sampleAt(frame, pixel)
	samples := [3]float64{p.value(at)}
	if p.photometric == "RGB" {
		samples[1], samples[2] = p.value(at+step), p.value(at+2*step)
	}
	return p.meaning(samples)
}

// meaning is the brightness that samples stand for.
func (p *dicomPixels) meaning(samples [3]float64) float64 {
	v := samples[0]
	switch {
	case p.palette != nil:
		return p.palette.grey(int(v))
	case p.inverted():
		low, high := p.storedRange()
		return low + high - v
	case p.photometric == "RGB" && (v != samples[1] || v != samples[2]): // grey stays exact
		return luma(v, samples[1], samples[2])
	}
	return v
}

// tinted tells whether a pixel is a colour and no grey.
func (p *dicomPixels) tinted(frame, pixel int) bool {
	at, step := p.sampleAt(frame, pixel)
	switch {
	case p.palette != nil:
		return p.palette.tinted(int(p.value(at)))
	case p.samples == 1:
		return false
	}
	first, second, third := p.value(at), p.value(at+step), p.value(at+2*step)
	if p.photometric != "RGB" { // the others are differences, from the middle of their range
		first = math.Ldexp(1, p.stored-1)
	}
	return first != second || first != third
}

// value reads the i-th sample: its stored bits, sign extended if signed. Bits around them may hold overlays.
func (p *dicomPixels) value(i int) float64 {
	if p.float {
		return p.sample().read(p.order)(p.data[i*p.allocated/8:])
	}
	raw := p.raw(i) >> p.shift << (32 - p.stored) // the value's bits at the top
	if p.signed {
		return float64(int32(raw) >> (32 - p.stored))
	}
	return float64(raw >> (32 - p.stored))
}

// raw reads all allocated bits of the i-th sample.
func (p *dicomPixels) raw(i int) uint32 {
	switch p.allocated {
	case 8:
		if p.swapped {
			i ^= 1
		}
		return uint32(p.data[i])
	case 16:
		return uint32(p.order.Uint16(p.data[2*i:]))
	}
	return p.order.Uint32(p.data[4*i:])
}
