package kernels

// BatchNormGradStats sums what the gradient of a batch-norm in training needs:
// for every channel Σdy (the gradient of beta) and Σdy·x̂ (the gradient of
// gamma), with x̂ = (x−mean)/√(var+Eps). Where Act is ReLU, dy counts where y > 0.
//
// Bindings: x N×C×Inner, y likewise, dy likewise, stats 2×C, sums 2×C.
type BatchNormGradStats struct {
	N, C, Inner int
	Eps         float32
	Act         Activation
}

// Name implements Kernel.
func (k BatchNormGradStats) Name() string { return "batch_norm_grad_stats" }

// Workgroups implements Kernel: an invocation a channel.
func (k BatchNormGradStats) Workgroups() [3]int { return grid(k.C) }

// Run implements Kernel.
func (k BatchNormGradStats) Run(w *Workers, b [][]float32) {
	x, y, dy, stats, sums := b[0], b[1], b[2], b[3], b[4]
	w.Do(k.C, func(_, c int) {
		mean, inverse := stats[c], inverseStd(stats[k.C+c], k.Eps)
		var total, product float64
		for n := range k.N {
			at := (n*k.C + c) * k.Inner
			xs, ys, gs := x[at:][:k.Inner], y[at:][:k.Inner], dy[at:][:k.Inner]
			var s, p float32
			for i, g := range gs {
				if k.Act == ReLU {
					g = gate(g, ys[i])
				}
				s += g
				p += g * (xs[i] - mean)
			}
			total += float64(s)
			product += float64(p)
		}
		sums[c], sums[k.C+c] = float32(total), float32(product)*inverse
	})
}
