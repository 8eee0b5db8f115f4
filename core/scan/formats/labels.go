package formats

import (
	"fmt"

	"segfault/core/scan"
)

// labelled is how a kind reads masks whose scans and label maps are files alike.
func labelled(decode func(data []byte) (*scan.Scan, error)) func([]File, *scan.Scan) (*scan.Mask, error) {
	return func(files []File, _ *scan.Scan) (*scan.Mask, error) {
		s, err := decode(files[0].Data)
		if err != nil {
			return nil, err
		}
		return labelMap(s)
	}
}

// labelMap takes a scan's values as labels.
func labelMap(s *scan.Scan) (*scan.Mask, error) {
	labels := make([]uint8, len(s.Values))
	only255 := true
	for i, v := range s.Values {
		if v != float32(uint8(v)) || s.NonFinite > 0 {
			return nil, fmt.Errorf("scan: a mask holds whole numbers from 0 to 255, but this %s has other values, like %g; is it the scan itself?", s.Format, v)
		}
		labels[i] = uint8(v)
		only255 = only255 && (v == 0 || v == 255)
	}
	if only255 {
		for i := range labels {
			labels[i] &= 1
		}
	}
	return &scan.Mask{Width: s.Width, Height: s.Height, Slices: s.Slices * s.Channels, Layers: [][]uint8{labels}, Space: s.Space}, nil
}
