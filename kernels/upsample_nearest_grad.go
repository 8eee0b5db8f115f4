package kernels

// UpsampleNearestGrad is the gradient of UpsampleNearest: the sum of each
// Factor×Factor window. H and W are the small image's. With Gate it is let
// through only where the gate is positive.
//
// Bindings: dy N×(H·Factor)×(W·Factor), gate N×H×W, dx N×H×W. Without Gate, the
// gate is any buffer.
type UpsampleNearestGrad struct {
	N, H, W, Factor int
	Gate            bool
}

// Name implements Kernel.
func (k UpsampleNearestGrad) Name() string { return "upsample_nearest_grad" }

// Workgroups implements Kernel: an invocation an element of dx.
func (k UpsampleNearestGrad) Workgroups() [3]int { return grid(k.N * k.H * k.W) }

// Gated implements Gating.
func (k UpsampleNearestGrad) Gated(by Activation) (gated Kernel, gate int, free bool) {
	free = !k.Gate && by == ReLU
	k.Gate = true
	return k, 1, free
}

// Bind implements Kernel.
func (k UpsampleNearestGrad) Bind(_ *Workers, b [][]float32) []Stage {
	dy, gate, dx := b[0], b[1], b[2]
	return inParts(k.N, func(_, n int) {
		for y := range k.H {
			dst := dx[(n*k.H+y)*k.W:][:k.W]
			k.row(dst, dy, n, y)
			if k.Gate {
				gated(dst, dst, gate[(n*k.H+y)*k.W:])
			}
		}
	})
}

// row sums the windows of a row.
func (k UpsampleNearestGrad) row(dst, dy []float32, n, y int) {
	f := k.Factor
	if f == 2 {
		rows := dy[(n*k.H+y)*4*k.W:][:4*k.W]
		sumOfFour(dst, rows[:2*k.W], rows[2*k.W:])
		return
	}
	clear(dst)
	for r := range f {
		src := dy[((n*k.H+y)*f+r)*k.W*f:][:k.W*f]
		for i := range dst {
			for _, v := range src[i*f:][:f] {
				dst[i] += v
			}
		}
	}
}
