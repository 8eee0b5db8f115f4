package kernels

// Concat joins two arrays row by row: row n of y is row n of a, then of b. With
// a row for every image it concatenates along the channels.
//
// Bindings: a N×A, b N×B, y N×(A+B).
type Concat struct{ N, A, B int }

// Name implements Kernel.
func (k Concat) Name() string { return "concat" }

// Workgroups implements Kernel: an invocation an output.
func (k Concat) Workgroups() [3]int { return grid(k.N * (k.A + k.B)) }

// Bind implements Kernel.
func (k Concat) Bind(_ *Workers, b [][]float32) []Stage {
	return inParts(k.N, func(_, n int) {
		y := b[2][n*(k.A+k.B):]
		copy(y[:k.A], b[0][n*k.A:])
		copy(y[k.A:k.A+k.B], b[1][n*k.B:])
	})
}
