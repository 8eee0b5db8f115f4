package kernels

// Conv2D is a two-dimensional convolution (cross-correlation, as in PyTorch)
// with bias and activation fused. It reads two sources as if they were
// concatenated along the channels, the first of them upsampled Up times (nearest
// neighbour), which is what a U-Net's decoder needs.
//
// The input is padded with zeros, or cut where the padding is below 0.
//
// Bindings: a N×Ca×(H/Up)×(W/Up), b N×Cb×H×W, w Cout×(C/Groups)×KH×KW with
// C = Ca+Cb, bias Cout, y N×Cout×Ho×Wo. Where Cb is 0, b is any buffer; where
// Bias is false, so is bias.
type Conv2D struct {
	N, Ca, Cb, H, W int
	Up              int
	Cout            int
	Window
	Groups int
	Bias   bool
	Act    Activation
}

// Name implements Kernel.
func (k Conv2D) Name() string { return "conv2d" }

// Out is the size of the output.
func (k Conv2D) Out() (height, width int) {
	return k.Over(k.H, k.W)
}

// Workgroups implements Kernel: an invocation computes four output channels of
// four pixels.
func (k Conv2D) Workgroups() [3]int {
	ho, wo := k.Out()
	perGroup := (k.Cout/k.Groups + 3) / 4
	return grid(k.N * k.Groups * perGroup * ((ho*wo + 3) / 4))
}

// Work implements Counted.
func (k Conv2D) Work() (operations, outputs int) {
	ho, wo := k.Out()
	outputs = k.N * k.Cout * ho * wo
	return 2 * outputs * ((k.Ca + k.Cb) / k.Groups) * k.KH * k.KW, outputs
}

// Weights implements Weighted.
func (k Conv2D) Weights() int { return 2 }

// Bind implements Kernel.
func (k Conv2D) Bind(w *Workers, b [][]float32) []Stage {
	weights, bias, y := b[2], b[3], b[4]
	ho, wo := k.Out()
	load := k.rows(b[0], b[1])
	cin := (k.Ca + k.Cb) / k.Groups
	cout := k.Cout / k.Groups
	c := correlation{
		n: k.N, groups: k.Groups, cin: cin, cout: cout,
		ho: ho, wo: wo, ys: taps(k.KH, k.DilationH), xs: taps(k.KW, k.DilationW), sy: k.StrideH, sx: k.StrideW,
		outermost: k.Groups > 1 && cin < narrowGroup,
		load:      load, weights: weights,
		weight: func(g, co, ky, kx int) (at, step int) {
			return ((g*cout+co)*cin*k.KH+ky)*k.KW + kx, k.KH * k.KW
		},
		store: func(n, c, at int, sum []float32) {
			dst := y[(n*k.Cout+c)*ho*wo+at:][:len(sum)]
			var add float32
			if k.Bias {
				add = bias[c]
			}
			scaleShift(dst, sum, 1, add, k.Act)
		},
	}
	switch {
	case cin == 1 && cout == 1:
		c.byRows()
	case k.pointwise():
		c.direct = b[0]
	}
	return c.stages(w)
}

// pointwise says whether every output is of one pixel of one source.
func (k Conv2D) pointwise() bool {
	return k.onePixel() && k.Up == 1 && k.Cb == 0
}

// narrowGroup is how many channels a group must have for its sums to run with
// the channels innermost: as many as the vectors of the machine that made the
// reference numbers.
const narrowGroup = 8

// rows reads padded rows of the two sources.
func (k Conv2D) rows(a, b []float32) func(dst []float32, n, c, row int) {
	return func(dst []float32, n, c, row int) {
		y := row - k.Top
		if y < 0 || y >= k.H {
			clear(dst)
			return
		}
		inner, from := inside(dst, k.Left, k.W)
		if c >= k.Ca {
			copy(inner, b[((n*k.Cb+c-k.Ca)*k.H+y)*k.W+from:])
			return
		}
		if k.Up == 1 {
			copy(inner, a[((n*k.Ca+c)*k.H+y)*k.W+from:])
			return
		}
		w := k.W / k.Up
		src := a[((n*k.Ca+c)*(k.H/k.Up)+y/k.Up)*w:][:w]
		if k.Up == 2 && len(inner) == 2*w {
			twice(inner, src)
			return
		}
		for i := range inner {
			inner[i] = src[(from+i)/k.Up]
		}
	}
}

// inside is the part of a padded row that n pixels take, from the one on that
// comes first; zeros are left on both sides.
func inside(dst []float32, left, n int) (inner []float32, from int) {
	if left < 0 {
		left, from = 0, -left
	}
	left = min(left, len(dst))
	end := min(len(dst), left+max(0, n-from))
	clear(dst[:left])
	clear(dst[end:])
	return dst[left:end], from
}
