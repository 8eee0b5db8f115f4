package kernels

import "math"

// MaxPool2D is max-pooling over N images of one channel each (N counts images
// times channels), padded by Pad on every side with what never is a maximum.
//
// Bindings: x N×H×W, y N×Ho×Wo with Ho = (H+2·Pad−Size)/Stride + 1.
type MaxPool2D struct{ N, H, W, Size, Stride, Pad int }

// Name implements Kernel.
func (k MaxPool2D) Name() string { return "max_pool2d" }

// Out is the size of the output.
func (k MaxPool2D) Out() (height, width int) {
	return (k.H+2*k.Pad-k.Size)/k.Stride + 1, (k.W+2*k.Pad-k.Size)/k.Stride + 1
}

// Workgroups implements Kernel: an invocation an output.
func (k MaxPool2D) Workgroups() [3]int {
	ho, wo := k.Out()
	return grid(k.N * ho * wo)
}

// Bind implements Kernel.
func (k MaxPool2D) Bind(_ *Workers, b [][]float32) []Stage {
	x, y := b[0], b[1]
	ho, wo := k.Out()
	return inParts(k.N, func(_, n int) {
		plane := x[n*k.H*k.W : (n+1)*k.H*k.W]
		for oy := range ho {
			dst := y[(n*ho+oy)*wo:][:wo]
			if k.Size == 2 && k.Stride == 2 && k.Pad == 0 {
				maxOfFour(dst, plane[2*oy*k.W:][:2*wo], plane[(2*oy+1)*k.W:][:2*wo])
				continue
			}
			for ox := range dst {
				best := float32(math.Inf(-1))
				top, bottom := window(oy, k.Stride, k.Size, k.Pad, k.H)
				left, right := window(ox, k.Stride, k.Size, k.Pad, k.W)
				for y := top; y < bottom; y++ {
					for _, v := range plane[y*k.W+left : y*k.W+right] {
						best = max(best, v)
					}
				}
				dst[ox] = best
			}
		}
	})
}

// window is the part [low, high) of a row or column of n pixels that the i-th
// window covers.
func window(i, stride, size, pad, n int) (low, high int) {
	at := i*stride - pad
	return max(at, 0), min(at+size, n)
}
