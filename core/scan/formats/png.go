package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"

	"segfault/core/scan"
)

func pngFormat() format {
	return format{
		name: "png", title: "PNG",
		about:   "1 to 16 bits; colours become grey.",
		endings: []string{".png"}, identifiable: true,
		sniff: begins("\x89PNG\r\n\x1a\n"), read: alone(decodePNG), readMask: pngMask, writeMask: writePNGMask,
	}
}

// decodePNG reads a PNG of 1 to 16 bits. Colours become luma. Grey of less than 8 bits is stretched to 0…255.
func decodePNG(data []byte) (*scan.Scan, error) {
	p, err := readPNG(data)
	if err != nil {
		return nil, err
	}
	return pictureScan("png", p.picture, p.beside), nil
}

// pictureScan makes a scan of a decoded picture, which is saved as PNG.
func pictureScan(format string, img image.Image, beside []pngChunk) *scan.Scan {
	img = unpacked(img)
	values, bits, coloured := grey(img)
	s := picture(format, fmt.Sprintf("uint%d", bits), bits, img.Bounds().Dx(), img.Bounds().Dy())
	s.Values, s.Window, s.Coloured = values, pictureWindow(values, bits), coloured
	turn(s, orientationBeside(beside))
	s.Store = pngStore{cell{sample{s.Type, bits / 8}, binary.BigEndian, 1, 0}, beside}
	if coloured {
		if c, ok := coloursOf(img, s, beside); ok {
			s.Store, s.ColoursKept = c, true
		}
	}
	return s
}

// pngChunk is a part of a PNG.
type pngChunk struct {
	kind string // four letters, of which the case of the first tells whether a picture can be decoded without it, that of the last whether it holds for others, too
	data []byte
}

// orientationBeside is that which EXIF says.
func orientationBeside(beside []pngChunk) scan.Orientation {
	for _, c := range beside {
		if c.kind == "eXIf" {
			return exifOrientation(withoutMark(c.data))
		}
	}
	return scan.Orientation{}
}

// pngPicture is a PNG taken apart.
type pngPicture struct {
	picture       image.Image
	depth, colour byte       // as the file has them, whatever the decoder makes of them
	beside        []pngChunk // what may go with other pixels, too: texts, EXIF, resolution
}

// readPNG decodes the picture once its size has been found plausible. Only what the picture is made of is decoded, so that a damaged text
// does not matter, and no grey is lost that is said to be transparent.
func readPNG(data []byte) (p pngPicture, err error) {
	const mark = 8
	plain := bytes.Clone(data[:mark])
	for rest := data[mark:]; len(rest) > 0; {
		length := 0
		if len(rest) >= 12 {
			length = int(binary.BigEndian.Uint32(rest))
		}
		if len(rest) < 12+length {
			plain = append(plain, rest...) // which tells the decoder that something is missing
			break
		}
		chunk := pngChunk{string(rest[4:8]), rest[8 : 8+length]}
		switch needed, general := chunk.kind[0]&0x20 == 0, chunk.kind[3]&0x20 != 0; {
		case needed:
			plain = append(plain, rest[:12+length]...)
		case general:
			p.beside = append(p.beside, chunk)
		}
		if rest = rest[12+length:]; chunk.kind == "IEND" {
			break
		}
	}
	header, err := png.DecodeConfig(bytes.NewReader(plain))
	if err != nil {
		return p, pngDamaged(err)
	}
	p.depth, p.colour = plain[24], plain[25] // which follow the size
	w, h := int64(header.Width), int64(header.Height)
	if err := scan.CheckSize("PNG", w, h, 1); err != nil {
		return p, err
	}
	// Deflate shrinks by at most 1032, and a pixel has at least one bit: a shorter file cannot hold the picture.
	if need := w * h / 8 / maxDeflate; need > int64(len(data)) {
		return p, truncated("PNG", need, int64(len(data)))
	}
	if p.picture, err = png.Decode(bytes.NewReader(plain)); err != nil {
		return p, pngDamaged(err)
	}
	return p, nil
}

func pngDamaged(err error) error {
	return fmt.Errorf("scan: the PNG is damaged or incomplete (%v); copy or export it again", err)
}
