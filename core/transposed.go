package core

import "segfault/kernels"

// Transposed says how a transposed convolution is done; zero values are as in
// Conv.
type Transposed struct {
	Stride, Dilation Extent
	// Pad is what is taken away on every side of the result.
	Pad Padding
	// Extra is what is added to its height and width, at their ends: a convolution
	// with strides makes one size of several.
	Extra  Extent
	Groups int
	Bias   *Node // added to every output channel; nil for none
}

// ConvTranspose2D is the transposed convolution of x, N×Cin×H×W, with w,
// Cin×(Cout/Groups)×KH×KW: the gradient of a convolution, as an op.
func ConvTranspose2D(x, w *Node, o Transposed) *Node {
	const op = "ConvTranspose2D"
	groups := max(o.Groups, 1)
	if len(x.Shape) != 4 || len(w.Shape) != 4 {
		refuse(op, "%v with weight %v; N×C×H×W and four dimensions are expected", x.Shape, w.Shape)
	}
	n, cin := x.Shape[0], x.Shape[1]
	cout := w.Shape[1] * groups
	if w.Shape[0] != cin || cin%groups != 0 {
		refuse(op, "weight %v does not take %d channels in %d groups", w.Shape, cin, groups)
	}
	if o.Bias != nil && o.Bias.Shape.Count() != cout {
		refuse(op, "bias %v for %d channels", o.Bias.Shape, cout)
	}
	stride := Extent{0, max(o.Stride.Height, 1), max(o.Stride.Width, 1)}
	k := kernels.Window{
		KH: w.Shape[2], KW: w.Shape[3], StrideH: stride.Height, StrideW: stride.Width,
		DilationH: max(o.Dilation.Height, 1), DilationW: max(o.Dilation.Width, 1),
		Top: o.Pad.Top, Left: o.Pad.Left, Bottom: o.Pad.Bottom, Right: o.Pad.Right,
	}
	reachH, reachW := k.Reach()
	// What is added beyond a stride no convolution would see: it is zeros.
	extraH, extraW := min(o.Extra.Height, stride.Height-1), min(o.Extra.Width, stride.Width-1)
	h := (x.Shape[2]-1)*stride.Height + reachH - k.Top - k.Bottom + extraH
	wide := (x.Shape[3]-1)*stride.Width + reachW - k.Left - k.Right + extraW
	if h < 1 || wide < 1 || min(o.Extra.Height, o.Extra.Width) < 0 {
		refuse(op, "padding of %+v leaves nothing of %v", o.Pad, x.Shape)
	}
	y := transposed(x, w, kernels.Conv2DGradInput{N: n, Cin: cout, C: cout, H: h, W: wide, Up: 1, Cout: cin, Window: k, Groups: groups})
	y = Pad(y, []int{0, 0, 0, 0, 0, 0, o.Extra.Height - extraH, o.Extra.Width - extraW}, PadConstant, 0)
	if o.Bias != nil {
		y = Add(y, Reshape(o.Bias, cout, 1, 1))
	}
	return y
}

// transposed is the gradient of a convolution without activation with respect to
// its input.
func transposed(x, w *Node, k kernels.Conv2DGradInput) *Node {
	return newNode(Node{Shape: Shape{k.N, k.Cin, k.H, k.W}, kernel: k, args: []*Node{x, x, w}, parents: []*Node{x, w},
		grad: func(dy *Node, i int) *Node {
			if i == 1 {
				return derive(kernels.Conv2DGradWeight{N: k.N, Ca: k.Cin, H: k.H, W: k.W, Up: 1, Cout: k.Cout, Window: k.Window, Groups: k.Groups},
					w.Shape, dy, dy, x)
			}
			return Conv2D(dy, w, Conv{Groups: k.Groups,
				Stride: Extent{0, k.StrideH, k.StrideW}, Dilation: Extent{0, k.DilationH, k.DilationW},
				Pad: Padding{Top: k.Top, Left: k.Left, Bottom: k.Bottom, Right: k.Right}})
		}})
}
