package formats

import (
	"fmt"

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
