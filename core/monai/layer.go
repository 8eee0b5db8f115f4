package monai

import (
	"segfault/core"
)

const eps = 1e-5

// conv is a convolution, or a transposed one that makes the stride's multiple of its input.
func (n *Network) conv(name string, x *core.Node, width, stride int, transposed bool) *core.Node {
	d := n.store.Dims(name + ".weight")
	if len(d) != 4 || max(d[2], d[3]) > 16 || !transposed && (d[2]%2 == 0 || d[3]%2 == 0) {
		n.store.Fail("tensor %q of shape %v is no filter of this network's", name+".weight", d)
		d = core.Shape{width, x.Shape[1], 1, 1}
	}
	var bias *core.Node
	if n.store.Dims(name+".bias") != nil {
		bias = n.store.Parameter(name+".bias", width)
	}
	top, left := (d[2]-1)/2, (d[3]-1)/2
	pad := core.Padding{Top: top, Bottom: top, Left: left, Right: left}
	if !transposed {
		return core.Conv2D(x, n.store.Parameter(name+".weight", width, x.Shape[1], d[2], d[3]), core.Conv{Stride: core.Square(stride), Pad: pad, Bias: bias})
	}
	extra := core.Extent{Height: max(stride-d[2]+2*top, 0), Width: max(stride-d[3]+2*left, 0)}
	return core.ConvTranspose2D(x, n.store.Parameter(name+".weight", x.Shape[1], width, d[2], d[3]),
		core.Transposed{Stride: core.Square(stride), Pad: pad, Extra: extra, Bias: bias})
}

// width is how many channels a layer makes.
func (n *Network) width(name string, transposed bool) int {
	d := n.store.Dims(name + ".weight")
	if len(d) != 4 {
		n.store.Fail("the checkpoint lacks the filters %q of four dimensions", name+".weight")
		return 1
	}
	if transposed {
		return d[1]
	}
	return d[0]
}

// unit is a convolution with its norm and its activation, which the last of a network has not.
func (n *Network) unit(name string, x *core.Node, stride int, transposed, bare bool) *core.Node {
	width := n.width(name+".conv", transposed)
	x = n.conv(name+".conv", x, width, stride, transposed)
	if bare {
		return x
	}
	return n.activate(name, n.norm(name, x))
}

// part is the name of a unit's norm or activation, which older versions called otherwise.
func (n *Network) part(unit, now, before string) string {
	if n.store.Dims(unit+before+".weight") != nil {
		return unit + before
	}
	return unit + now
}

// norm is of batches where there are running statistics, else of instances.
func (n *Network) norm(unit string, x *core.Node) *core.Node {
	name, width := n.part(unit, ".adn.N", ".norm"), x.Shape[1]
	vector := func(part string) *core.Node {
		return core.Reshape(n.store.Parameter(name+"."+part, width), width, 1, 1)
	}
	switch {
	case n.store.Dims(name+".running_mean") != nil:
		scale := core.Div(vector("weight"), core.Sqrt(core.Affine(vector("running_var"), 1, eps)))
		return core.Add(core.Mul(core.Sub(x, vector("running_mean")), scale), vector("bias"))
	case n.store.Dims(name+".weight") != nil:
		return core.InstanceNorm(x, n.store.Parameter(name+".weight", width), n.store.Parameter(name+".bias", width), eps)
	}
	n.notes[assumedNorm] = true
	return core.GroupNorm(x, width, eps)
}

// activate is a rectifier with a learned slope, for all channels or for each.
func (n *Network) activate(unit string, x *core.Node) *core.Node {
	if n.name == "monai-basicunet" {
		if n.store.Dims(unit+".adn.A.weight") == nil {
			n.notes[assumedSlope] = true
			return core.LeakyRectify(x, 0.1)
		}
	}
	name := n.part(unit, ".adn.A", ".act") + ".weight"
	slopes := n.store.Dims(name)
	if len(slopes) != 1 {
		n.store.Fail("the checkpoint has no slopes %q: the network's activation is not MONAI's default, PReLU, and leaves no trace; export the network to ONNX", name)
		return x
	}
	return core.Parametric(x, core.Reshape(n.store.Parameter(name, slopes[0]), slopes[0], 1, 1))
}
