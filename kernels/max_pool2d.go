package kernels

import "math"

// MaxPool2D is max-pooling without padding over N images of one channel each
// (N counts images times channels).
//
// Bindings: x N×H×W, y N×Ho×Wo with Ho = (H−Size)/Stride + 1.
type MaxPool2D struct{ N, H, W, Size, Stride int }

// Name implements Kernel.
func (k MaxPool2D) Name() string { return "max_pool2d" }

// Out is the size of the output.
func (k MaxPool2D) Out() (height, width int) {
	return (k.H-k.Size)/k.Stride + 1, (k.W-k.Size)/k.Stride + 1
}

// Workgroups implements Kernel: an invocation an output.
func (k MaxPool2D) Workgroups() [3]int {
	ho, wo := k.Out()
	return grid(k.N * ho * wo)
}

// Run implements Kernel.
func (k MaxPool2D) Run(w *Workers, b [][]float32) {
	x, y := b[0], b[1]
	ho, wo := k.Out()
	w.Do(k.N, func(_, n int) {
		plane := x[n*k.H*k.W : (n+1)*k.H*k.W]
		for oy := range ho {
			dst := y[(n*ho+oy)*wo:][:wo]
			if k.Size == 2 && k.Stride == 2 {
				top, bottom := plane[2*oy*k.W:][:2*wo], plane[(2*oy+1)*k.W:][:2*wo]
				for i := range dst {
					dst[i] = max(top[2*i], top[2*i+1], bottom[2*i], bottom[2*i+1])
				}
				continue
			}
			for ox := range dst {
				best := float32(math.Inf(-1))
				for ky := range k.Size {
					for kx := range k.Size {
						best = max(best, plane[(oy*k.Stride+ky)*k.W+ox*k.Stride+kx])
					}
				}
				dst[ox] = best
			}
		}
	})
}
