// Package monai loads MONAI's two-dimensional UNet, with residual units or without, and its BasicUNet, known by
// their tensors' names and shapes.
//
// Some of what they compute leaves no trace in their weights: norms without weights, strides of a UNet without
// residual units, slopes. There MONAI's defaults are taken, and Notes says so.
package monai

import (
	"fmt"

	"segfault/core"
	"segfault/core/net"
	"segfault/core/weights"
)

// Network is one of them.
type Network struct {
	store *weights.Store
	name  string
	build func(x *core.Node) *core.Node
	shape net.Shape
	notes map[string]bool
}

// Shape implements net.Network.
func (n *Network) Shape() net.Shape { return n.shape }

// Logits implements net.Network.
func (n *Network) Logits(x *core.Node) *core.Node { return n.build(x) }

// Name is the architecture's.
func (n *Network) Name() string { return n.name }

// Parameters counts the network's weights.
func (n *Network) Parameters() int { return n.store.Parameters() }

// Notes are what was assumed, in sentences.
func (n *Network) Notes() (list []string) {
	for _, note := range []string{assumedNorm, assumedStrides, assumedSlope} {
		if n.notes[note] {
			list = append(list, note)
		}
	}
	return list
}

const (
	assumedNorm    = "Its norms leave no weights: MONAI's default is taken, instance norm without any."
	assumedStrides = "Its strides leave no trace in the weights: 2 is taken for each level, which is usual."
	assumedSlope   = "Its leaky rectifiers leave no weights: MONAI's default slope is taken, 0.1."
)

// The tensors by which the two are known.
const (
	unitsFirst = "model.0.conv.unit0.conv.weight"
	plainFirst = "model.0.conv.weight"
	basicFirst = "conv_0.conv_0.conv.weight"
)

// Find gives a network's tensors without a wrapper's prefix; nil where they are none of MONAI's.
func Find(w weights.Weights) weights.Weights {
	for _, marks := range [][2]string{{unitsFirst, "model.2.0.conv.weight"}, {plainFirst, "model.2.conv.weight"}, {basicFirst, "final_conv.weight"}} {
		u := weights.Unwrap(w, marks[0])
		if shapes := u.Shapes(); shapes[marks[0]] != nil && shapes[marks[1]] != nil {
			return u
		}
	}
	return nil
}

// Load reads a network that Find found.
func Load(w weights.Weights) (*Network, error) {
	n := &Network{notes: map[string]bool{}}
	shapes := w.Shapes()
	first := unitsFirst
	switch {
	case shapes[basicFirst] != nil:
		n.name, n.build, first = "monai-basicunet", n.basic, basicFirst
	default:
		n.name, n.build = "monai-unet", func(x *core.Node) *core.Node { return n.level("model", x, true) }
		if shapes[first] == nil {
			first = plainFirst
		}
	}
	n.store = weights.NewStore(map[string]string{"monai-unet": "two-dimensional UNet of MONAI", "monai-basicunet": "two-dimensional BasicUNet of MONAI"}[n.name], w)
	d := n.store.Dims(first)
	if len(d) == 5 {
		return nil, fmt.Errorf("monai: the network is of volumes: its first weights are %v; expected a network made with spatial_dims=2, whose are of four dimensions", d)
	}
	if len(d) != 4 {
		return nil, fmt.Errorf("monai: the first weights are %v; expected four dimensions", d)
	}
	n.shape = net.Shape{In: d[1], Multiple: n.multiple()}
	if y, ok := n.store.Try(func() *core.Node {
		return n.Logits(core.NewInput("x", 1, n.shape.In, n.shape.Multiple, n.shape.Multiple))
	}); ok {
		n.shape.Classes = y.Shape[1]
	}
	return n, n.store.Loaded(weights.Counter)
}
