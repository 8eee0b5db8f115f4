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

// Bind implements Kernel.
func (k BatchNormGradStats) Bind(w *Workers, b [][]float32) []Stage {
	x, y, dy, stats, sums := b[0], b[1], b[2], b[3], b[4]
	w.reserve(0, batchNormSpan)
	return inParts(k.C, func(worker, c int) {
		line := w.scratchOf(worker, 0, batchNormSpan)
		mean, inverse := stats[c], inverseStd(stats[k.C+c], k.Eps)
		var total, product float64
		for n := range k.N {
			at := (n*k.C + c) * k.Inner
			for lo := at; lo < at+k.Inner; lo += batchNormSpan {
				hi := min(lo+batchNormSpan, at+k.Inner)
				g := dy[lo:hi]
				if k.Act == ReLU {
					gated(line, g, y[lo:hi])
					g = line[:hi-lo]
				}
				s, p := products(g, x[lo:hi], mean)
				total += float64(s)
				product += float64(p)
			}
		}
		sums[c], sums[k.C+c] = float32(total), float32(product)*inverse
	})
}
