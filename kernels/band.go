package kernels

// Band multiplies along one axis with a banded matrix, such as an
// interpolation's: y[r, o, i] = Σ w[o, k]·x[r, first[o]+k, i] over k < Taps.
// No first[o]+Taps exceeds In.
//
// Bindings: x Rows×In×Inner, matrix Out×(1+Taps) (first, then the weights),
// y Rows×Out×Inner.
type Band struct{ Rows, In, Out, Inner, Taps int }

// Name implements Kernel.
func (k Band) Name() string { return "band" }

// Workgroups implements Kernel: an invocation an element.
func (k Band) Workgroups() [3]int { return grid(k.Rows * k.Out * k.Inner) }

// Bind implements Kernel, accumulating in float64.
func (k Band) Bind(_ *Workers, b [][]float32) []Stage {
	x, matrix, y := b[0], b[1], b[2]
	return inSpans(k.Rows*k.Out, func(lo, hi int) {
		for at := lo; at < hi; at++ {
			line := matrix[at%k.Out*(1+k.Taps):][:1+k.Taps]
			from := x[(at/k.Out*k.In+int(line[0]))*k.Inner:]
			for i := range k.Inner {
				var sum float64
				for tap, w := range line[1:] {
					sum += float64(w) * float64(from[tap*k.Inner+i])
				}
				y[at*k.Inner+i] = float32(sum)
			}
		}
	})
}
