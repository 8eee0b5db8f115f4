package kernels

// BatchNormGrad is the gradient of a batch-norm in training with respect to its
// input (Ioffe and Szegedy 2015, section 3):
//
//	dx = gamma/√(var+Eps) · (dy − (Σdy + x̂·Σdy·x̂)/M),  M = N·Inner.
//
// Bindings: x N×C×Inner, y likewise, dy likewise, stats 2×C, sums 2×C (of
// BatchNormGradStats), gamma C, dx N×C×Inner.
type BatchNormGrad struct {
	N, C, Inner int
	Eps         float32
	Act         Activation
}

// Name implements Kernel.
func (k BatchNormGrad) Name() string { return "batch_norm_grad" }

// Workgroups implements Kernel: an invocation an element.
func (k BatchNormGrad) Workgroups() [3]int { return grid(k.N * k.C * k.Inner) }

// Bind implements Kernel.
func (k BatchNormGrad) Bind(_ *Workers, b [][]float32) []Stage {
	x, y, dy, stats, sums, gamma, dx := b[0], b[1], b[2], b[3], b[4], b[5], b[6]
	count := float32(k.N * k.Inner)
	return inParts(k.N*k.C, func(_, i int) {
		c := i % k.C
		inverse := inverseStd(stats[k.C+c], k.Eps)
		scale := gamma[c] * inverse
		slope := -scale * inverse * sums[k.C+c] / count // of x
		shift := -scale*sums[c]/count - slope*stats[c]
		at := i * k.Inner
		xs, ys, gs, ds := x[at:][:k.Inner], y[at:][:k.Inner], dy[at:][:k.Inner], dx[at:][:k.Inner]
		if k.Act == ReLU {
			gated(ds, gs, ys)
			gs = ds
		}
		combine(ds, gs, xs, scale, slope, shift)
	})
}
