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
	Cout, KH, KW           int
	Stride                 int
	Pad, Extra             int
	Groups                 int
	Mask                   bool
}

// Name implements Kernel.
func (k Conv2DGradInput) Name() string { return "conv2d_grad_input" }

// Out is the size of dy.
func (k Conv2DGradInput) Out() (height, width int) {
	pad := 2*k.Pad + k.Extra
	return (k.H+pad-k.KH)/k.Stride + 1, (k.W+pad-k.KW)/k.Stride + 1
}

// Workgroups implements Kernel: an invocation computes four input channels of
// four pixels.
func (k Conv2DGradInput) Workgroups() [3]int {
	perGroup := (k.C/k.Groups + 3) / 4
	return grid(k.N * k.Groups * perGroup * ((k.H*k.W + 3) / 4))
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
	top, left := k.KH-1-k.Pad, k.KW-1-k.Pad
	c := correlation{
		n: k.N, groups: k.Groups, cin: cout, cout: cin,
		ho: k.H, wo: k.W, kh: k.KH, kw: k.KW, sy: 1, sx: 1,
		load: func(dst []float32, n, c, row int) {
			row -= top
			if row < 0 || row%k.Stride != 0 || row/k.Stride >= ho {
				clear(dst)
				return
			}
			at := ((n*k.Cout+c)*ho + row/k.Stride) * wo
			src, mask := dy[at:at+wo], []float32(nil)
			if k.Mask {
				mask = y[at : at+wo]
			}
			if k.Stride == 1 {
				clear(dst[:left])
				clear(dst[left+wo:])
				inner := dst[left:][:wo]
				if mask == nil {
					copy(inner, src)
					return
				}
				gated(inner, src, mask)
				return
			}
			clear(dst)
			for i, v := range src {
				if at := left + i*k.Stride; at < len(dst) && (mask == nil || mask[i] > 0) {
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
	case k.KH == 1 && k.KW == 1 && k.Stride == 1 && k.Pad == 0 && k.Extra == 0 && !k.Mask:
		c.direct = dy
	}
	return c.stages(w)
}
