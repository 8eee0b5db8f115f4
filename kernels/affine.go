package kernels

// Affine computes Scale·x + Shift.
//
// Bindings: x Count, y Count.
type Affine struct {
	Count        int
	Scale, Shift float32
}

// Name implements Kernel.
func (k Affine) Name() string { return "affine" }

// Workgroups implements Kernel.
func (k Affine) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Affine) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) {
		scaleShift(b[1][lo:hi], b[0][lo:hi], k.Scale, k.Shift, Identity)
	})
}
