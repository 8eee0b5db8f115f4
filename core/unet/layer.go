package unet

import "segfault/core"

// Layer is a convolution and the batch-norm after it.
type Layer struct {
	Name        string    // of the convolution in the state dict
	Norm        string    // of the batch-norm, "" where there is none
	Eps         float64   // of the batch-norm
	Bias        bool      // whether the convolution has a bias of its own
	Width, Size int       // output channels, and the kernel's height and width
	Conv        core.Conv // stride, padding, groups, sources, activation
}

// Params gives a network its weights.
type Params interface {
	// Conv computes a layer.
	Conv(l Layer, x *core.Node) *core.Node
	// Idle is a layer on x that the state dict holds but the network does not
	// use: the library builds it all the same.
	Idle(l Layer, x *core.Node)
	// Drop is where training leaves out a residual branch, for each image with
	// the probability rate (stochastic depth, Huang et al. 2016).
	Drop(x *core.Node, rate float64) *core.Node
}

// torchEps is what PyTorch adds to a batch-norm's variance by default.
const torchEps = 1e-5

// weightShape is the shape of the layer's weight for an input x.
func (l Layer) weightShape(x *core.Node) core.Shape {
	in := x.Shape[1]
	if l.Conv.Skip != nil {
		in += l.Conv.Skip.Shape[1]
	}
	return core.Shape{l.Width, in / max(l.Conv.Groups, 1), l.Size, l.Size}
}

// tensors lists what the state dict holds of the layer.
func (l Layer) tensors(x *core.Node) []NamedShape {
	list := []NamedShape{{l.Name + ".weight", l.weightShape(x)}}
	vector := func(name string) { list = append(list, NamedShape{name, core.Shape{l.Width}}) }
	if l.Bias {
		vector(l.Name + ".bias")
	}
	if l.Norm != "" {
		vector(l.Norm + ".weight")
		vector(l.Norm + ".bias")
		vector(l.Norm + runningMean)
		vector(l.Norm + runningVar)
	}
	return list
}
