package kernels

// Box brings an image back into its budget and range, the projection on the
// ball of the maximum norm: clamp(clamp(x, origin−ε, origin+ε), 0, 1).
//
// There are as many ε as pixels of a channel or of all, or one.
//
// Bindings: origin Count, x Count, epsilon Epsilons, y Count.
type Box struct{ Count, Epsilons int }

// Name implements Kernel.
func (k Box) Name() string { return "box" }

// Workgroups implements Kernel.
func (k Box) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Box) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) {
		origin, x, epsilon, y := b[0][lo:hi], b[1][lo:hi], b[2], b[3][lo:hi]
		for i, o := range origin {
			e := epsilon[(lo+i)%k.Epsilons]
			y[i] = min(max(min(max(x[i], o-e), o+e), 0), 1)
		}
	})
}
