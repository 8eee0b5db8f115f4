package kernels

// Box brings an image back into its budget and range, the projection on the
// ball of the maximum norm: clamp(clamp(x, origin−ε, origin+ε), 0, 1).
//
// Bindings: origin Count, x Count, epsilon 1, y Count.
type Box struct{ Count int }

// Name implements Kernel.
func (k Box) Name() string { return "box" }

// Workgroups implements Kernel.
func (k Box) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Box) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) {
		origin, x, epsilon, y := b[0][lo:hi], b[1][lo:hi], b[2][0], b[3][lo:hi]
		for i, o := range origin {
			y[i] = min(max(min(max(x[i], o-epsilon), o+epsilon), 0), 1)
		}
	})
}
