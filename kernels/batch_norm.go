package kernels

import "math"

// BatchNorm normalises every channel by given statistics, scales, shifts and
// applies Act: y = act(gamma·(x−mean)/√(var+Eps) + beta).
//
// Bindings: x N×C×Inner, stats 2×C (means, then biased variances), gamma C,
// beta C, y N×C×Inner.
type BatchNorm struct {
	N, C, Inner int
	Eps         float32
	Act         Activation
}

// Name implements Kernel.
func (k BatchNorm) Name() string { return "batch_norm" }

// Workgroups implements Kernel: an invocation an element.
func (k BatchNorm) Workgroups() [3]int { return grid(k.N * k.C * k.Inner) }

// Bind implements Kernel.
func (k BatchNorm) Bind(_ *Workers, b [][]float32) []Stage {
	x, stats, gamma, beta, y := b[0], b[1], b[2], b[3], b[4]
	return inParts(k.N*k.C, func(_, i int) {
		c := i % k.C
		scale := gamma[c] * inverseStd(stats[k.C+c], k.Eps)
		shift := beta[c] - scale*stats[c]
		scaleShift(y[i*k.Inner:][:k.Inner], x[i*k.Inner:][:k.Inner], scale, shift, k.Act)
	})
}

func inverseStd(variance, eps float32) float32 {
	return float32(1 / math.Sqrt(float64(variance)+float64(eps)))
}
