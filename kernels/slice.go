package kernels

// Slice copies Count elements from Offset on.
//
// Bindings: x at least Offset+Count, y Count.
type Slice struct{ Offset, Count int }

// Name implements Kernel.
func (k Slice) Name() string { return "slice" }

// Workgroups implements Kernel.
func (k Slice) Workgroups() [3]int { return grid(k.Count) }

// Run implements Kernel.
func (k Slice) Run(_ *Workers, b [][]float32) { copy(b[1][:k.Count], b[0][k.Offset:]) }
