// Package unet builds segmentation_models_pytorch's U-Net family and loads its
// checkpoints. Tensor names are that library's (version 0.5.1).
//
// A Spec says which network; Build draws it with weights from Params, which
// differ between evaluation (batch-norm folded, see Model) and training (see
// Trainer). Each family of encoders has its file: vgg.go, resnet.go and
// efficientnet.go; decoder.go has the decoders of U-Net and U-Net++.
package unet

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"segfault/core"
)

// Spec is an architecture: an encoder under the decoder of U-Net (Ronneberger
// et al. 2015) or U-Net++ (Zhou et al. 2018).
type Spec struct {
	Encoder string // by the library's name: "vgg13", "resnext101_32x8d", "efficientnet-b7", …
	Nested  bool   // the decoder is U-Net++'s
	In      int    // input channels
	Classes int    // output channels

	// Widths are the encoder's: of a VGG its five stages, of a ResNet its stem
	// and four stages, of an EfficientNet its stem, seven stages and head.
	Widths  []int
	Inner   []int // of a ResNet with bottlenecks: their width in each stage
	Groups  int   // of a ResNet with bottlenecks: of their middle convolution
	Decoder []int // channels of the decoder's blocks, as many as the encoder's halvings that are used

	// Attention says that the decoder weighs channels and pixels (scSE, Roy et al. 2018).
	Attention bool
}

// minDepth and maxDepth bound the halvings.
const minDepth, maxDepth = 3, 5

// family is a kind of encoder.
type family interface {
	// first is the name of the encoder's first tensor, by which it is known.
	first() string
	// size sets the encoder's widths, divided by divide.
	size(s *Spec, divide int)
	// read finds the encoder's name and widths from a checkpoint.
	read(s *Spec, c *checkpoint) error
	// features draws the encoder: x itself or its like at full resolution, then
	// a feature at every halving, as many as the decoder has blocks.
	features(s Spec, p Params, x *core.Node) []*core.Node
}

// encoders lists every encoder by name.
var encoders = map[string]family{}

// families in the order in which they are tried.
var families = []family{vgg{}, resNet{}, efficientNet{}}

const (
	plainPrefix  = "unet-"
	nestedPrefix = "unetplusplus-"
)

// New is the library's network with every width divided by divide (1 for full
// size); no width falls below 8. The name is an encoder's, with "unet-" (which
// may be left out) or "unetplusplus-" before it.
func New(name string, in, classes, divide int) (Spec, error) {
	s := Spec{In: in, Classes: classes}
	s.Encoder, s.Nested = strings.CutPrefix(name, nestedPrefix)
	s.Encoder = strings.TrimPrefix(s.Encoder, plainPrefix)
	f := encoders[s.Encoder]
	if f == nil {
		return s, fmt.Errorf("unet: unknown encoder %q; expected one of %s, with %q before it for the decoder of U-Net++",
			s.Encoder, strings.Join(slices.Sorted(maps.Keys(encoders)), ", "), nestedPrefix)
	}
	if in < 1 || classes < 1 || divide < 1 {
		return s, fmt.Errorf("unet: %d input channels, %d classes and a width divided by %d: each must be at least 1", in, classes, divide)
	}
	f.size(&s, divide)
	s.Decoder = divided(divide, 256, 128, 64, 32, 16)
	return s, nil
}

// Name is the network's name, as New takes it.
func (s Spec) Name() string {
	if s.Nested {
		return nestedPrefix + s.Encoder
	}
	return plainPrefix + s.Encoder
}

// divided makes widths narrower, but not below 8.
func divided(by int, widths ...int) []int {
	for i, w := range widths {
		widths[i] = max(w/by, min(w, 8))
	}
	return widths
}

// Multiple is what the input's height and width must be a multiple of.
func (s Spec) Multiple() int { return 1 << len(s.Decoder) }

// smallest is an input of the smallest size.
func (s Spec) smallest() *core.Node { return core.NewInput("x", 1, s.In, s.Multiple(), s.Multiple()) }

// Build draws the network: logits N×Classes×H×W for an input N×In×H×W, H and W
// multiples of Multiple.
func (s Spec) Build(p Params, x *core.Node) (logits *core.Node) {
	if len(x.Shape) != 4 || x.Shape[1] != s.In || x.Shape[2]%s.Multiple() != 0 || x.Shape[3]%s.Multiple() != 0 {
		panic(fmt.Sprintf("unet: input %v; expected N×%d×H×W with H and W multiples of %d", x.Shape, s.In, s.Multiple()))
	}
	features := encoders[s.Encoder].features(s, p, x)
	decode := s.plain
	if s.Nested {
		decode = s.nested
	}
	return p.Conv(Layer{Name: "segmentation_head.0", Bias: true, Width: s.Classes, Size: 3, Conv: core.Conv{Pad: core.Around(1)}},
		decode(p, features))
}
