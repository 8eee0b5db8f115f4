package onnx

import (
	"segfault/core"
	"segfault/kernels"
)

var convolutions = map[string]operator{
	"Conv":               conv,
	"ConvTranspose":      convTranspose,
	"BatchNormalization": batchNorm,
}

// convolution is a convolution that what follows may still change: a batch-norm is
// folded into it, and it does a ReLU.
type convolution struct {
	x, w, b *core.Node // b may be nil
	o       core.Conv
	act     kernels.Activation
}

// value computes the convolution.
func (k *convolution) value() []value {
	o := k.o
	o.Bias, o.Act = k.b, k.act
	y := real(core.OnImages(k.x, func(x *core.Node) *core.Node { return core.Conv2D(x, core.AsImages(k.w), o) }))
	y.from = k
	return []value{y}
}

func conv(c *call) []value {
	x, w := c.x(0), c.x(1)
	if len(w.Shape) != len(x.Shape) || len(x.Shape) < 3 {
		c.refuse("weight %v for an input of %v", w.Shape, x.Shape)
	}
	win := c.window(x.Shape, w.Shape[2:])
	c.same(&win, x.Shape)
	k := &convolution{x: x, w: w, o: core.Conv{Stride: extent(win.stride), Dilation: extent(win.dilation), Pad: win.padding(), Groups: c.integer("group", 1)}}
	if k.o.Groups < 1 {
		c.refuse("%d groups", k.o.Groups)
	}
	if c.has(2) {
		k.b = c.x(2)
	}
	k.absorb(c.in[0].from)
	return k.value()
}

// absorb does together with a convolution what made its input: padding with zeros,
// doubling pixels, joining two arrays of channels.
func (k *convolution) absorb(from any) {
	if len(k.x.Shape) != 4 {
		return
	}
	if p, ok := from.(*padded); ok && p.spatial() {
		k.x = p.x.node
		k.o.Pad.Top, k.o.Pad.Left, k.o.Pad.Bottom, k.o.Pad.Right =
			k.o.Pad.Top+p.pads[2], k.o.Pad.Left+p.pads[3], k.o.Pad.Bottom+p.pads[6], k.o.Pad.Right+p.pads[7]
		from = p.x.from
	}
	if k.o.Groups > 1 {
		return
	}
	switch f := from.(type) {
	case *enlarged:
		k.x, k.o.Up = f.x, f.factor
	case *joined:
		if f.axis != 1 {
			return
		}
		first := f.parts[0]
		k.x, k.o.Up = first.node, 1
		if up, ok := first.from.(*enlarged); ok {
			k.x, k.o.Up = up.x, up.factor
		}
		var rest []*core.Node
		for _, v := range f.parts[1:] {
			rest = append(rest, v.node)
		}
		k.o.Skip = core.Concat(1, rest...)
	}
}

// batchNorm is folded into the convolution before it, where nothing else reads
// that; elsewhere it multiplies and adds.
func batchNorm(c *call) []value {
	if c.integer("training_mode", 0) != 0 || c.wants(1) { // until version 14 by its further outputs
		c.refuse("it is in training mode, or keeps no statistics: export the network in evaluation mode, with its running mean and variance")
	}
	if c.attributes["spatial"] != nil && c.integer("spatial", 1) == 0 {
		c.refuse("it is of single pixels (spatial is 0), which is not supported: only of channels")
	}
	var p [4]*core.Node // scale, shift, mean, variance
	channels := c.x(0).Shape
	if len(channels) < 2 {
		c.refuse("%v has no channels", channels)
	}
	known := true
	for i := range p {
		p[i] = c.x(1 + i)
		known = known && p[i].Role == core.Parameter && c.in[1+i].fixed
		if p[i].Shape.Count() != channels[1] {
			c.refuse("its input %d is %v, for %d channels", i+2, p[i].Shape, channels[1])
		}
	}
	eps := c.number("epsilon", 1e-5)
	k, ok := c.in[0].from.(*convolution)
	if known && ok && k.act == kernels.Identity && k.w.Role == core.Parameter && (k.b == nil || k.b.Role == core.Parameter) &&
		c.r.uses[c.inputs[0]] == 1 {
		k := *k
		f := c.r.file.fold(c.node, func() folded {
			var b *core.Tensor
			if k.b != nil {
				b = k.b.Value
			}
			w, b := core.FoldBatchNorm(k.w.Value, b, p[0].Value, p[1].Value, p[2].Value, p[3].Value, float64(eps))
			return folded{w, b}
		})
		k.w, k.b = core.NewParameter(k.w.Name, f.w), core.NewParameter(k.w.Name+".bias", f.b)
		return k.value()
	}
	shape := make(core.Shape, len(channels)-1)
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = channels[1]
	deviation := core.Sqrt(core.Affine(p[3], 1, eps))
	scale := core.Div(p[0], deviation)
	if known { // two passes over the image
		shift := core.Sub(p[1], core.Mul(p[2], scale))
		f := c.r.file.fold(c.node, func() folded { return folded{c.evaluate(scale), c.evaluate(shift)} })
		return one(core.Add(core.Mul(c.x(0), core.Reshape(core.NewParameter("scale", f.w), shape...)), core.Reshape(core.NewParameter("shift", f.b), shape...)))
	}
	each := func(n *core.Node) *core.Node { return core.Reshape(n, shape...) }
	return one(core.Add(core.Mul(core.Sub(c.x(0), each(p[2])), each(scale)), each(p[1])))
}

// evaluate computes what depends on no input.
func (c *call) evaluate(n *core.Node) *core.Tensor {
	t, err := evaluate(n)
	if err != nil {
		c.refuse("%v", err)
	}
	return t
}

func convTranspose(c *call) []value {
	x, w := c.x(0), c.x(1)
	if len(w.Shape) != len(x.Shape) || len(x.Shape) < 3 {
		c.refuse("weight %v for an input of %v", w.Shape, x.Shape)
	}
	win := c.window(x.Shape, w.Shape[2:])
	extra := c.list("output_padding")
	if extra == nil {
		extra = make([]int, len(win.size))
	}
	want := c.list("output_shape")
	mode := c.word("auto_pad", "NOTSET")
	same := mode == "SAME_UPPER" || mode == "SAME_LOWER"
	if len(extra) != len(win.size) || want != nil && len(want) < len(win.size) {
		c.refuse("output_padding %v and output_shape %v for an input of %v", extra, want, x.Shape)
	}
	want = want[max(0, len(want)-len(win.size)):] // some files name images and channels, too
	extra = append([]int(nil), extra...)
	for i := range win.size {
		n := x.Shape[2+i]
		if extra[i] < 0 || extra[i] > 1<<20 {
			c.refuse("output_padding of %v", extra)
		}
		if mode == "VALID" {
			win.before[i], win.after[i] = 0, 0
		}
		if !same && len(want) == 0 {
			continue
		}
		size := n * win.stride[i]
		if len(want) > 0 {
			size = want[i]
		}
		total := win.stride[i]*(n-1) + extra[i] + win.reach(i) - size
		if total < 0 { // more than the filters reach is zeros at the end
			extra[i] -= total
			total = 0
		}
		win.before[i], win.after[i] = halves(total, mode == "SAME_UPPER")
	}
	o := core.Transposed{Stride: extent(win.stride), Dilation: extent(win.dilation), Pad: win.padding(), Extra: extent(extra), Groups: c.integer("group", 1)}
	if c.has(2) {
		o.Bias = c.x(2)
	}
	return one(core.OnImages(x, func(x *core.Node) *core.Node {
		if max(o.Stride.Depth, o.Dilation.Depth) > 1 || o.Pad.Front != 0 || o.Pad.Back != 0 || o.Extra.Depth != 0 {
			c.refuse("%v is a volume: only images are supported", x.Shape)
		}
		return core.ConvTranspose2D(x, core.AsImages(w), o)
	}))
}
