package formats

import (
	"fmt"
	"math"

	"segfault/core/names"
	"segfault/core/scan"
)

// labelled is how a kind reads masks whose scans and label maps are files alike.
func labelled(decode func(data []byte) (*scan.Scan, error)) func(Reader, []File, *scan.Scan) (*scan.Mask, error) {
	return func(_ Reader, files []File, _ *scan.Scan) (*scan.Mask, error) {
		s, err := decode(files[0].Data)
		if err != nil {
			return nil, err
		}
		return labelMap(s)
	}
}

// labelMaps takes the labels of the only volume, or where there are several, each as a class.
func labelMaps(title string, volumes int, of func(volume int) (*scan.Scan, error)) (*scan.Mask, error) {
	if volumes > 255 {
		return nil, fmt.Errorf("scan: the %s file has %d volumes; a mask has at most 255 classes", title, volumes)
	}
	var mask *scan.Mask
	for volume := range volumes {
		s, err := of(volume)
		if err != nil {
			return nil, err
		}
		one, err := labelMap(s)
		if err != nil || volumes == 1 {
			return one, err
		}
		for i, label := range one.Layers[0] {
			if label > 0 {
				one.Layers[0][i] = uint8(volume + 1)
			}
		}
		if mask == nil {
			mask = one
			mask.Classes = volumes
			continue
		}
		mask.Layers = append(mask.Layers, one.Layers[0])
		if err := layered(mask); err != nil {
			return nil, err
		}
	}
	return mask, nil
}

// labelMap takes a scan's values as labels. Of a file that scales its numbers, which were rounded for it, they are what is nearest within half a
// step. Where all that is not 0 is one value of 255 or more, that is the class 1; what is no number is none.
func labelMap(s *scan.Scan) (*scan.Mask, error) {
	off := 1e-3
	if step := math.Abs(s.Slope); step < 0.5 {
		off = max(off, 0.51*step) // and the rounding of float32
	}
	labels, one := make([]uint8, len(s.Values)), onlyValue(s.Values)
	for i, v := range s.Values {
		if one >= 255 {
			v /= one
		}
		label := math.Round(float64(v))
		if label < 0 || label > 255 || math.Abs(float64(v)-label) > off {
			return nil, fmt.Errorf("scan: a mask holds whole numbers from 0 to 255, but this %s has other values, like %g; is it the scan itself?", s.Format, v)
		}
		labels[i] = uint8(label)
	}
	m := &scan.Mask{Width: s.Width, Height: s.Height, Slices: s.Slices * s.Channels, Layers: [][]uint8{labels}, Space: s.Space}
	if s.NonFinite > 0 {
		m.LeftOut = []string{fmt.Sprintf("Of no class, as no numbers: %s of the mask.", names.Counted(s.NonFinite, "value"))}
	}
	return m, nil
}

// onlyValue is the value that some values have beside 0, where they have both and no other; else 0.
func onlyValue(values []float32) (one float32) {
	zero := false
	for _, v := range values {
		if v != 0 && one != 0 && v != one {
			return 0
		}
		if v == 0 {
			zero = true
		} else {
			one = v
		}
	}
	if !zero && one != 255 { // all of a slice may be of the class
		return 0
	}
	return one
}
