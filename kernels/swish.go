package kernels

// Swish is x·σ(x), also called SiLU (Ramachandran et al. 2017).
//
// Bindings: x Count, y Count.
type Swish struct{ Count int }

// Name implements Kernel.
func (k Swish) Name() string { return "swish" }

// Workgroups implements Kernel: an invocation an element.
func (k Swish) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Swish) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) {
		swish(b[1][lo:hi], b[0][lo:hi])
	})
}
