package kernels

// Conv2DGradInput is the gradient of Conv2D with respect to channels
// [First, First+C) of its (concatenated, upsampled) input.
//
// Bindings: dy N×Cout×Ho×Wo, y likewise, w Cout×(Cin/Groups)×KH×KW,
// dx N×C×H×W. With Mask, dy counts only where y > 0: the gradient of the
// ReLU that Conv2D fused. Without it, y is any buffer. With Groups > 1, First
// must be 0 and C the whole input.
type Conv2DGradInput struct {
	N, Cin, First, C, H, W int
	Cout                   int
	Window
	Groups int
	Mask   bool
}

// Name implements Kernel.
func (k Conv2DGradInput) Name() string { return "conv2d_grad_input" }

// Out is the size of dy.
func (k Conv2DGradInput) Out() (height, width int) {
	return k.Over(k.H, k.W)
}

// Workgroups implements Kernel: an invocation computes four input channels of
// four pixels.
func (k Conv2DGradInput) Workgroups() [3]int {
	perGroup := (k.C/k.Groups + 3) / 4
	return grid(k.N * k.Groups * perGroup * ((k.H*k.W + 3) / 4))
}

// Work implements Counted.
func (k Conv2DGradInput) Work() (operations, outputs int) {
	ho, wo := k.Out()
	return 2 * k.N * k.Cout * ho * wo * (k.C / k.Groups) * k.KH * k.KW, k.N * k.C * k.H * k.W
}

// Weights implements Weighted.
func (k Conv2DGradInput) Weights() int { return 2 }

// Bind implements Kernel: a correlation of dy, spread out by the stride, with
// the flipped filter.
func (k Conv2DGradInput) Bind(w *Workers, b [][]float32) []Stage {
	dy, y, weights, dx := b[0], b[1], b[2], b[3]
	ho, wo := k.Out()
	cin, cout := k.C/k.Groups, k.Cout/k.Groups
	perGroup := k.Cin / k.Groups
	reachH, reachW := k.Reach()
	top, left := reachH-1-k.Top, reachW-1-k.Left
	c := correlation{
		n: k.N, groups: k.Groups, cin: cout, cout: cin,
		ho: k.H, wo: k.W, ys: taps(k.KH, k.DilationH), xs: taps(k.KW, k.DilationW), sy: 1, sx: 1,
		load: func(dst []float32, n, c, row int) {
			row -= top
			if row < 0 || row%k.StrideH != 0 || row/k.StrideH >= ho {
				clear(dst)
				return
			}
			at := ((n*k.Cout+c)*ho + row/k.StrideH) * wo
			src, mask := dy[at:at+wo], []float32(nil)
			if k.Mask {
				mask = y[at : at+wo]
			}
			if k.StrideW == 1 {
				inner, from := inside(dst, left, wo)
				if mask == nil {
					copy(inner, src[from:])
					return
				}
				gated(inner, src[from:][:len(inner)], mask[from:])
				return
			}
			clear(dst)
			for i, v := range src {
				if at := left + i*k.StrideW; at >= 0 && at < len(dst) && (mask == nil || mask[i] > 0) {
					dst[at] = v
				}
			}
		},
		weights: weights,
		weight: func(g, ci, ky, kx int) (at, step int) {
			return ((g*cout*perGroup+k.First+ci)*k.KH+k.KH-1-ky)*k.KW + k.KW - 1 - kx, perGroup * k.KH * k.KW
		},
		store: func(n, c, at int, sum []float32) {
			copy(dx[(n*k.C+c)*k.H*k.W+at:], sum)
		},
	}
	switch {
	case cin == 1 && cout == 1:
		c.byRows()
	case k.onePixel() && !k.Mask:
		c.direct = dy
	}
	return c.stages(w)
}
