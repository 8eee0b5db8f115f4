package unet

import (
	"fmt"

	"segfault/core"
	"segfault/kernels"
)

// plain is the decoder of U-Net: every block doubles the resolution and joins
// the encoder's feature there. The feature at full resolution is left out.
func (s Spec) plain(p Params, features []*core.Node) *core.Node {
	depth := len(s.Decoder)
	head := features[depth]
	for _, l := range s.centre(head) {
		head = p.Conv(l, head)
	}
	for i, width := range s.Decoder {
		var skip *core.Node
		if i < depth-1 {
			skip = features[depth-1-i]
		}
		head = s.block(p, fmt.Sprintf("decoder.blocks.%d", i), head, skip, width)
	}
	return head
}

// nested is the decoder of U-Net++. Block x_i_j refines the resolution that the
// j-th block of U-Net has, on its way from the (j−i)-th coarser feature: it
// joins all blocks before it at that resolution with the encoder's feature.
// Blocks with i = 0 end U-Nets of growing depth; the last one has no skip.
func (s Spec) nested(p Params, features []*core.Node) *core.Node {
	last := len(s.Decoder) - 1 // of the blocks
	for _, l := range s.centre(features[last+1]) {
		p.Idle(l, features[last+1])
	}
	var x [maxDepth][maxDepth]*core.Node // x[i][j]
	for span := range last {             // j − i
		for i := range last - span {
			j := i + span
			skip := features[last-j]
			below, width := features[last+1-i], skip.Shape[1]
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
			x[i][j] = s.block(p, fmt.Sprintf("decoder.blocks.x_%d_%d", i, j), below, skip, width)
		}
	}
	return s.block(p, fmt.Sprintf("decoder.blocks.x_0_%d", last), x[0][last-1], nil, s.Decoder[last])
}

// centre is what the library puts between a VGG encoder and the decoder.
func (s Spec) centre(x *core.Node) []Layer {
	if encoders[s.Encoder] != (vgg{}) {
		return nil
	}
	return []Layer{convNorm("decoder.center.0", x.Shape[1]), convNorm("decoder.center.1", x.Shape[1])}
}

// block doubles the resolution, joins a feature and convolves twice.
func (s Spec) block(p Params, name string, x, skip *core.Node, width int) *core.Node {
	first, second := convNorm(name+".conv1", width), convNorm(name+".conv2", width)
	if !s.Attention {
		first.Conv.Up, first.Conv.Skip = 2, skip
		return p.Conv(second, p.Conv(first, x))
	}
	x = core.Upsample(x, 2)
	if skip == nil {
		squeeze, excite, pixels := attention(name+".attention1", x)
		p.Idle(squeeze, x)
		p.Idle(excite, core.NewInput(name, 1, squeeze.Width, 1, 1))
		p.Idle(pixels, x)
	} else {
		x = weigh(p, name+".attention1", core.Concat(1, x, skip))
	}
	return weigh(p, name+".attention2", p.Conv(second, p.Conv(first, x)))
}

// weigh multiplies every channel and every pixel by how much it counts.
func weigh(p Params, name string, x *core.Node) *core.Node {
	squeeze, excite, pixels := attention(name, x)
	channels := core.Sigmoid(p.Conv(excite, p.Conv(squeeze, core.GlobalAveragePool(x))))
	return core.Add(core.Scale(x, channels), core.Mul(x, core.Sigmoid(p.Conv(pixels, x))))
}

// attention are the layers that weigh channels, two, and pixels.
func attention(name string, x *core.Node) (squeeze, excite, pixels Layer) {
	layer := func(part string, width int) Layer {
		return Layer{Name: name + ".attention." + part, Bias: true, Width: width, Size: 1}
	}
	squeeze = layer("cSE.1", max(x.Shape[1]/attentionReduction, 1))
	squeeze.Conv.Act = kernels.ReLU
	return squeeze, layer("cSE.3", x.Shape[1]), layer("sSE.0", 1)
}

// attentionReduction is how many times fewer channels the squeezed ones are.
const attentionReduction = 16

// convNorm is the library's Conv2dReLU: convolution, batch-norm, ReLU.
func convNorm(name string, width int) Layer {
	return Layer{Name: name + ".0", Norm: name + ".1", Eps: torchEps, Width: width, Size: 3,
		Conv: core.Conv{Pad: core.Around(1), Act: kernels.ReLU}}
}
