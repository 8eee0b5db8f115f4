package formats

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// tiffJPEG is the compression of which each part of a page is a JPEG, whose tables may lie in the directory.
const tiffJPEG = 7

// jpeg decodes a part of so many rows and samples a pixel. What its colours mean is the directory's word, whatever the code says.
func (t *tiffParts) jpeg(part, packed []byte, rows, samples int64) ([]byte, error) {
	transform := byte(0)
	if t.chroma {
		transform = 1
	}
	stream := append([]byte("\xff\xd8\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"), transform)
	tables := t.field(tiffJPEGTables).values
	if err := t.work.spend(int64(len(tables) + len(packed))); err != nil { // which many parts may share
		return nil, err
	}
	stream = appendJPEG(appendJPEG(stream, tables), packed)
	head, err := jpeg.DecodeConfig(bytes.NewReader(stream))
	if err != nil || int64(head.Width) != t.width || int64(head.Height) < rows || int64(head.Height) > t.height {
		return nil, tiffDamaged()
	}
	if _, err := jpegBeside(stream, t.work); err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(bytes.NewReader(stream))
	if err != nil {
		return nil, tiffDamaged()
	}
	for y := range int(rows) {
		for x := range int(t.width) {
			switch m := img.(type) {
			case *image.Gray:
				part = append(part, m.GrayAt(x, y).Y)
			case *image.CMYK: // which the decoder takes for inverted
				for _, ink := range m.Pix[m.PixOffset(x, y):][:4] {
					part = append(part, 255-ink)
				}
			case *image.YCbCr:
				c := m.YCbCrAt(x, y)
				r, g, b := color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
				part = append(part, r, g, b)
			case *image.RGBA:
				part = append(part, m.Pix[m.PixOffset(x, y):][:3]...)
			}
		}
	}
	if int64(len(part)) != rows*t.width*samples {
		return nil, tiffDamaged()
	}
	return part, nil
}

// appendJPEG adds a stream's segments, from the first scan on all of it, but nothing of applications, and neither its beginning nor the end of one that has only tables.
func appendJPEG(to, stream []byte) []byte {
	for {
		kind, body, after := jpegSegment(stream)
		if kind == 0 {
			return to
		}
		if kind>>4 != 0xE {
			length := len(body) + 2
			to = append(append(to, 0xFF, kind, byte(length>>8), byte(length)), body...)
		}
		if kind == 0xDA {
			return append(to, after...)
		}
		stream = after
	}
}
