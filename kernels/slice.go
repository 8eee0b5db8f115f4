package kernels

// Slice copies Count elements from Offset on.
//
// Bindings: x at least Offset+Count, y Count.
type Slice struct{ Offset, Count int }

// Name implements Kernel.
func (k Slice) Name() string { return "slice" }

// Workgroups implements Kernel.
func (k Slice) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Slice) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) { copy(b[1][lo:hi], b[0][k.Offset+lo:]) })
}
