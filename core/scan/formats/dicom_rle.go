package formats

import (
	"encoding/binary"
	"fmt"
)

// unpackRuns unpacks a frame of DICOM's run lengths (PS3.5 annex G): a segment for each byte of each sample, the highest first.
// The result is little endian, pixel by pixel.
func unpackRuns(data []byte, p *dicomPixels) ([]byte, error) {
	width := p.allocated / 8
	segments := p.samples * width
	if len(data) < 64 || int(binary.LittleEndian.Uint32(data)) != segments {
		return nil, fmt.Errorf("scan: the DICOM's RLE data do not begin with the %d segments that its pixels need; export it again", segments)
	}
	pixels := make([]byte, p.frameBytes())
	for s := range segments {
		from := int64(binary.LittleEndian.Uint32(data[4+4*s:]))
		to := int64(len(data))
		if s+1 < segments {
			to = int64(binary.LittleEndian.Uint32(data[8+4*s:]))
		}
		if from < 64 || to < from || to > int64(len(data)) {
			return nil, fmt.Errorf("scan: the DICOM's RLE segments lie outside of its data; copy or export it again")
		}
		first := s/width*width + width - 1 - s%width
		if _, whole := unpackBits(pixels[first:], segments, p.width*p.height, data[from:to]); !whole {
			return nil, fmt.Errorf("scan: the DICOM's RLE data end before the picture does; copy or export it again")
		}
	}
	return pixels, nil
}

// unpackBits writes n bytes, step apart, from PackBits runs: a count of bytes to copy, or of times to repeat one. It gives what
// is left, and tells whether there were so many.
func unpackBits(dst []byte, step, n int, src []byte) (rest []byte, whole bool) {
	at := 0
	for at < n && len(src) > 1 {
		count := int(int8(src[0]))
		switch {
		case count >= 0:
			count = min(count+1, n-at)
			if count > len(src)-1 {
				return src, false
			}
			for _, v := range src[1 : 1+count] {
				dst[at*step] = v
				at++
			}
			src = src[1+count:]
		case count > -128:
			for range min(1-count, n-at) {
				dst[at*step] = src[1]
				at++
			}
			src = src[2:]
		default: // −128 is nothing
			src = src[1:]
		}
	}
	return src, at == n
}
