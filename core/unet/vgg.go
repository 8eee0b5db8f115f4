package unet

import (
	"fmt"
	"strings"

	"segfault/core"
	"segfault/kernels"
)

// vgg is the family of Simonyan and Zisserman 2015: stages of 3×3 convolutions
// with a pooling after each. Encoders with "_bn" have batch-norm.
type vgg struct{}

// vggDepths is how many convolutions each stage has.
var vggDepths = map[string][]int{
	"vgg11": {1, 1, 2, 2, 2},
	"vgg13": {2, 2, 2, 2, 2},
	"vgg16": {2, 2, 3, 3, 3},
	"vgg19": {2, 2, 4, 4, 4},
}

func init() {
	for name := range vggDepths {
		encoders[name], encoders[name+normSuffix] = vgg{}, vgg{}
	}
}

// normSuffix marks a VGG with batch-norm.
const normSuffix = "_bn"

func (vgg) first() string { return "encoder.features.0.weight" }

func (vgg) size(s *Spec, divide int) { s.Widths = divided(divide, 64, 128, 256, 512, 512) }

// vggLayers visits the encoder's layers: their place among the library's
// layers, in which a ReLU, a batch-norm and a pooling count too.
func vggLayers(encoder string, f func(stage, layer int)) {
	base, norm := strings.CutSuffix(encoder, normSuffix)
	layer := 0
	for stage, convs := range vggDepths[base] {
		for range convs {
			f(stage, layer)
			layer += 2
			if norm {
				layer++
			}
		}
		layer++
	}
}

func (vgg) features(s Spec, p Params, x *core.Node) (features []*core.Node) {
	pooled := func() {
		features = append(features, x)
		x = core.MaxPool(x, core.Pool{Size: core.Square(2), Stride: core.Square(2)})
	}
	last := 0
	vggLayers(s.Encoder, func(stage, layer int) {
		if stage >= len(s.Decoder) {
			return
		}
		if stage != last {
			pooled()
			last = stage
		}
		l := Layer{Name: fmt.Sprintf("encoder.features.%d", layer), Bias: true, Width: s.Widths[stage], Size: 3,
			Conv: core.Conv{Pad: core.Around(1), Act: kernels.ReLU}}
		if strings.HasSuffix(s.Encoder, normSuffix) {
			l.Norm, l.Eps = fmt.Sprintf("encoder.features.%d", layer+1), torchEps
		}
		x = p.Conv(l, x)
	})
	pooled()
	return append(features, x)
}

// read knows a VGG by its last layer with weights.
func (vgg) read(s *Spec, c *checkpoint) error {
	last := c.last("encoder.features.")
	for base := range vggDepths {
		for _, name := range []string{base, base + normSuffix} {
			end := 0
			vggLayers(name, func(_, layer int) { end = layer })
			if strings.HasSuffix(name, normSuffix) {
				end++
			}
			if end == last {
				s.Encoder = name
			}
		}
	}
	if s.Encoder == "" {
		return fmt.Errorf("unet: the checkpoint's encoder ends with layer %q, which no VGG encoder does", fmt.Sprintf("encoder.features.%d", last))
	}
	s.Widths = make([]int, 5)
	vggLayers(s.Encoder, func(stage, layer int) {
		if s.Widths[stage] == 0 {
			s.Widths[stage] = c.width(fmt.Sprintf("encoder.features.%d.weight", layer))
		}
	})
	return nil
}
