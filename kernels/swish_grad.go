package kernels

// SwishGrad is the gradient of Swish: dx = dy·σ(x)·(1 + x·(1 − σ(x))).
//
// Bindings: x Count, dy Count, dx Count.
type SwishGrad struct{ Count int }

// Name implements Kernel.
func (k SwishGrad) Name() string { return "swish_grad" }

// Workgroups implements Kernel: an invocation an element.
func (k SwishGrad) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k SwishGrad) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) {
		swishGrad(b[2][lo:hi], b[0][lo:hi], b[1][lo:hi])
	})
}
