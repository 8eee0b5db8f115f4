// Package unet builds segmentation_models_pytorch's U-Net family and loads its
// checkpoints. Tensor names are that library's.
//
// A Spec says which network; Build draws it with weights from Params, which
// differ between evaluation (batch-norm folded, see Model) and training (see
// Trainer).
package unet

import (
	"fmt"

	"segfault/core"
	"segfault/kernels"
)

// Spec is an architecture: a VGG encoder (Simonyan and Zisserman 2015) under
// the decoder of segmentation_models_pytorch's U-Net (Ronneberger et al. 2015).
type Spec struct {
	Encoder string // "vgg11", "vgg13", "vgg16", "vgg19", with "_bn" for batch-norm
	In      int    // input channels
	Classes int    // output channels
	Widths  []int  // channels of the encoder's five stages
	Decoder []int  // channels of the decoder's five blocks
}

// vggDepths is how many convolutions each stage of an encoder has.
var vggDepths = map[string][]int{
	"vgg11": {1, 1, 2, 2, 2},
	"vgg13": {2, 2, 2, 2, 2},
	"vgg16": {2, 2, 3, 3, 3},
	"vgg19": {2, 2, 4, 4, 4},
}

// New is the library's network with every width divided by divide (1 for full
// size); no width falls below 8.
func New(encoder string, in, classes, divide int) (Spec, error) {
	s := Spec{Encoder: encoder, In: in, Classes: classes}
	if s.depths() == nil {
		return s, fmt.Errorf("unet: unknown encoder %q; expected vgg11, vgg13, vgg16 or vgg19, or one of these with _bn", encoder)
	}
	if in < 1 || classes < 1 || divide < 1 {
		return s, fmt.Errorf("unet: %d input channels, %d classes and a width divided by %d: each must be at least 1", in, classes, divide)
	}
	for _, w := range []int{64, 128, 256, 512, 512} {
		s.Widths = append(s.Widths, max(w/divide, min(w, 8)))
	}
	for _, w := range []int{256, 128, 64, 32, 16} {
		s.Decoder = append(s.Decoder, max(w/divide, min(w, 8)))
	}
	return s, nil
}

// batchNorm says whether the encoder's convolutions are followed by batch-norm.
func (s Spec) batchNorm() bool {
	n := len(s.Encoder)
	return n > 3 && s.Encoder[n-3:] == "_bn"
}

func (s Spec) depths() []int {
	if s.batchNorm() {
		return vggDepths[s.Encoder[:len(s.Encoder)-3]]
	}
	return vggDepths[s.Encoder]
}

// Multiple is what the input's height and width must be a multiple of.
func (s Spec) Multiple() int { return 32 }

// Params gives a network its weights.
type Params interface {
	// Conv is a convolution to cout channels with a size×size kernel, the
	// batch-norm called norm (none where it is ""), and o's activation.
	Conv(name, norm string, x *core.Node, cout, size int, o core.Conv) *core.Node
}

// Build draws the network: logits N×Classes×H×W for an input N×In×H×W, H and W
// multiples of Multiple.
func (s Spec) Build(p Params, x *core.Node) (logits *core.Node) {
	if len(x.Shape) != 4 || x.Shape[1] != s.In || x.Shape[2]%s.Multiple() != 0 || x.Shape[3]%s.Multiple() != 0 {
		panic(fmt.Sprintf("unet: input %v; expected N×%d×H×W with H and W multiples of %d", x.Shape, s.In, s.Multiple()))
	}
	features := s.vgg(p, x)
	head := features[len(features)-1]
	head = convNorm(p, "decoder.center.0", head, head.Shape[1], core.Conv{})
	head = convNorm(p, "decoder.center.1", head, head.Shape[1], core.Conv{})
	for i, width := range s.Decoder {
		var skip *core.Node // the first feature, at full resolution, has none
		if at := len(features) - 2 - i; at > 0 {
			skip = features[at]
		}
		block := fmt.Sprintf("decoder.blocks.%d", i)
		head = convNorm(p, block+".conv1", head, width, core.Conv{Up: 2, Skip: skip})
		head = convNorm(p, block+".conv2", head, width, core.Conv{})
	}
	return p.Conv("segmentation_head.0", "", head, s.Classes, 3, core.Conv{Pad: 1})
}

// convNorm is the library's Conv2dReLU: convolution, batch-norm, ReLU.
func convNorm(p Params, name string, x *core.Node, width int, o core.Conv) *core.Node {
	o.Pad, o.Act = 1, kernels.ReLU
	return p.Conv(name+".0", name+".1", x, width, 3, o)
}

// vgg is the encoder. Features are the output of every stage before its
// pooling, and the last pooling.
func (s Spec) vgg(p Params, x *core.Node) (features []*core.Node) {
	layer := 0
	for stage, convs := range s.depths() {
		for range convs {
			name, norm := fmt.Sprintf("encoder.features.%d", layer), ""
			layer += 2 // the convolution and its ReLU
			if s.batchNorm() {
				norm = fmt.Sprintf("encoder.features.%d", layer-1)
				layer++
			}
			x = p.Conv(name, norm, x, s.Widths[stage], 3, core.Conv{Pad: 1, Act: kernels.ReLU})
		}
		features = append(features, x)
		x = core.MaxPool2D(x, 2, 2)
		layer++
	}
	return append(features, x)
}
