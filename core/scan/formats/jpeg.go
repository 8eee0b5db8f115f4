package formats

import (
	"bytes"
	"fmt"
	"image/jpeg"

	"segfault/core/scan"
)

func jpegFormat() format {
	return format{
		name: "jpeg", title: "JPEG",
		about:   "Baseline and progressive; a copy of it is a PNG, which blurs nothing.",
		endings: []string{".jpg", ".jpeg"}, identifiable: true,
		sniff: begins("\xff\xd8\xff"), read: alone(decodeJPEG), readMask: noJPEGMask,
	}
}

func noJPEGMask(Reader, []File, *scan.Scan) (*scan.Mask, error) {
	return nil, fmt.Errorf("scan: a JPEG cannot hold a mask, because its compression blurs labels; save the mask as PNG")
}

// decodeJPEG reads a baseline or progressive JPEG of 8 bits. Colours become luma.
func decodeJPEG(data []byte) (*scan.Scan, error) {
	header, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, jpegDamaged(err)
	}
	w, h := int64(header.Width), int64(header.Height)
	if err := scan.CheckSize("JPEG", w, h, 1); err != nil {
		return nil, err
	}
	// Each block of 8×8 pixels takes at least one bit: a shorter file cannot hold the picture.
	if need := w * h / 64 / 8; need > int64(len(data)) {
		return nil, truncated("JPEG", need, int64(len(data)))
	}
	beside, err := jpegBeside(data, nil)
	if err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, jpegDamaged(err)
	}
	return pictureScan("jpeg", img, beside), nil
}

func jpegDamaged(err error) error {
	return fmt.Errorf("scan: the JPEG is damaged, incomplete or of an unusual kind (%v); export it again as PNG or 8-bit JPEG", err)
}
