package kernels

// Lerp moves a running average: y += Rate·(x − y), in place.
//
// Bindings: x Count, y Count (updated).
type Lerp struct {
	Count int
	Rate  float32
}

// Name implements Kernel.
func (k Lerp) Name() string { return "lerp" }

// Workgroups implements Kernel.
func (k Lerp) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Lerp) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) {
		x, y := b[0][lo:hi], b[1][lo:hi]
		for i, v := range x {
			y[i] += k.Rate * (v - y[i])
		}
	})
}
