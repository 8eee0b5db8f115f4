package kernels

// Conv2DGradInput is the gradient of Conv2D with respect to channels
// [First, First+C) of its (concatenated) input. H and W are those that the filter
// moved over; where the source had been upsampled Up times for that, the gradient
// is the source's. With Plus another gradient of it is added. With Gate the sum is
// multiplied by the slope of that activation, which made the source: a ReLU's
// where the gate, its result, is positive; a SiLU's at the gate, what it is of.
//
// Bindings: dy N×Cout×Ho×Wo, gate N×C×(H/Up)×(W/Up), w Cout×(Cin/Groups)×KH×KW,
// plus like the gate with Plus, dx like the gate. Without Gate, the gate is any
// buffer. With Groups > 1, First must be 0 and C the whole input. An upsampled
// source has no Plus, and no Gate but a ReLU's.
type Conv2DGradInput struct {
	N, Cin, First, C, H, W int
	Up                     int
	Cout                   int
	Window
	Groups int
	Plus   bool
	Gate   Activation
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
func (k Conv2DGradInput) Gated(by Activation) (gated Kernel, gate int, free bool) {
	if k.Gate != Identity && k.Gate != by {
		return nil, 1, false
	}
	free = k.Gate == Identity && (by == ReLU || by == SiLU && k.Up == 1)
	k.Gate = by
	return k, 1, free
}

// Added implements Adding.
func (k Conv2DGradInput) Added() (added Kernel, plus int, free bool) {
	free = !k.Plus && k.Gate == Identity && k.Up == 1
	k.Plus = true
	return k, 3, free
}

// ends are what a shader adds, and writes: plus, nothing else and dx.
func (k Conv2DGradInput) ends() [3]int {
	if k.Plus {
		return [3]int{3, Spare, 4}
	}
	return [3]int{0, Spare, 3}
}

// Order implements Padded.
func (k Conv2DGradInput) Order() (bind []int, writes int) {
	ends := k.ends()
	return []int{0, 1, 2, ends[0], ends[2]}, 1
}

// Bind implements Kernel: a correlation of dy, spread out by the stride, with
// the flipped filter. Of an upsampled source the whole is made first, and then summed.
func (k Conv2DGradInput) Bind(w *Workers, b [][]float32) []Stage {
	dy, gate, weights, plus, dx := b[0], b[1], b[2], b[k.ends()[0]], b[len(b)-1]
	ho, wo := k.Out()
	cin, cout := k.C/k.Groups, k.Cout/k.Groups
	perGroup := k.Cin / k.Groups
	reachH, reachW := k.Reach()
	top, left := reachH-1-k.Top, reachW-1-k.Left
	c := correlation{
		n: k.N, groups: k.Groups, cin: cout, cout: cin,
		ho: k.H, wo: k.W, ys: taps(k.KH, k.DilationH), xs: taps(k.KW, k.DilationW), sy: 1, sx: 1,
		inside: placed{top, left, (ho-1)*k.StrideH + 1, (wo-1)*k.StrideW + 1},
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
		filters: filters{weights, (k.First+1)*k.KH*k.KW - 1, cout * perGroup * k.KH * k.KW, k.KH * k.KW, perGroup * k.KH * k.KW, -k.KW, -1},
	}
	let := func(at int, sum []float32) {
		if k.Gate == ReLU && !k.Plus {
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
		return append(stages, k.finish(gate, plus, dx)...)
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

// finish does what is left to do with the sums.
func (k Conv2DGradInput) finish(gate, plus, dx []float32) []Stage {
	if !k.Plus && k.Gate != SiLU {
		return nil
	}
	return inSpans(k.N*k.C*k.H*k.W, func(lo, hi int) {
		dst := dx[lo:hi]
		if k.Plus {
			add(dst, dst, plus[lo:hi])
		}
		switch k.Gate {
		case ReLU:
			gated(dst, dst, gate[lo:hi])
		case SiLU:
			swishGrad(dst, gate[lo:hi], dst)
		}
	})
}
