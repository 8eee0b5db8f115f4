package formats

import (
	"bytes"
	"encoding/binary"
)

// jpegBeside collects what a JPEG says beside its pixels, as a PNG says it, and refuses a file that goes over them more often
// than encoders let it. The work is that of the file which the JPEG is within, nil of one by itself.
func jpegBeside(data []byte, work *budget) (beside []pngChunk, err error) {
	costs := scanCosts{work: work}
	for rest := data; ; {
		kind, body, after := jpegSegment(rest)
		switch {
		case kind == 0:
			return beside, nil
		case kind == 0xC0, kind == 0xC1, kind == 0xC2:
			costs.frame(body)
		case kind == 0xDA:
			err = costs.scan(body)
		case kind == 0xE1 && bytes.HasPrefix(body, exifMark):
			beside = append(beside, pngChunk{"eXIf", withoutMark(body)})
		case kind == 0xE1 && bytes.HasPrefix(body, xmpMark):
			text := append([]byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"), body[len(xmpMark):]...) // neither compressed nor in a language
			beside = append(beside, pngChunk{"iTXt", text})
		case kind == 0xFE:
			beside = append(beside, pngChunk{"tEXt", append([]byte("Comment\x00"), bytes.Trim(body, "\x00")...)})
		}
		if err != nil {
			return nil, err
		}
		rest = after
	}
}

var xmpMark = []byte("http://ns.adobe.com/xap/1.0/\x00")

// jpegSegment finds the next marker that a length follows, and tells what is within and what comes after. Its kind is 0 at the
// picture's end.
func jpegSegment(data []byte) (kind byte, body, after []byte) {
	for {
		at := bytes.IndexByte(data, 0xFF)
		if at < 0 || at+4 > len(data) {
			return 0, nil, nil
		}
		switch kind = data[at+1]; {
		case kind == 0xFF: // fills up
			data = data[at+1:]
			continue
		case kind == 0xD9:
			return 0, nil, nil
		case kind < 0xC0, kind >= 0xD0 && kind <= 0xD8: // data, and marks without a length
			data = data[at+2:]
			continue
		}
		data = data[at+2:]
		length := int(binary.BigEndian.Uint16(data))
		if length < 2 || length > len(data) {
			return 0, nil, nil
		}
		return kind, data[2:length], data[length:]
	}
}

// scanCosts counts what the scans of a picture cost: each goes over all blocks of its components.
type scanCosts struct {
	blocks map[byte]int64 // 8×8 coefficients each, by component
	work   *budget        // nil until the size is known
}

// frame reads the size of the picture and of its components. There is one.
func (j *scanCosts) frame(body []byte) {
	if len(body) < 6 || j.blocks != nil {
		return
	}
	height, width := int64(binary.BigEndian.Uint16(body[1:])), int64(binary.BigEndian.Uint16(body[3:]))
	components := body[6:]
	components = components[:len(components)/3*3]
	widest, highest := int64(1), int64(1)
	for c := components; len(c) > 0; c = c[3:] {
		widest, highest = max(widest, int64(c[1]>>4)), max(highest, int64(c[1]&15))
	}
	units := ((width + 8*widest - 1) / (8 * widest)) * ((height + 8*highest - 1) / (8 * highest))
	j.blocks = map[byte]int64{}
	all := int64(0)
	for c := components; len(c) > 0; c = c[3:] {
		j.blocks[c[0]] = units * int64(c[1]>>4) * int64(c[1]&15)
		all += j.blocks[c[0]]
	}
	if j.work == nil {
		j.work = newBudget("JPEG", 64*all)
	}
}

// scan spends what the coefficients take that a scan goes over, and a quarter of a block's besides for finding them.
func (j *scanCosts) scan(body []byte) error {
	if j.blocks == nil || len(body) < 1 || len(body) < 4+2*int(body[0]) {
		return nil // which the decoder refuses
	}
	n := 2 * int(body[0])
	coefficients := max(int64(body[n+2])-int64(body[n+1]), 0) + 1
	cost := int64(0)
	for c := body[1 : 1+n]; len(c) > 0; c = c[2:] {
		cost += j.blocks[c[0]] * (min(coefficients, 64) + 16)
	}
	return j.work.spend(cost)
}
