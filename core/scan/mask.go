package scan

import (
	"fmt"
	"image"
	"image/color"
	"slices"
)

// Mask is a segmentation that is held to be true.
type Mask struct {
	Width, Height int
	Slices        int
	Channels      int // 1 for labels; C for a C×H×W array of 0 and 1, whose channels may overlap (Slices is then 1)

	// Labels is Slices×Height×Width: 0 for background, else the number of the class. If Channels is more than
	// 1 it is Channels×Height×Width of 0 and 1: where channel c, which is class c+1, is present.
	Labels []uint8

	space *space // where they lie; nil where the file does not say
}

const (
	maxNumbers = 31 // a picture whose values reach no further holds class numbers
	maxLevels  = 32 // a picture with no more distinct values holds one grey level for each class
)

// DecodeMask reads a segmentation.
//
//   - PNG: values up to 31, and the indices of a colour palette, are class numbers. Otherwise distinct grey levels
//     (at most 32) are classes in order of brightness, so that 0 and 255 give 0 and 1, and 0, 128 and 255 give 0, 1
//     and 2. A picture with more levels has a soft edge: it is cut at half of its maximum.
//   - NIfTI: a label map of whole numbers from 0 to 255, turned upright; [Mask.On] then lays it as its scan lies.
//   - NPY: labels of H×W or slices×H×W, or at most four planes of 0 and 1, which are channels.
//
// In a NIfTI or NPY that holds only 0 and 255, 255 counts as 1.
func DecodeMask(name string, data []byte) (*Mask, error) {
	switch sniff(data) {
	case "png":
		return decodePNGMask(data)
	case "jpeg":
		return nil, fmt.Errorf("scan: a JPEG cannot hold a mask, because its compression blurs labels; save the mask as PNG")
	case "dicom":
		return nil, fmt.Errorf("scan: DICOM is not read as a mask; save the mask as PNG, NPY or NIfTI-1")
	}
	s, err := Decode(name, data)
	if err != nil {
		return nil, err
	}
	m := &Mask{Width: s.Width, Height: s.Height, Slices: s.Slices, Channels: s.Channels, Labels: make([]uint8, len(s.Values)), space: s.space}
	highest := uint8(0)
	only255 := true
	for i, v := range s.Values {
		if v != float32(uint8(v)) || s.NonFinite > 0 {
			return nil, fmt.Errorf("scan: a mask holds whole numbers from 0 to 255, but this %s has other values, like %g; is it the scan itself?", s.Format, v)
		}
		m.Labels[i] = uint8(v)
		highest = max(highest, m.Labels[i])
		only255 = only255 && (v == 0 || v == 255)
	}
	if highest == 255 && only255 {
		for i := range m.Labels {
			m.Labels[i] &= 1
		}
		highest = 1
	}
	if s.Format == "npy" && highest <= 1 && s.Slices <= maxChannels && s.Channels == 1 {
		m.Channels, m.Slices = s.Slices, 1
	}
	return m, nil
}

// Slice returns a copy of slice i's labels, Height×Width (or Channels×Height×Width).
func (m *Mask) Slice(i int) ([]uint8, error) {
	if i < 0 || i >= m.Slices {
		return nil, fmt.Errorf("scan: slice %d of the mask was asked for, but it has %d, counted from 0", i, m.Slices)
	}
	n := m.Channels * m.Width * m.Height
	return slices.Clone(m.Labels[i*n : (i+1)*n]), nil
}

// Flat returns slice i's labels, Height×Width; where channels overlap, the last counts.
func (m *Mask) Flat(i int) ([]uint8, error) {
	labels, err := m.Slice(i)
	if err != nil || m.Channels == 1 {
		return labels, err
	}
	n := m.Width * m.Height
	flat := make([]uint8, n)
	for at, present := range labels {
		if present > 0 {
			flat[at%n] = uint8(at/n + 1)
		}
	}
	return flat, nil
}

// Planes returns slice i as classes×Height×Width of 0 and 1: plane c is 1 where class c+1 is. It fails if the slice
// has a class beyond that number.
func (m *Mask) Planes(i, classes int) ([]uint8, error) {
	labels, err := m.Slice(i)
	if err != nil {
		return nil, err
	}
	if m.Channels > 1 {
		if m.Channels != classes {
			return nil, fmt.Errorf("scan: the mask has %d channels, but the model has %d classes; choose the mask that belongs to it", m.Channels, classes)
		}
		return labels, nil
	}
	n := m.Width * m.Height
	planes := make([]uint8, classes*n)
	for at, label := range labels {
		if int(label) > classes {
			return nil, fmt.Errorf("scan: the mask has label %d, but the model has %d classes; choose the mask that belongs to it", label, classes)
		}
		if label > 0 {
			planes[int(label-1)*n+at] = 1
		}
	}
	return planes, nil
}

func decodePNGMask(data []byte) (*Mask, error) {
	p, err := readPNG(data)
	if err != nil {
		return nil, err
	}
	m := &Mask{Width: p.picture.Bounds().Dx(), Height: p.picture.Bounds().Dy(), Slices: 1, Channels: 1, Labels: pngLabels(p.picture, data)}
	turn := orientationBeside(p.beside)
	if turn.Transpose {
		m.Width, m.Height = m.Height, m.Width
	}
	m.Labels = turned(m.Labels, m.Width, m.Height, turn)
	return m, nil
}

// pngLabels makes class numbers of a picture and the file that it is from.
func pngLabels(img image.Image, data []byte) (labels []uint8) {
	if p, ok := img.(*image.Paletted); ok && colourful(p.Palette) {
		for y := range p.Rect.Dy() {
			labels = append(labels, p.Pix[y*p.Stride:y*p.Stride+p.Rect.Dx()]...)
		}
		return labels
	}
	values, _, _ := grey(img)
	// The decoder stretches grey (colour type 0) of 1, 2 or 4 bits to 0…255. Both follow the size in the first chunk.
	if depth, colour := data[24], data[25]; depth < 8 && colour == 0 {
		for i := range values {
			values[i] /= float32(255 / (int(1)<<depth - 1))
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

// pictureLabels makes class numbers of a picture's brightness, as [DecodeMask] describes.
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
