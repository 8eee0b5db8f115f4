package kernels

// Most is the largest along the middle one of three axes.
//
// Bindings: x N×Inner×Kept, y N×Kept.
type Most struct{ N, Inner, Kept int }

// Name implements Kernel.
func (k Most) Name() string { return "most" }

// Workgroups implements Kernel: an invocation a result.
func (k Most) Workgroups() [3]int { return grid(k.N * k.Kept) }

// Bind implements Kernel.
func (k Most) Bind(_ *Workers, b [][]float32) []Stage {
	x, y := b[0], b[1]
	return inParts(k.N, func(_, n int) {
		rows := x[n*k.Inner*k.Kept:][:k.Inner*k.Kept]
		most := y[n*k.Kept:][:k.Kept]
		copy(most, rows)
		for i := k.Kept; i < len(rows); i += k.Kept {
			for j, v := range rows[i:][:k.Kept] {
				most[j] = max(most[j], v)
			}
		}
	})
}
