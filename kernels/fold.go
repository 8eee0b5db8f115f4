package kernels

// Fold is the first stage of a long sum: it leaves Parts partial sums of every
// row, y[r, p] = Σ x[r, i] over i ≡ p modulo Parts.
//
// Bindings: x Rows×Inner, y Rows×Parts.
type Fold struct{ Rows, Inner, Parts int }

// Name implements Kernel.
func (k Fold) Name() string { return "fold" }

// Workgroups implements Kernel: an invocation a partial sum.
func (k Fold) Workgroups() [3]int { return grid(k.Rows * k.Parts) }

// Bind implements Kernel.
func (k Fold) Bind(_ *Workers, b [][]float32) []Stage {
	return inParts(k.Rows, func(_, r int) {
		x, y := b[0][r*k.Inner:][:k.Inner], b[1][r*k.Parts:][:k.Parts]
		clear(y)
		for len(x) > 0 {
			run := x[:min(k.Parts, len(x))]
			sums := y[:len(run)]
			add(sums, sums, run)
			x = x[len(run):]
		}
	})
}
