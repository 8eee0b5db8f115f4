package core

import "segfault/kernels"

// Conv says how a convolution is done; zero values mean stride and dilation 1,
// one group, no padding, no upsampling, no activation.
type Conv struct {
	Stride, Dilation Extent
	Pad              Padding
	Groups           int
	// Up upsamples the first source (nearest neighbour) before convolving.
	Up int
	// Skip is a second source, concatenated to the first along the channels.
	Skip *Node
	// Bias is added to every output channel; nil for none.
	Bias *Node
	Act  kernels.Activation
}

// Conv2D is a convolution of x, N×C×H×W, with w, Cout×(Cin/Groups)×KH×KW. Other
// numbers of axes are OnImages'.
func Conv2D(x, w *Node, o Conv) *Node {
	o.Groups, o.Up = max(o.Groups, 1), max(o.Up, 1)
	k := checkConv(x, w, o)
	ho, wo := k.Out()

	skip, bias := o.Skip, o.Bias
	args, parents := []*Node{x, x, w, x}, []*Node{x, w, nil, nil}
	if skip != nil {
		args[1], parents[2] = skip, skip
	}
	if bias != nil {
		args[3], parents[3] = bias, bias
	}
	y := newNode(Node{Shape: Shape{k.N, k.Cout, ho, wo}, kernel: k, args: args, parents: parents})

	var masked, of *Node // made once and shared
	mask := func(dy *Node) *Node {
		if k.Act != kernels.ReLU {
			return dy
		}
		if of != dy {
			masked, of = wherePositive(dy, y), dy
		}
		return masked
	}
	gradInput := func(dy *Node, first, channels, up int) *Node {
		return derive(kernels.Conv2DGradInput{N: k.N, Cin: k.Ca + k.Cb, First: first, C: channels, H: k.H, W: k.W, Up: up,
			Cout: k.Cout, Window: k.Window, Groups: k.Groups},
			Shape{k.N, channels, k.H / up, k.W / up}, dy, dy, w)
	}
	y.grad = func(dy *Node, i int) *Node {
		switch i {
		case 0:
			return gradInput(mask(dy), 0, k.Ca, k.Up)
		case 2:
			return gradInput(mask(dy), k.Ca, k.Cb, 1)
		case 1:
			return derive(kernels.Conv2DGradWeight{N: k.N, Ca: k.Ca, Cb: k.Cb, H: k.H, W: k.W, Up: k.Up, Cout: k.Cout,
				Window: k.Window, Groups: k.Groups}, w.Shape, args[0], args[1], mask(dy))
		default:
			return Reshape(Sum(mask(dy), 0, 2, 3), bias.Shape...)
		}
	}
	return y
}

func checkConv(x, w *Node, o Conv) kernels.Conv2D {
	if len(w.Shape) != 4 {
		refuse("Conv2D", "weight %v must have four dimensions", w.Shape)
	}
	window := windowOf("Conv2D", x, Extent{1, w.Shape[2], w.Shape[3]}, o.Stride, o.Dilation, o.Pad, o.Up)
	k := kernels.Conv2D{N: x.Shape[0], Ca: x.Shape[1], H: x.Shape[2] * o.Up, W: x.Shape[3] * o.Up, Up: o.Up,
		Cout: w.Shape[0], Window: window, Groups: o.Groups,
		Bias: o.Bias != nil, Act: o.Act}
	if s := o.Skip; s != nil {
		if len(s.Shape) != 4 || s.Shape[0] != k.N || s.Shape[2] != k.H || s.Shape[3] != k.W || o.Groups > 1 {
			refuse("Conv2D", "second source %v does not go with %v upsampled %d times in %d groups", s.Shape, x.Shape, o.Up, o.Groups)
		}
		k.Cb = s.Shape[1]
	}
	if (k.Ca+k.Cb)%o.Groups != 0 || k.Cout%o.Groups != 0 || w.Shape[1] != (k.Ca+k.Cb)/o.Groups {
		refuse("Conv2D", "weight %v does not take %d channels in %d groups", w.Shape, k.Ca+k.Cb, o.Groups)
	}
	if o.Bias != nil && o.Bias.Shape.Count() != k.Cout {
		refuse("Conv2D", "bias %v for %d channels", o.Bias.Shape, k.Cout)
	}
	return k
}

// Upsample repeats every pixel of N×C×H×W factor×factor times.
func Upsample(x *Node, factor int) *Node {
	if len(x.Shape) != 4 || factor < 1 {
		refuse("Upsample", "%v, %d times; N×C×H×W is expected", x.Shape, factor)
	}
	n, c, h, w := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	return compute(kernels.UpsampleNearest{N: n * c, H: h, W: w, Factor: factor}, Shape{n, c, h * factor, w * factor},
		func(dy *Node, _ int) *Node { return upsampleGrad(dy, factor) }, x)
}

func upsampleGrad(dy *Node, factor int) *Node {
	if factor == 1 {
		return dy
	}
	n, c, h, w := dy.Shape[0], dy.Shape[1], dy.Shape[2]/factor, dy.Shape[3]/factor
	return compute(kernels.UpsampleNearestGrad{N: n * c, H: h, W: w, Factor: factor}, Shape{n, c, h, w},
		func(d *Node, i int) *Node {
			if i == 1 {
				return nil // what stands for a gate
			}
			return Upsample(d, factor)
		}, dy, dy)
}
