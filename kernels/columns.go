package kernels

// Columns copies the columns [First, First+Count) of every row, the gradient of
// Concat.
//
// Bindings: x N×Width, y N×Count.
type Columns struct{ N, Width, First, Count int }

// Name implements Kernel.
func (k Columns) Name() string { return "columns" }

// Workgroups implements Kernel: an invocation an output.
func (k Columns) Workgroups() [3]int { return grid(k.N * k.Count) }

// Bind implements Kernel.
func (k Columns) Bind(_ *Workers, b [][]float32) []Stage {
	return inParts(k.N, func(_, n int) {
		copy(b[1][n*k.Count:(n+1)*k.Count], b[0][n*k.Width+k.First:])
	})
}
