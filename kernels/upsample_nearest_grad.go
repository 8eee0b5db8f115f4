package kernels

// UpsampleNearestGrad is the gradient of UpsampleNearest: the sum of each
// Factor×Factor window. H and W are the small image's.
//
// Bindings: dy N×(H·Factor)×(W·Factor), dx N×H×W.
type UpsampleNearestGrad struct{ N, H, W, Factor int }

// Name implements Kernel.
func (k UpsampleNearestGrad) Name() string { return "upsample_nearest_grad" }

// Workgroups implements Kernel: an invocation an element of dx.
func (k UpsampleNearestGrad) Workgroups() [3]int { return grid(k.N * k.H * k.W) }

// Bind implements Kernel.
func (k UpsampleNearestGrad) Bind(_ *Workers, b [][]float32) []Stage {
	dy, dx := b[0], b[1]
	f := k.Factor
	return inParts(k.N, func(_, n int) {
		for y := range k.H {
			dst := dx[(n*k.H+y)*k.W:][:k.W]
			if f == 2 {
				rows := dy[(n*k.H+y)*4*k.W:][:4*k.W]
				sumOfFour(dst, rows[:2*k.W], rows[2*k.W:])
				continue
			}
			clear(dst)
			for r := range f {
				src := dy[((n*k.H+y)*f+r)*k.W*f:][:k.W*f]
				for i := range dst {
					for _, v := range src[i*f : (i+1)*f] {
						dst[i] += v
					}
				}
			}
		}
	})
}
