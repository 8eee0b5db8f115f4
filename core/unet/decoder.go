package unet

import (
	"fmt"

	"segfault/core"
	"segfault/kernels"
)

// plain is the decoder of U-Net: every block doubles the resolution and joins
// the encoder's feature there. The feature at full resolution is left out.
func (s Spec) plain(p Params, features []*core.Node) *core.Node {
	head := features[5]
	for _, l := range s.centre(head) {
		head = p.Conv(l, head)
	}
	for i, width := range s.Decoder {
		var skip *core.Node
		if i < 4 {
			skip = features[4-i]
		}
		head = block(p, fmt.Sprintf("decoder.blocks.%d", i), head, skip, width)
	}
	return head
}

// nested is the decoder of U-Net++. Block x_i_j refines the resolution that the
// j-th block of U-Net has, on its way from the (j−i)-th coarser feature: it
// joins all blocks before it at that resolution with the encoder's feature.
// Blocks with i = 0 end U-Nets of growing depth; the last one has no skip.
func (s Spec) nested(p Params, features []*core.Node) *core.Node {
	for _, l := range s.centre(features[5]) {
		p.Idle(l, features[5])
	}
	var x [4][4]*core.Node // x[i][j]
	for span := range 4 {  // j − i
		for i := range 4 - span {
			j := i + span
			skip := features[4-j]
			below, width := features[5-i], skip.Shape[1]
			if span > 0 {
				below = x[i][j-1]
				var before []*core.Node
				for k := i + 1; k <= j; k++ {
					before = append(before, x[k][j])
				}
				skip = core.Concat(1, append(before, skip)...)
			}
			if i == 0 {
				width = s.Decoder[j]
			}
			x[i][j] = block(p, fmt.Sprintf("decoder.blocks.x_%d_%d", i, j), below, skip, width)
		}
	}
	return block(p, "decoder.blocks.x_0_4", x[0][3], nil, s.Decoder[4])
}

// centre is what the library puts between a VGG encoder and the decoder.
func (s Spec) centre(x *core.Node) []Layer {
	if encoders[s.Encoder] != (vgg{}) {
		return nil
	}
	return []Layer{convNorm("decoder.center.0", x.Shape[1]), convNorm("decoder.center.1", x.Shape[1])}
}

// block doubles the resolution, joins a feature and convolves twice.
func block(p Params, name string, x, skip *core.Node, width int) *core.Node {
	first, second := convNorm(name+".conv1", width), convNorm(name+".conv2", width)
	first.Conv.Up, first.Conv.Skip = 2, skip
	return p.Conv(second, p.Conv(first, x))
}

// convNorm is the library's Conv2dReLU: convolution, batch-norm, ReLU.
func convNorm(name string, width int) Layer {
	return Layer{Name: name + ".0", Norm: name + ".1", Eps: torchEps, Width: width, Size: 3,
		Conv: core.Conv{Pad: core.Around(1), Act: kernels.ReLU}}
}
