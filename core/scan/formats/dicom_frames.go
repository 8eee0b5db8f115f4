package formats

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"

	"segfault/core/names"
)

// decompress unpacks all frames, whose layout is known, one after another, in little endian. Colours come out as RGB, pixel
// by pixel.
func (f *dicomFile) decompress(p *dicomPixels, codec Codec) error {
	if f.pixels.length != undefinedLength {
		return fmt.Errorf("scan: the DICOM claims to be compressed with %s, but its pixels are not; export it again", f.syntax.name)
	}
	if f.syntax.packing == coded && codec == nil {
		return fmt.Errorf("scan: this DICOM file is compressed with %s, for which no decoder is here; export it as Explicit VR Little Endian", f.syntax.name)
	}
	table, pieces, err := f.fragments(p.frames)
	if err != nil {
		return err
	}
	frames, err := f.gather(table, pieces, p.frames)
	if err != nil {
		return err
	}
	for i, data := range frames { // what all frames declare must be true before memory is taken for them
		frames[i] = unboxed(data)
		if err := f.declared(frames[i], p); err != nil {
			return err
		}
	}
	for i, data := range frames {
		var pixels []byte
		switch f.syntax.packing {
		case runs:
			pixels, err = unpackRuns(data, p)
		case deflated:
			pixels = make([]byte, p.frameBytes())
			if _, wrong := io.ReadFull(flate.NewReader(bytes.NewReader(data)), pixels); wrong != nil {
				err = fmt.Errorf("scan: a deflated frame of the DICOM is damaged or incomplete (%v); copy or export it again", wrong)
			}
		default:
			pixels, err = f.decode(data, p, codec)
		}
		if err != nil {
			return err
		}
		if p.frames == 1 {
			p.data = pixels
			break
		}
		if i == 0 {
			p.data = make([]byte, 0, p.frames*len(pixels))
		}
		p.data = append(p.data, pixels...)
	}
	if p.planar = false; f.syntax.packing == coded && p.samples == 3 {
		p.photometric = "RGB"
	}
	return nil
}

// fragment is a piece of the pixel data, and where its head lies after the first, which is the table of offsets.
type fragment struct {
	data []byte
	at   int
}

// maxFragments is how many more fragments than frames are read.
const maxFragments = 1 << 16

// fragments lists the pieces of the pixel data and the table of offsets before them, which may be empty. Empty pieces say nothing.
func (f *dicomFile) fragments(frames int) (table []byte, pieces []fragment, err error) {
	r := dicomReader{data: f.data, at: f.pixelValue, order: f.order}
	origin := 0
	for first := true; ; first = false {
		at := r.at
		e, err := r.head(len(r.data))
		if err != nil {
			return nil, nil, err
		}
		if e.tag == tagSequenceEnd && len(pieces) > 0 {
			return table, pieces, nil
		}
		end, err := r.bound(e, len(r.data))
		if e.tag != tagItem || err != nil {
			return nil, nil, fmt.Errorf("scan: the DICOM's compressed pixels are damaged or incomplete after %s; copy or export it again", names.Counted(len(pieces), "fragment"))
		}
		data := r.data[r.at:end]
		r.at = end
		if first {
			table, origin = data, end
		} else if len(data) > 0 {
			pieces = append(pieces, fragment{data, at - origin})
		}
		if len(pieces) > frames+maxFragments {
			return nil, nil, fmt.Errorf("scan: the DICOM's compressed pixels are in more than %d fragments; export it again", frames+maxFragments)
		}
	}
}

// gather joins fragments to frames: all make up the only one, or one each, or as the table of offsets tells, or
// else a frame begins where a fragment begins as its code does.
func (f *dicomFile) gather(table []byte, pieces []fragment, frames int) ([][]byte, error) {
	begins := map[int]bool{}
	for i := 0; i+4 <= min(len(table), 4*frames); i += 4 {
		begins[int(f.order.Uint32(table[i:]))] = true
	}
	var parts [][][]byte // the pieces of each frame
	for i, piece := range pieces {
		first := i == 0
		switch {
		case frames == 1:
		case len(pieces) == frames:
			first = true
		case len(table) > 0:
			first = first || begins[piece.at]
		default:
			first = first || bytes.HasPrefix(piece.data, []byte{0xff, 0xd8}) || bytes.HasPrefix(piece.data, []byte{0xff, 0x4f})
		}
		if first {
			parts = append(parts, nil)
		}
		last := &parts[len(parts)-1]
		*last = append(*last, piece.data)
	}
	if len(parts) != frames {
		return nil, fmt.Errorf("scan: the DICOM declares %s, but its compressed pixels hold %d; export it again", names.Counted(frames, "frame"), len(parts))
	}
	var joined [][]byte
	for _, pieces := range parts {
		whole := pieces[0]
		if len(pieces) > 1 {
			whole = bytes.Join(pieces, nil)
		}
		joined = append(joined, whole)
	}
	return joined, nil
}

// unboxed is the code of a JPEG 2000 file, which some store as it is, with its boxes around the code (PS3.5 A.4.4 wants it without).
func unboxed(data []byte) []byte {
	const signature, head, long = "\x00\x00\x00\x0cjP  ", 8, 16
	if !bytes.HasPrefix(data, []byte(signature)) {
		return data
	}
	for rest := data; len(rest) >= long; {
		length := binary.BigEndian.Uint32(rest)
		switch {
		case string(rest[4:head]) == "jp2c" && length == 1: // and told in 64 bits
			return rest[long:]
		case string(rest[4:head]) == "jp2c":
			return rest[head:]
		case length < head || int64(length) > int64(len(rest)):
			return data
		}
		rest = rest[length:]
	}
	return data
}

// maxScans is how often a JPEG frame may pass over its pixels: ten times are usual, each takes as long as all.
const maxScans = 64

// passes counts the scans of a JPEG or JPEG-LS frame, whose marks occur nowhere else.
func passes(data []byte) (n int) {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return 0
	}
	for i, v := range data[1:] {
		if v == 0xda && data[i] == 0xff {
			n++
		}
	}
	return n
}

// declared refuses a frame that cannot hold what the file says of it.
func (f *dicomFile) declared(data []byte, p *dicomPixels) error {
	if f.syntax.packing == runs {
		if need := int64(p.frameBytes()) / 64; need > int64(len(data)) { // two bytes make at most 128
			return truncated("DICOM", need, int64(len(data)))
		}
		return nil
	}
	if f.syntax.packing == deflated {
		if need := int64(p.frameBytes()); need > int64(len(data))*maxDeflate {
			return truncated("DICOM", need, int64(len(data)))
		}
		return nil
	}
	width, height, samples := codedSize(data)
	if width != p.width || height != p.height || samples != p.samples {
		return fmt.Errorf("scan: the DICOM declares %d×%d pixels of %d samples, but its %s data hold %d×%d of %d; export it again",
			p.width, p.height, p.samples, f.syntax.name, width, height, samples)
	}
	if scans := passes(data); scans > maxScans {
		return fmt.Errorf("scan: the DICOM's %s data are written in %d scans, but at most %d are read; export it again", f.syntax.name, scans, maxScans)
	}
	if p.allocated > 16 {
		return fmt.Errorf("scan: the DICOM's compressed pixels have %d bits, but at most 16 are read; export it as Explicit VR Little Endian", p.allocated)
	}
	return nil
}

// decode hands a frame to the codec.
func (f *dicomFile) decode(data []byte, p *dicomPixels, codec Codec) ([]byte, error) {
	pixels, err := codec(Frame{f.syntax.uid, data, p.width, p.height, p.samples, p.allocated, p.stored, p.signed, p.photometric})
	if err != nil {
		return nil, fmt.Errorf("scan: the DICOM's %s data cannot be decoded (%v); copy it again, or export it as Explicit VR Little Endian", f.syntax.name, err)
	}
	if len(pixels) != p.frameBytes() {
		return nil, fmt.Errorf("scan: the DICOM's %s data decode to %d bytes, but %d were declared; export it again", f.syntax.name, len(pixels), p.frameBytes())
	}
	p.hold(pixels, data, f.syntax.uid)
	if p.samples > 1 && inPlanes(data) {
		return p.interleaved(pixels), nil
	}
	return pixels, nil
}

// inPlanes tells whether a JPEG-LS stream has a scan for each colour, which decoders of it leave apart.
func inPlanes(data []byte) bool {
	for ls := false; ; {
		kind, body, after := jpegSegment(data)
		switch kind {
		case 0:
			return false
		case 0xDA:
			return ls && len(body) > 0 && body[0] == 1
		case 0xF7:
			ls = true
		}
		data = after
	}
}

// interleaved puts the colours of a frame that lie in planes pixel by pixel.
func (p *dicomPixels) interleaved(planes []byte) []byte {
	n, size := p.width*p.height, p.allocated/8
	out := make([]byte, 0, len(planes))
	for i := range n {
		for c := range p.samples {
			at := (c*n + i) * size
			out = append(out, planes[at:at+size]...)
		}
	}
	return out
}

// codedSize finds the size in the header of a JPEG, JPEG-LS or JPEG 2000 stream; zeros where there is none.
func codedSize(data []byte) (width, height, samples int) {
	word := func(at int) int { return int(binary.BigEndian.Uint16(data[at:])) }
	long := func(at int) int { return int(binary.BigEndian.Uint32(data[at:])) }
	if bytes.HasPrefix(data, []byte{0xff, 0x4f, 0xff, 0x51}) && len(data) >= 42 { // JPEG 2000 begins with its size
		return long(8) - long(16), long(12) - long(20), word(40)
	}
	if head := frameHead(data); head != nil {
		return int(binary.BigEndian.Uint16(head[7:])), int(binary.BigEndian.Uint16(head[5:])), int(head[9])
	}
	return 0, 0, 0
}

// frameHead is a JPEG or JPEG-LS stream from where it tells of precision, height, width and colours on; nil of another.
func frameHead(data []byte) []byte {
	for at := 2; at+10 <= len(data) && data[at] == 0xff; {
		switch marker := data[at+1]; {
		case marker == 0xff: // fill
			at++
			continue
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc, marker == 0xf7:
			return data[at:]
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	return nil
}
