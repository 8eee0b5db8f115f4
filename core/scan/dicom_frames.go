package scan

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// decompress unpacks all frames, whose layout is known, one after another, in little endian. Colours come out as RGB, pixel
// by pixel.
func (f *dicomFile) decompress(p *dicomPixels, codec Codec) error {
	if f.syntax.packing == coded && codec == nil {
		return fmt.Errorf("scan: this DICOM file is compressed with %s, for which no decoder is here; export it as Explicit VR Little Endian", f.syntax.name)
	}
	fragments, err := f.fragments()
	if err != nil {
		return err
	}
	frames, err := f.gather(fragments, p.frames)
	if err != nil {
		return err
	}
	for i, data := range frames {
		var pixels []byte
		if f.syntax.packing == runs {
			pixels, err = unpackRuns(data, p)
		} else {
			pixels, err = f.decode(data, p, codec)
		}
		if err != nil {
			return err
		}
		if p.frames == 1 {
			p.data = pixels
			break
		}
		if i == 0 { // what one frame declares has been found true
			p.data = make([]byte, 0, p.frames*len(pixels))
		}
		p.data = append(p.data, pixels...)
	}
	if p.planar = false; f.syntax.packing == coded && p.samples == 3 {
		p.photometric = "RGB"
	}
	return nil
}

// fragments lists the pieces of the pixel data. The first is a table of offsets, or empty.
func (f *dicomFile) fragments() (list [][]byte, err error) {
	r := dicomReader{data: f.data, at: f.pixelValue, order: f.order, explicit: f.explicit}
	for {
		e, err := r.head(len(r.data))
		if err != nil {
			return nil, err
		}
		if e.tag == tagSequenceEnd && len(list) > 1 {
			return list, nil
		}
		if e.tag != tagItem || int64(e.length) > int64(len(r.data)-r.at) {
			return nil, fmt.Errorf("scan: the DICOM's compressed pixels are damaged or incomplete after %d fragments; copy or export it again", max(0, len(list)-1))
		}
		list = append(list, r.data[r.at:r.at+int(e.length)])
		r.at += int(e.length)
	}
}

// gather joins fragments to frames: all make up the only one, or one each, or as the table of offsets tells, or
// else a frame begins where a fragment begins as its code does.
func (f *dicomFile) gather(fragments [][]byte, frames int) ([][]byte, error) {
	table, pieces := fragments[0], fragments[1:]
	if frames == 1 {
		return [][]byte{bytes.Join(pieces, nil)}, nil
	}
	if len(pieces) == frames {
		return pieces, nil
	}
	begins := map[int]bool{}
	for i := 0; i+4 <= len(table); i += 4 {
		begins[int(f.order.Uint32(table[i:]))] = true
	}
	var result [][]byte
	at := 0
	for _, piece := range pieces {
		first := begins[at]
		if len(table) == 0 {
			first = bytes.HasPrefix(piece, []byte{0xff, 0xd8}) || bytes.HasPrefix(piece, []byte{0xff, 0x4f})
		}
		if first || len(result) == 0 {
			result = append(result, nil)
		}
		last := &result[len(result)-1]
		*last = append(*last, piece...)
		at += 8 + len(piece)
	}
	if len(result) != frames {
		return nil, fmt.Errorf("scan: the DICOM declares %d frames, but its compressed pixels hold %d; export it again", frames, len(result))
	}
	return result, nil
}

// decode hands a frame to the codec, once its own header agrees with the file's.
func (f *dicomFile) decode(data []byte, p *dicomPixels, codec Codec) ([]byte, error) {
	width, height, samples := codedSize(data)
	if width != p.width || height != p.height || samples != p.samples {
		return nil, fmt.Errorf("scan: the DICOM declares %d×%d pixels of %d samples, but its %s data hold %d×%d of %d; export it again",
			p.width, p.height, p.samples, f.syntax.name, width, height, samples)
	}
	if p.allocated > 16 {
		return nil, fmt.Errorf("scan: the DICOM's compressed pixels have %d bits, but at most 16 are read; export it as Explicit VR Little Endian", p.allocated)
	}
	pixels, err := codec(Frame{f.syntax.uid, data, p.width, p.height, p.samples, p.allocated, p.stored, p.signed, p.photometric})
	if err != nil {
		return nil, fmt.Errorf("scan: the DICOM's %s data cannot be decoded (%v); copy it again, or export it as Explicit VR Little Endian", f.syntax.name, err)
	}
	if len(pixels) != p.frameBytes() {
		return nil, fmt.Errorf("scan: the DICOM's %s data decode to %d bytes, but %d were declared; export it again", f.syntax.name, len(pixels), p.frameBytes())
	}
	return pixels, nil
}

// codedSize finds the size in the header of a JPEG, JPEG-LS or JPEG 2000 stream; zeros where there is none.
func codedSize(data []byte) (width, height, samples int) {
	word := func(at int) int { return int(binary.BigEndian.Uint16(data[at:])) }
	long := func(at int) int { return int(binary.BigEndian.Uint32(data[at:])) }
	if bytes.HasPrefix(data, []byte{0xff, 0x4f, 0xff, 0x51}) && len(data) >= 42 { // JPEG 2000 begins with its size
		return long(8) - long(16), long(12) - long(20), word(40)
	}
	for at := 2; at+10 <= len(data) && data[at] == 0xff; {
		switch marker := data[at+1]; {
		case marker == 0xff: // fill
			at++
			continue
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc, marker == 0xf7:
			return word(at + 7), word(at + 5), int(data[at+9])
		}
		at += 2 + word(at+2)
	}
	return 0, 0, 0
}
