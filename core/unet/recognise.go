package unet

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"segfault/core"
	"segfault/core/names"
	"segfault/core/weights"
)

// Recognise finds the architecture of a checkpoint from the names and shapes of
// its tensors, and checks that every tensor is there and nothing else.
func Recognise(w weights.Weights) (Spec, error) { return recognise(unwrap(w).Shapes()) }

// UnknownError says that weights are none of this package's networks'.
type UnknownError struct{ shapes map[string]core.Shape }

// Error implements error.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("unet: the checkpoint's architecture is unknown: expected segmentation_models_pytorch's U-Net or U-Net++ with a VGG, ResNet, ResNeXt or EfficientNet encoder, whose first tensor is %q, %q or %q of four dimensions; found %s",
		vgg{}.first(), resNet{}.first(), efficientNet{}.first(), sample(e.shapes))
}

// unwrap takes the prefix off that a training library gave the network.
func unwrap(w weights.Weights) weights.Weights {
	for _, f := range families {
		if u := weights.Unwrap(w, f.first()); len(u.Shapes()[f.first()]) == 4 {
			return u
		}
	}
	return w
}

func recognise(shapes map[string]core.Shape) (Spec, error) {
	c := checkpoint{shapes: shapes}
	at := slices.IndexFunc(families, func(f family) bool { return c.dims(f.first()) != nil })
	if at < 0 {
		return Spec{}, &UnknownError{shapes}
	}
	s := Spec{In: c.dims(families[at].first())[1], Classes: c.width("segmentation_head.0.weight")}
	if c.missing != "" {
		return s, fmt.Errorf("unet: the checkpoint lacks tensor %q: it is an encoder without a U-Net's decoder", c.missing)
	}
	if err := families[at].read(&s, &c); err != nil {
		return s, err
	}
	s.Nested = c.dims("decoder.blocks.x_0_0.conv1.0.weight") != nil
	block := "decoder.blocks."
	if s.Nested {
		block = "decoder.blocks.x_0_"
	}
	depth := min(max(1+c.last(block), minDepth), maxDepth)
	for i := range depth {
		s.Decoder = append(s.Decoder, c.width(fmt.Sprint(block, i, ".conv1.0.weight")))
	}
	s.Attention = c.dims(block+"0.attention2.attention.sSE.0.weight") != nil
	if c.missing != "" {
		return s, fmt.Errorf("unet: the checkpoint lacks tensor %q of four dimensions", c.missing)
	}
	if err := s.check(shapes); err != nil {
		return s, err
	}
	return s, s.checkExtra(shapes)
}

// checkpoint reads shapes of convolutions and remembers the first that was
// missing.
type checkpoint struct {
	shapes  map[string]core.Shape
	missing string
}

// dims is the shape of a tensor of four dimensions, none of them empty, or nil.
func (c *checkpoint) dims(name string) core.Shape {
	if d := c.shapes[name]; len(d) == 4 && d.Count() > 0 {
		return d
	}
	return nil
}

// width is a convolution's number of output channels.
func (c *checkpoint) width(name string) int {
	if d := c.dims(name); d != nil {
		return d[0]
	}
	if c.missing == "" {
		c.missing = name
	}
	return 1
}

// last is the largest number after a prefix of tensors' names, −1 for none.
func (c *checkpoint) last(prefix string) int {
	last := -1
	for name := range c.shapes {
		rest, found := strings.CutPrefix(name, prefix)
		number, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(number); found && err == nil {
			last = max(last, i)
		}
	}
	return last
}

// check compares tensors with what the network needs and names the first that
// does not fit.
func (s Spec) check(shapes map[string]core.Shape) error {
	wanted, err := core.Try(s.Tensors)
	if err != nil {
		return fmt.Errorf("unet: the %s checkpoint has layers that are larger than can be computed (%w); expected a network's weights", s.Encoder, err)
	}
	for _, want := range wanted {
		shape, ok := shapes[want.Name]
		if !ok {
			return fmt.Errorf("unet: the %s checkpoint lacks tensor %q of shape %v", s.Encoder, want.Name, want.Shape)
		}
		if !shape.Equal(want.Shape) {
			return fmt.Errorf("unet: tensor %q has shape %v; a %s network expects %v", want.Name, shape, s.Encoder, want.Shape)
		}
	}
	return nil
}

func (s Spec) checkExtra(shapes map[string]core.Shape) error {
	known := map[string]bool{}
	for _, t := range s.Tensors() {
		known[t.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		if !known[name] && !weights.Counter(name) && !s.spare(name) {
			return fmt.Errorf("unet: tensor %q is not part of the network %s", name, s.Name())
		}
	}
	return nil
}

// spare says whether a tensor may be there that the network does not use: of an
// encoder that goes deeper than its decoder, and of a classifier of whole images.
func (s Spec) spare(name string) bool {
	return len(s.Decoder) < maxDepth && strings.HasPrefix(name, "encoder.") || strings.HasPrefix(name, "classification_head.")
}

// sample names one tensor, for a message.
func sample(shapes map[string]core.Shape) string {
	if len(shapes) == 0 {
		return "no tensors"
	}
	name := slices.Min(slices.Collect(maps.Keys(shapes)))
	return fmt.Sprintf("%s, the first called %q of shape %v", names.Counted(len(shapes), "tensor"), name, shapes[name])
}
