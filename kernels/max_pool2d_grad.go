package kernels

// MaxPool2DGrad is the gradient of MaxPool2D. A window's gradient goes to its
// first maximum in row-major order, as in PyTorch. With Plus another gradient of x
// is added; with Gate the sum is let through only where x is positive: the
// gradient of the ReLU that made x.
//
// Bindings: x N×H×W, dy N×Ho×Wo, plus like x, dx like x. Without Plus, plus is any buffer.
type MaxPool2DGrad struct {
	N, H, W int
	Window
	Plus, Gate bool
}

// Name implements Kernel.
func (k MaxPool2DGrad) Name() string { return "max_pool2d_grad" }

// Added implements Adding.
func (k MaxPool2DGrad) Added() (added Kernel, plus int, free bool) {
	free = !k.Plus && !k.Gate
	k.Plus = true
	return k, 2, free
}

// Gated implements Gating: only x can be the gate.
func (k MaxPool2DGrad) Gated(Activation) (gated Kernel, gate int, free bool) {
	k.Gate = true
	return k, 0, false
}

// Workgroups implements Kernel: an invocation a window where the windows tile
// the image, else one an element of dx.
func (k MaxPool2DGrad) Workgroups() [3]int {
	if k.tiles(k.H, k.W) {
		return grid(k.N * k.H / k.KH * (k.W / k.KW))
	}
	return grid(k.N * k.H * k.W)
}

// Bind implements Kernel.
func (k MaxPool2DGrad) Bind(_ *Workers, b [][]float32) []Stage {
	x, dy, plus, dx := b[0], b[1], b[2], b[3]
	ho, wo := k.Over(k.H, k.W)
	finish := func(plane, grad []float32, n int) {
		if k.Plus {
			add(grad, grad, plus[n*k.H*k.W:])
		}
		if k.Gate {
			gated(grad, grad, plane)
		}
	}
	return inParts(k.N, func(_, n int) {
		plane, grad := x[n*k.H*k.W:][:k.H*k.W], dx[n*k.H*k.W:][:k.H*k.W]
		if k.H%2+k.W%2 > 0 || !k.halves() { // not all of it will be written
			clear(grad)
		}
		if k.halves() {
			for oy := range ho {
				row := 2 * oy * k.W
				toFirstOfFour(grad[row:][:2*wo], grad[row+k.W:][:2*wo], plane[row:][:2*wo], plane[row+k.W:][:2*wo], dy[(n*ho+oy)*wo:][:wo])
			}
			finish(plane, grad, n)
			return
		}
		for oy := range ho {
			for ox := range wo {
				top, bottom := overlap(oy*k.StrideH-k.Top, k.KH, k.DilationH, k.H)
				left, right := overlap(ox*k.StrideW-k.Left, k.KW, k.DilationW, k.W)
				first, best := top*k.W+left, plane[top*k.W+left]
				for y := top; y < bottom; y += k.DilationH {
					for x := left; x < right; x += k.DilationW {
						if v := plane[y*k.W+x]; v > best {
							first, best = y*k.W+x, v
						}
					}
				}
				grad[first] += dy[(n*ho+oy)*wo+ox]
			}
		}
		finish(plane, grad, n)
	})
}

// tiles is whether every pixel of an image is in exactly one window.
func (w Window) tiles(height, width int) bool {
	return w == Window{KH: w.KH, KW: w.KW, StrideH: w.KH, StrideW: w.KW, DilationH: 1, DilationW: 1} &&
		height%w.KH == 0 && width%w.KW == 0
}
