package kernels

// Conv2DGradInput is the gradient of Conv2D with respect to channels
// [First, First+C) of its (concatenated) input. H and W are those that the filter
// moved over; where the source had been upsampled Up times for that, the gradient
// is the source's. With Gate it is let through only where the gate is positive:
// the gradient of the ReLU that made the source.
//
// Bindings: dy N×Cout×Ho×Wo, gate N×C×(H/Up)×(W/Up), w Cout×(Cin/Groups)×KH×KW,
// dx like the gate. Without Gate, the gate is any buffer. With Groups > 1, First
// must be 0 and C the whole input.
type Conv2DGradInput struct {
	N, Cin, First, C, H, W int
	Up                     int
	Cout                   int
	Window
	Groups int
	Gate   bool
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
	return grid(k.N * k.Groups * perGroup * ((k.H/k.Up*(k.W/k.Up) + 3) / 4))
}

// Work implements Counted.
func (k Conv2DGradInput) Work() (operations, outputs int) {
	ho, wo := k.Out()
	return 2 * k.N * k.Cout * ho * wo * (k.C / k.Groups) * k.KH * k.KW, k.N * k.C * (k.H / k.Up) * (k.W / k.Up)
}

// Weights implements Weighted.
func (k Conv2DGradInput) Weights() int { return 2 }

// Gated implements Gating.
func (k Conv2DGradInput) Gated() (gated Kernel, gate int, free bool) {
	free = !k.Gate
	k.Gate = true
	return k, 1, free
}

// Bind implements Kernel: a correlation of dy, spread out by the stride, with
// the flipped filter. Of an upsampled source the whole is made first, and then summed.
func (k Conv2DGradInput) Bind(w *Workers, b [][]float32) []Stage {
	dy, gate, weights, dx := b[0], b[1], b[2], b[3]
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
			src := dy[((n*k.Cout+c)*ho+row/k.StrideH)*wo:][:wo]
			if k.StrideW == 1 {
				inner, from := inside(dst, left, wo)
				copy(inner, src[from:])
				return
			}
			clear(dst)
			for i, v := range src {
				if at := left + i*k.StrideW; at >= 0 && at < len(dst) {
					dst[at] = v
				}
			}
		},
		weights: weights,
		weight: func(g, ci, ky, kx int) (at, step int) {
			return ((g*cout*perGroup+k.First+ci)*k.KH+k.KH-1-ky)*k.KW + k.KW - 1 - kx, perGroup * k.KH * k.KW
		},
	}
	let := func(at int, sum []float32) {
		if k.Gate {
			gated(dx[at:], sum, gate[at:])
		} else {
			copy(dx[at:], sum)
		}
	}
	const whole = 1 // the slot of the gradient before it is summed
	size := k.N * k.C * k.H * k.W
	c.store = func(n, c, at int, sum []float32) { let((n*k.C+c)*k.H*k.W+at, sum) }
	if k.Up > 1 {
		w.sharedScratch(whole, size) // for all parts
		c.store = func(n, c, at int, sum []float32) {
			copy(w.sharedScratch(whole, size)[(n*k.C+c)*k.H*k.W+at:], sum)
		}
	}
	switch {
	case cin == 1 && cout == 1:
		c.byRows()
	case k.onePixel():
		c.direct = dy
	}
	stages := c.stages(w)
	if k.Up == 1 {
		return stages
	}
	sum := UpsampleNearestGrad{N: k.N * k.C, H: k.H / k.Up, W: k.W / k.Up, Factor: k.Up}
	w.reserve(0, sum.W)
	return append(stages, inParts(sum.N, func(worker, n int) {
		row := w.scratchOf(worker, 0, sum.W)
		for y := range sum.H {
			sum.row(row, w.sharedScratch(whole, size), n, y)
			let((n*sum.H+y)*sum.W, row)
		}
	})...)
}
