package formats

import (
	"fmt"
	"strconv"

	"segfault/core/scan"
)

// segments reads 3D Slicer's segmentations: classes in the order of the file, each a label of a layer.
func (n *nrrd) segments() (*scan.Mask, error) {
	classes := 0
	for n.keys[fmt.Sprintf("Segment%d_ID", classes)] != "" || n.keys[fmt.Sprintf("Segment%d_LabelValue", classes)] != "" {
		classes++
	}
	if classes > 255 || n.volumes > 255 {
		return nil, fmt.Errorf("scan: the segmentation has %d segments in %d layers; a mask has at most 255 classes", classes, n.volumes)
	}
	mask := &scan.Mask{Classes: classes}
	for layer := range int(n.volumes) {
		s, err := n.scan(layer)
		if err != nil {
			return nil, err
		}
		of := map[float32]uint8{}
		for i := range classes {
			if at, value := n.segment(i); at == layer {
				of[float32(value)] = uint8(i + 1)
			}
		}
		labels := make([]uint8, len(s.Values))
		for i, v := range s.Values {
			labels[i] = of[v]
		}
		mask.Width, mask.Height, mask.Slices, mask.Space = s.Width, s.Height, s.Slices, s.Space
		mask.Layers = append(mask.Layers, labels)
	}
	return mask, nil
}

// segment is the layer of a segment and its label there. Slicer before 4.11 says neither: each has a layer of its own, and label 1.
func (n *nrrd) segment(i int) (layer, label int) {
	own := n.volumes > 1
	layer, err := strconv.Atoi(n.keys[fmt.Sprintf("Segment%d_Layer", i)])
	if err != nil && own {
		layer = i
	}
	if label, err = strconv.Atoi(n.keys[fmt.Sprintf("Segment%d_LabelValue", i)]); err != nil {
		if label = i + 1; own {
			label = 1
		}
	}
	return layer, label
}
