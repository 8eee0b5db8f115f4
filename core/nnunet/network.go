// Package nnunet loads the two-dimensional networks of nnU-Net v2: its plain U-Net and the one with a residual
// encoder (Isensee et al., 2021 and 2024), known by their tensors' names and shapes.
package nnunet

import (
	"fmt"
	"strings"

	"segfault/core"
	"segfault/core/net"
	"segfault/core/weights"
)

// Network is one of them.
type Network struct {
	store    *weights.Store
	residual bool
	strides  []core.Extent // of the encoder's stages
	slope    float32       // of its leaky rectifiers
	shape    net.Shape
}

const (
	plainFirst    = "encoder.stages.0.0.convs.0.conv.weight"
	residualFirst = "encoder.stem.convs.0.conv.weight"
	eps           = 1e-5
)

// Find gives a network's tensors without a wrapper's prefix; nil where they are none of nnU-Net's.
func Find(w weights.Weights) weights.Weights {
	for _, first := range []string{plainFirst, residualFirst} {
		if u := weights.Unwrap(w, first); u.Shapes()[first] != nil {
			return u
		}
	}
	return nil
}

// Load reads a network that Find found. Notes are what its trainer noted.
func Load(w weights.Weights, notes Notes) (*Network, error) {
	n := &Network{store: weights.NewStore("two-dimensional network of nnU-Net", w), slope: notes.slope}
	first := n.store.Dims(plainFirst)
	if first == nil {
		n.residual = true
		first = n.store.Dims(residualFirst)
	}
	if len(first) == 5 {
		return nil, fmt.Errorf("nnunet: the network is of volumes: its first weights are %v; expected a 2-D configuration of nnU-Net, whose are of four dimensions", first)
	}
	if len(first) != 4 {
		return nil, fmt.Errorf("nnunet: the first weights are %v; expected four dimensions", first)
	}
	depth := 0
	for n.stage(depth) {
		depth++
	}
	n.strides = make([]core.Extent, max(depth, 1))
	n.strides[0] = core.Square(1)
	down := core.Square(1)
	for s := 1; s < depth; s++ {
		up := n.store.Dims(fmt.Sprintf("decoder.transpconvs.%d.weight", depth-1-s))
		if len(up) != 4 || max(up[2], up[3]) > 16 {
			return nil, fmt.Errorf("nnunet: the checkpoint's decoder lacks the transposed convolution of stage %d of %d, from which its stride is known", s, depth)
		}
		n.strides[s] = core.Extent{Height: up[2], Width: up[3]}
		down.Height, down.Width = down.Height*up[2], down.Width*up[3]
	}
	classes := n.store.Dims(n.head(depth) + ".weight")
	if depth < 2 || len(classes) != 4 || max(down.Height, down.Width) > 1<<10 {
		return nil, fmt.Errorf("nnunet: the checkpoint has %d stages of an encoder and no decoder for them: it is none of nnU-Net's U-Nets", depth)
	}
	n.shape = net.Shape{In: first[1], Classes: classes[0], Activation: notes.Activation, Multiple: multiple(down)}
	n.store.Try(func() *core.Node {
		return n.Logits(core.NewInput("x", 1, n.shape.In, n.shape.Multiple, n.shape.Multiple))
	})
	return n, n.store.Loaded(spare)
}

// multiple is what both sides must be multiples of.
func multiple(e core.Extent) int {
	m := e.Height
	for m%e.Width != 0 {
		m += e.Height
	}
	return m
}

// stage says whether the encoder has a stage.
func (n *Network) stage(s int) bool {
	name := "encoder.stages.%d.0.convs.0.conv.weight"
	if n.residual {
		name = "encoder.stages.%d.blocks.0.conv1.conv.weight"
	}
	return n.store.Dims(fmt.Sprintf(name, s)) != nil
}

// head is the layer of the logits of full resolution.
func (n *Network) head(depth int) string { return fmt.Sprintf("decoder.seg_layers.%d", depth-2) }

// spare are tensors that a checkpoint has twice, the heads of deep supervision, and counters.
func spare(name string) bool {
	return strings.HasPrefix(name, "decoder.encoder.") || strings.Contains(name, ".all_modules.") ||
		strings.HasPrefix(name, "decoder.seg_layers.") || weights.Counter(name)
}

// Shape implements net.Network.
func (n *Network) Shape() net.Shape { return n.shape }

// Name is the architecture's.
func (n *Network) Name() string {
	if n.residual {
		return "nnunet-residual"
	}
	return "nnunet-plain"
}

// Parameters counts the network's weights.
func (n *Network) Parameters() int { return n.store.Parameters() }

// Logits implements net.Network.
func (n *Network) Logits(x *core.Node) *core.Node {
	var skips []*core.Node
	if n.residual {
		x = n.stack("encoder.stem", x, core.Square(1))
	}
	for s, stride := range n.strides {
		if n.residual {
			x = n.residuals(fmt.Sprintf("encoder.stages.%d", s), x, stride)
		} else {
			x = n.stack(fmt.Sprintf("encoder.stages.%d.0", s), x, stride)
		}
		skips = append(skips, x)
	}
	depth := len(n.strides)
	for s := range depth - 1 {
		stride := n.strides[depth-1-s]
		skip := skips[depth-2-s]
		name := fmt.Sprintf("decoder.transpconvs.%d", s)
		x = core.ConvTranspose2D(x, n.store.Parameter(name+".weight", x.Shape[1], skip.Shape[1], stride.Height, stride.Width),
			core.Transposed{Stride: stride, Bias: n.bias(name, skip.Shape[1])})
		x = n.stack(fmt.Sprintf("decoder.stages.%d", s), core.Concat(1, x, skip), core.Square(1))
	}
	head := n.head(depth)
	return core.Conv2D(x, n.store.Parameter(head+".weight", n.shape.Classes, x.Shape[1], 1, 1), core.Conv{Bias: n.bias(head, n.shape.Classes)})
}

// bias is a layer's, nil where it has none.
func (n *Network) bias(name string, width int) *core.Node {
	if n.store.Dims(name+".bias") == nil {
		return nil
	}
	return n.store.Parameter(name+".bias", width)
}

// stack is some convolutions one after another, of which the first has a stride.
func (n *Network) stack(name string, x *core.Node, stride core.Extent) *core.Node {
	for i := 0; ; i++ {
		layer := fmt.Sprintf("%s.convs.%d", name, i)
		if i > 0 && n.store.Dims(layer+".conv.weight") == nil {
			return x
		}
		x = core.LeakyRectify(n.convNorm(layer, x, stride), n.slope)
		stride = core.Square(1)
	}
}

// residuals are some residual blocks, of which the first has a stride: its shortcut takes means.
func (n *Network) residuals(name string, x *core.Node, stride core.Extent) *core.Node {
	for i := 0; ; i++ {
		block := fmt.Sprintf("%s.blocks.%d.", name, i)
		if i > 0 && n.store.Dims(block+"conv1.conv.weight") == nil {
			return x
		}
		y := x
		if n.store.Dims(block+"conv3.conv.weight") == nil {
			y = core.LeakyRectify(n.convNorm(block+"conv1", y, stride), n.slope)
			y = n.convNorm(block+"conv2", y, core.Square(1))
		} else { // a bottleneck
			y = core.LeakyRectify(n.convNorm(block+"conv1", y, core.Square(1)), n.slope)
			y = core.LeakyRectify(n.convNorm(block+"conv2", y, stride), n.slope)
			y = n.convNorm(block+"conv3", y, core.Square(1))
		}
		projection := block + "skip.0"
		if stride.Height > 1 || stride.Width > 1 {
			x = core.AveragePool(x, core.Pool{Size: stride, Stride: stride})
			projection = block + "skip.1"
		}
		if y.Shape[1] != x.Shape[1] {
			x = n.convNorm(projection, x, core.Square(1))
		}
		x = core.LeakyRectify(core.Add(y, x), n.slope)
		stride = core.Square(1)
	}
}

// convNorm is a convolution that keeps the size but for its stride, and its norm: of instances, or of batches.
func (n *Network) convNorm(name string, x *core.Node, stride core.Extent) *core.Node {
	d := n.store.Dims(name + ".conv.weight")
	if len(d) != 4 || d[2]%2 == 0 || d[3]%2 == 0 {
		n.store.Fail("the checkpoint lacks tensor %q, or it has no four dimensions and odd filters", name+".conv.weight")
		d = core.Shape{1, x.Shape[1], 1, 1}
	}
	width := d[0]
	weight := n.store.Tensor(name+".conv.weight", width, x.Shape[1], d[2], d[3])
	conv := core.Conv{Stride: stride, Pad: core.Padding{Top: d[2] / 2, Bottom: d[2] / 2, Left: d[3] / 2, Right: d[3] / 2}}
	norm := func(part string) *core.Tensor { return n.store.Tensor(name+".norm."+part, width) }
	gamma, beta := norm("weight"), norm("bias")
	if n.store.Dims(name+".norm.running_mean") == nil {
		conv.Bias = n.bias(name+".conv", width)
		y := core.Conv2D(x, core.NewParameter(name+".conv.weight", weight), conv)
		return core.InstanceNorm(y, core.NewParameter(name+".norm.weight", gamma), core.NewParameter(name+".norm.bias", beta), eps)
	}
	var bias *core.Tensor
	if n.store.Dims(name+".conv.bias") != nil {
		bias = n.store.Tensor(name+".conv.bias", width)
	}
	mean, variance := norm("running_mean"), norm("running_var")
	folded := n.store.Keep(name+".folded", func() *core.Tensor {
		w, b := core.FoldBatchNorm(weight, bias, gamma, beta, mean, variance, eps)
		n.store.Keep(name+".folded.bias", func() *core.Tensor { return b })
		return w
	})
	conv.Bias = core.NewParameter(name+".conv.bias", n.store.Tensor(name+".folded.bias", width))
	return core.Conv2D(x, core.NewParameter(name+".conv.weight", folded), conv)
}
