package kernels

// Sum adds over two axes of four: y[c, k] = Σₙ Σᵢ x[n, c, i, k]. With N = 1 it
// sums rows; with Kept = 1 channels, over images and pixels.
//
// Bindings: x N×C×Inner×Kept, y C×Kept.
type Sum struct{ N, C, Inner, Kept int }

// Name implements Kernel.
func (k Sum) Name() string { return "sum" }

// Workgroups implements Kernel: an invocation a sum, so long rows are first
// folded by a Fold.
func (k Sum) Workgroups() [3]int { return grid(k.C * k.Kept) }

// Bind implements Kernel, accumulating in float64.
func (k Sum) Bind(_ *Workers, b [][]float32) []Stage {
	x, y := b[0], b[1]
	if k.Kept > 1 {
		blocks := (k.Kept + sumBlock - 1) / sumBlock
		return inParts(k.C*blocks, func(_, i int) {
			c, from := i/blocks, i%blocks*sumBlock
			k.block(y[c*k.Kept+from:][:min(sumBlock, k.Kept-from)], x[c*k.Inner*k.Kept+from:])
		})
	}
	return inParts(k.C, func(_, c int) {
		var s float64
		for n := range k.N {
			s += sum64(x[(n*k.C+c)*k.Inner:][:k.Inner])
		}
		y[c] = float32(s)
	})
}

// sumBlock is how many sums are made at once, of neighbours, for the cache's sake.
const sumBlock = 64

// block makes neighbouring sums; x begins at the first one's first term.
func (k Sum) block(dst, x []float32) {
	var sums [sumBlock]float64
	for n := range k.N {
		for i := range k.Inner {
			for j, v := range x[(n*k.C*k.Inner+i)*k.Kept:][:len(dst)] {
				sums[j] += float64(v)
			}
		}
	}
	for j := range dst {
		dst[j] = float32(sums[j])
	}
}
