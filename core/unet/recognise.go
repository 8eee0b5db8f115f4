package unet

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"segfault/core"
)

// Recognise finds the architecture of a checkpoint from the names and shapes of
// its tensors, and checks that every tensor is there and nothing else.
func Recognise(tensors map[string]*core.Tensor) (Spec, error) {
	dims := func(name string) core.Shape {
		if t := tensors[name]; t != nil && len(t.Shape) == 4 {
			return t.Shape
		}
		return nil
	}
	if dims("encoder.features.0.weight") == nil {
		return Spec{}, fmt.Errorf("unet: the checkpoint's architecture is unknown: expected segmentation_models_pytorch's U-Net with a VGG encoder, whose first tensor is %q of four dimensions; found %s",
			"encoder.features.0.weight", sample(tensors))
	}
	head := dims("segmentation_head.0.weight")
	if head == nil {
		return Spec{}, fmt.Errorf("unet: the checkpoint lacks tensor %q: it is an encoder without a U-Net's decoder", "segmentation_head.0.weight")
	}
	last := lastFeature(tensors)
	for _, name := range slices.Sorted(maps.Keys(vggDepths)) {
		for _, suffix := range []string{"", "_bn"} {
			s := Spec{Encoder: name + suffix, In: dims("encoder.features.0.weight")[1], Classes: head[0]}
			if s.lastLayer() != last {
				continue
			}
			if err := s.readWidths(dims); err != nil {
				return s, err
			}
			if err := s.check(tensors); err != nil {
				return s, err
			}
			return s, s.checkExtra(tensors)
		}
	}
	return Spec{}, fmt.Errorf("unet: the checkpoint's encoder ends with layer %q, which no VGG encoder does", fmt.Sprintf("encoder.features.%d", last))
}

// readWidths takes the widths from the first convolution of every stage.
func (s *Spec) readWidths(dims func(string) core.Shape) error {
	layer := 0
	for _, convs := range s.depths() {
		name := fmt.Sprintf("encoder.features.%d.weight", layer)
		d := dims(name)
		if d == nil {
			return fmt.Errorf("unet: the checkpoint lacks tensor %q of four dimensions", name)
		}
		s.Widths = append(s.Widths, d[0])
		layer += convs*s.perConv() + 1
	}
	for i := range 5 {
		name := fmt.Sprintf("decoder.blocks.%d.conv1.0.weight", i)
		d := dims(name)
		if d == nil {
			return fmt.Errorf("unet: the checkpoint lacks tensor %q of four dimensions", name)
		}
		s.Decoder = append(s.Decoder, d[0])
	}
	return nil
}

// perConv is how many of the encoder's layers a convolution takes.
func (s Spec) perConv() int {
	if s.batchNorm() {
		return 3
	}
	return 2
}

// lastLayer is the number of the encoder's last layer with weights.
func (s Spec) lastLayer() int {
	layer := -1
	for _, convs := range s.depths() {
		layer += convs*s.perConv() + 1
	}
	return layer - 2
}

func lastFeature(tensors map[string]*core.Tensor) int {
	last := -1
	for name := range tensors {
		var layer int
		if n, _ := fmt.Sscanf(name, "encoder.features.%d.", &layer); n == 1 {
			last = max(last, layer)
		}
	}
	return last
}

func (s Spec) checkExtra(tensors map[string]*core.Tensor) error {
	known := map[string]bool{}
	for _, t := range s.Tensors() {
		known[t.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		if !known[name] && !strings.HasSuffix(name, ".num_batches_tracked") {
			return fmt.Errorf("unet: tensor %q is not part of a %s network", name, s.Encoder)
		}
	}
	return nil
}

// sample names one tensor, for a message.
func sample(tensors map[string]*core.Tensor) string {
	if len(tensors) == 0 {
		return "no tensors"
	}
	name := slices.Min(slices.Collect(maps.Keys(tensors)))
	return fmt.Sprintf("%d tensors, the first called %q of shape %v", len(tensors), name, tensors[name].Shape)
}
