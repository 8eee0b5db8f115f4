package kernels

import "math"

// MaxPool2D is max-pooling over N images of one channel each (N counts images
// times channels), padded with what never is a maximum. Every window must hold a
// pixel.
//
// Bindings: x N×H×W, y N×Ho×Wo.
type MaxPool2D struct {
	N, H, W int
	Window
}

// Name implements Kernel.
func (k MaxPool2D) Name() string { return "max_pool2d" }

// Out is the size of the output.
func (k MaxPool2D) Out() (height, width int) {
	return k.Over(k.H, k.W)
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
	halves := k.halves()
	return inParts(k.N, func(_, n int) {
		plane := x[n*k.H*k.W : (n+1)*k.H*k.W]
		for oy := range ho {
			dst := y[(n*ho+oy)*wo:][:wo]
			if halves {
				maxOfFour(dst, plane[2*oy*k.W:][:2*wo], plane[(2*oy+1)*k.W:][:2*wo])
				continue
			}
			for ox := range dst {
				best := float32(math.Inf(-1))
				top, bottom := overlap(oy*k.StrideH-k.Top, k.KH, k.DilationH, k.H)
				left, right := overlap(ox*k.StrideW-k.Left, k.KW, k.DilationW, k.W)
				for y := top; y < bottom; y += k.DilationH {
					row := plane[y*k.W+left : y*k.W+right]
					for x := 0; x < len(row); x += k.DilationW {
						best = max(best, row[x])
					}
				}
				dst[ox] = best
			}
		}
	})
}

// halves is whether windows are 2×2 pixels, side by side.
func (w Window) halves() bool {
	return w == Window{KH: 2, KW: 2, StrideH: 2, StrideW: 2, DilationH: 1, DilationW: 1}
}

// overlap is the part [low, high) of a row or column of n pixels in which taps lie
// of a window that begins at from: one at low, the others apart.
func overlap(from, taps, apart, n int) (low, high int) {
	low = from
	if from < 0 {
		low += (apart - 1 - from) / apart * apart
	}
	return low, min(from+(taps-1)*apart+1, n)
}
