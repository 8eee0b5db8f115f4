package formats

import (
	"fmt"
	"image"
	"image/color"
	"slices"

	"segfault/core/scan"
)

const (
	maxNumbers = 31 // a picture whose values reach no further holds class numbers
	maxLevels  = 32 // a picture with no more distinct values holds one grey level for each class
)

// pngMask reads class numbers from a picture.
func pngMask(_ Reader, files []File, _ *scan.Scan) (*scan.Mask, error) {
	p, err := readPNG(files[0].Data)
	if err != nil {
		return nil, err
	}
	m := &scan.Mask{Width: p.picture.Bounds().Dx(), Height: p.picture.Bounds().Dy(), Slices: 1}
	turn := orientationBeside(p.beside)
	if turn.Transpose {
		m.Width, m.Height = m.Height, m.Width
	}
	m.Layers = [][]uint8{scan.Turned(p.labels(), m.Width, m.Height, turn)}
	return m, nil
}

// writePNGMask writes the labels of one slice as grey, or as indices of a palette where grey would not be read as class numbers.
func writePNGMask(mask *scan.Mask, _ int, _ *scan.Scan) (Saved, error) {
	if mask.Slices != 1 {
		return Saved{}, fmt.Errorf("scan: a PNG holds the mask of one slice, but this has %d; save it as NIfTI", mask.Slices)
	}
	labels, err := mask.Flat(0)
	if err != nil {
		return Saved{}, err
	}
	var palette []pngChunk
	if mask.Highest() > maxNumbers {
		palette = []pngChunk{{palettePNG, maskPalette()}}
	}
	return Saved{Name: "mask.png", Data: encodePNG(mask.Width, mask.Height, 1, 1, func(b []byte, x, y int) { b[0] = labels[y*mask.Width+x] }, palette...)}, nil
}

// maskPalette has a colour of its own for every class: its bits are the highest ones of red, green and blue in turn, so that neighbours
// differ most.
func maskPalette() []byte {
	palette := make([]byte, 3*256)
	for class := range 256 {
		for bit := range 8 {
			palette[3*class+bit%3] |= byte(class>>bit&1) << (7 - bit/3)
		}
	}
	return palette
}

// labels makes class numbers of the picture.
func (p pngPicture) labels() (labels []uint8) {
	if m, ok := p.picture.(*image.Paletted); ok && colourful(m.Palette) {
		for y := range m.Rect.Dy() {
			labels = append(labels, m.Pix[y*m.Stride:y*m.Stride+m.Rect.Dx()]...)
		}
		return labels
	}
	values, _, _ := grey(p.picture)
	if p.depth < 8 && p.colour == 0 { // grey, which the decoder stretches to 0…255
		for i := range values {
			values[i] /= float32(255 / (int(1)<<p.depth - 1))
		}
	}
	return pictureLabels(values)
}

// colourful tells whether a palette is more than shades of grey, and its indices therefore what matters.
func colourful(p color.Palette) bool {
	for _, c := range p {
		if r, g, b, _ := c.RGBA(); r != g || g != b {
			return true
		}
	}
	return false
}

// pictureLabels makes class numbers of a picture's brightness, as [Reader.ReadMask] describes.
func pictureLabels(values []float32) []uint8 {
	var levels []float32
	highest := float32(0)
	for _, v := range values {
		highest = max(highest, v)
		if at, found := slices.BinarySearch(levels, v); !found && len(levels) <= maxLevels {
			levels = slices.Insert(levels, at, v)
		}
	}
	label := func(v float32) uint8 { // a level's rank, 0 being the background even where nothing is
		at, _ := slices.BinarySearch(levels, v)
		if levels[0] > 0 {
			at++
		}
		return uint8(at)
	}
	switch {
	case highest <= maxNumbers:
		label = func(v float32) uint8 { return uint8(v + 0.5) }
	case len(levels) > maxLevels:
		label = func(v float32) uint8 {
			if 2*v >= highest {
				return 1
			}
			return 0
		}
	}
	labels := make([]uint8, len(values))
	for i, v := range values {
		labels[i] = label(v)
	}
	return labels
}
