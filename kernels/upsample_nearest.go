package kernels

// UpsampleNearest repeats every pixel Factor×Factor times.
//
// Bindings: x N×H×W (N counts images times channels), y N×(H·Factor)×(W·Factor).
type UpsampleNearest struct{ N, H, W, Factor int }

// Name implements Kernel.
func (k UpsampleNearest) Name() string { return "upsample_nearest" }

// Workgroups implements Kernel: an invocation an output.
func (k UpsampleNearest) Workgroups() [3]int { return grid(k.N * k.H * k.W * k.Factor * k.Factor) }

// Bind implements Kernel.
func (k UpsampleNearest) Bind(_ *Workers, b [][]float32) []Stage {
	x, y := b[0], b[1]
	wo := k.W * k.Factor
	return inParts(k.N*k.H, func(_, row int) {
		src := x[row*k.W:][:k.W]
		first := y[row*k.Factor*wo:][:wo]
		for i := range first {
			first[i] = src[i/k.Factor]
		}
		for r := 1; r < k.Factor; r++ {
			copy(y[(row*k.Factor+r)*wo:], first)
		}
	})
}
