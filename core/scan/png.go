package scan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
)

// decodePNG reads a PNG of 1 to 16 bits. Colours become luma. Grey of less than 8 bits is stretched to 0…255.
func decodePNG(data []byte) (*Scan, error) {
	img, err := pngImage(data)
	if err != nil {
		return nil, err
	}
	values, bits, coloured := grey(img)
	s := picture("png", fmt.Sprintf("uint%d", bits), bits, img.Bounds().Dx(), img.Bounds().Dy())
	s.Values, s.Window, s.Coloured = values, pictureWindow(values, bits), coloured
	s.store = pngStore{cell{sample{s.Type, bits / 8}, binary.BigEndian, 1, 0}}
	return s, nil
}

// pngImage decodes the picture once its size has been found plausible.
func pngImage(data []byte) (image.Image, error) {
	header, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, pngDamaged(err)
	}
	w, h := int64(header.Width), int64(header.Height)
	if err := checkSize("PNG", w, h, 1); err != nil {
		return nil, err
	}
	// Deflate shrinks by at most 1032, and a pixel has at least one bit: a shorter file cannot hold the picture.
	if need := w * h / 8 / maxDeflate; need > int64(len(data)) {
		return nil, truncated("PNG", need, int64(len(data)))
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, pngDamaged(err)
	}
	return img, nil
}

func pngDamaged(err error) error {
	return fmt.Errorf("scan: the PNG is damaged or incomplete (%v); copy or export it again", err)
}
