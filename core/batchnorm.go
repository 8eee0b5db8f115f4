package core

import (
	"math"

	"segfault/kernels"
)

// BatchNorm normalises x, N×C×H×W, by its own batch's statistics (training) and
// applies act. It returns the statistics too, 2×C: means, then biased
// variances, for a running average.
func BatchNorm(x, gamma, beta *Node, eps float32, act kernels.Activation) (y, stats *Node) {
	if len(x.Shape) != 4 {
		refuse("BatchNorm", "%v is not an image: N×C×H×W is expected", x.Shape)
	}
	n, c, inner := x.Shape[0], x.Shape[1], x.Shape[2]*x.Shape[3]
	if gamma.Shape.Count() != c || beta.Shape.Count() != c {
		refuse("BatchNorm", "scale %v and shift %v for input %v", gamma.Shape, beta.Shape, x.Shape)
	}
	stats = derive(kernels.BatchNormStats{N: n, C: c, Inner: inner}, Shape{2, c}, x)
	y = newNode(Node{Shape: x.Shape, kernel: kernels.BatchNorm{N: n, C: c, Inner: inner, Eps: eps, Act: act},
		args: []*Node{x, stats, gamma, beta}, parents: []*Node{x, gamma, beta}})
	var sums, of *Node
	y.grad = func(dy *Node, i int) *Node {
		if of != dy {
			of = dy
			sums = derive(kernels.BatchNormGradStats{N: n, C: c, Inner: inner, Eps: eps, Act: act}, Shape{2, c}, x, y, dy, stats)
		}
		switch i {
		case 0:
			return derive(kernels.BatchNormGrad{N: n, C: c, Inner: inner, Eps: eps, Act: act}, x.Shape, x, y, dy, stats, sums, gamma)
		case 1:
			return Reshape(part(sums, 0, 1, 1), gamma.Shape...)
		default:
			return Reshape(part(sums, 0, 0, 1), beta.Shape...)
		}
	}
	return y, stats
}

// FoldBatchNorm folds a batch-norm in evaluation mode into the convolution
// before it: the returned weight and bias compute both. bias may be nil.
func FoldBatchNorm(weight, bias, gamma, beta, mean, variance *Tensor, eps float64) (w, b *Tensor) {
	w, b = NewTensor(weight.Shape...), NewTensor(weight.Shape[0])
	inner := weight.Shape.Count() / weight.Shape[0]
	for c := range weight.Shape[0] {
		scale := float64(gamma.Data[c]) / math.Sqrt(float64(variance.Data[c])+eps)
		for i, v := range weight.Data[c*inner : (c+1)*inner] {
			w.Data[c*inner+i] = float32(float64(v) * scale)
		}
		shift := -float64(mean.Data[c])
		if bias != nil {
			shift += float64(bias.Data[c])
		}
		b.Data[c] = float32(float64(beta.Data[c]) + scale*shift)
	}
	return w, b
}
