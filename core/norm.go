package core

import "segfault/kernels"

// standardise gives runs of count elements that lie side by side the mean 0 and
// the variance 1: a batch-norm of as many channels.
func standardise(x *Node, count int, eps float32) *Node {
	rows := x.Shape.Count() / count
	ones, zeros := NewTensor(rows), NewTensor(rows)
	for i := range ones.Data {
		ones.Data[i] = 1
	}
	y, _ := BatchNorm(Reshape(x, 1, rows, 1, count), NewParameter("", ones), NewParameter("", zeros), eps, kernels.Identity)
	return Reshape(y, x.Shape...)
}

// InstanceNorm standardises every channel of every image, N×C×…, then scales
// and shifts by numbers of its channel.
func InstanceNorm(x, gamma, beta *Node, eps float32) *Node {
	const op = "InstanceNorm"
	if len(x.Shape) < 3 {
		refuse(op, "%v is not an image: N×C×H×W is expected", x.Shape)
	}
	n, c := x.Shape[0], x.Shape[1]
	if gamma.Shape.Count() != c || beta.Shape.Count() != c {
		refuse(op, "scale %v and shift %v for input %v", gamma.Shape, beta.Shape, x.Shape)
	}
	each := func(p *Node) *Node { return Reshape(Expand(Reshape(p, 1, c), n, c), n*c) }
	y, _ := BatchNorm(Reshape(x, 1, n*c, 1, x.Shape[2:].Count()), each(gamma), each(beta), eps, kernels.Identity)
	return Reshape(y, x.Shape...)
}

// GroupNorm standardises groups of the channels of every image, N×C×…; what
// scales and shifts is the caller's.
func GroupNorm(x *Node, groups int, eps float32) *Node {
	if len(x.Shape) < 3 || groups < 1 || x.Shape[1]%groups != 0 {
		refuse("GroupNorm", "%v in %d groups of channels", x.Shape, groups)
	}
	return standardise(x, x.Shape[1:].Count()/groups, eps)
}

// LayerNorm standardises over an axis and all behind it; what scales and shifts
// is the caller's.
func LayerNorm(x *Node, axis int, eps float32) *Node {
	return standardise(x, x.Shape[axisOf("LayerNorm", x.Shape, axis):].Count(), eps)
}

// Softmax is eˣ/Σeˣ over an axis.
func Softmax(x *Node, axis int) *Node {
	e := Exp(Sub(x, Stop(ReduceMax(x, axis))))
	return Div(e, Sum(e, axis))
}

// LogSoftmax is the logarithm of Softmax.
func LogSoftmax(x *Node, axis int) *Node {
	below := Sub(x, Stop(ReduceMax(x, axis)))
	return Sub(below, Log(Sum(Exp(below), axis)))
}
