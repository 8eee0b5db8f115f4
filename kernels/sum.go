package kernels

// Sum adds over images and pixels: y[c] = Σₙ Σᵢ x[n, c, i]. With N = 1 it sums
// rows.
//
// Bindings: x N×C×Inner, y C.
type Sum struct{ N, C, Inner int }

// Name implements Kernel.
func (k Sum) Name() string { return "sum" }

// Workgroups implements Kernel: an invocation a sum, so long rows are first
// folded by a Fold.
func (k Sum) Workgroups() [3]int { return grid(k.C) }

// Bind implements Kernel, accumulating in float64.
func (k Sum) Bind(_ *Workers, b [][]float32) []Stage {
	x, y := b[0], b[1]
	return inParts(k.C, func(_, c int) {
		var s float64
		for n := range k.N {
			s += sum64(x[(n*k.C+c)*k.Inner:][:k.Inner])
		}
		y[c] = float32(s)
	})
}
