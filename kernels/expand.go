package kernels

// Expand repeats one value a channel over images and pixels, the gradient of
// Sum: y[n, c, i] = x[c].
//
// Bindings: x C, y N×C×Inner.
type Expand struct{ N, C, Inner int }

// Name implements Kernel.
func (k Expand) Name() string { return "expand" }

// Workgroups implements Kernel: an invocation an output.
func (k Expand) Workgroups() [3]int { return grid(k.N * k.C * k.Inner) }

// Bind implements Kernel.
func (k Expand) Bind(_ *Workers, b [][]float32) []Stage {
	x, y := b[0], b[1]
	return inParts(k.N*k.C, func(_, i int) {
		v := x[i%k.C]
		row := y[i*k.Inner:][:k.Inner]
		for j := range row {
			row[j] = v
		}
	})
}
