package kernels

// Conv2D is a two-dimensional convolution (cross-correlation, as in PyTorch)
// with bias and activation fused. It reads two sources as if they were
// concatenated along the channels, the first of them upsampled Up times (nearest
// neighbour), which is what a U-Net's decoder needs.
//
// The input is padded with zeros, or cut where the padding is below 0.
//
// With Scaled every channel of a layer of single pixels is first multiplied by its
// own number: those are b, N×Ca, as such a layer has no second source.
//
// With Plus another array is added before the activation. With Keep what the
// activation is of is written as well.
//
// Bindings: a N×Ca×(H/Up)×(W/Up), b N×Cb×H×W, w Cout×(C/Groups)×KH×KW with
// C = Ca+Cb, bias Cout, plus like y with Plus, before like y with Keep, y
// N×Cout×Ho×Wo. Where Cb is 0, b is any buffer; where Bias is false, so is bias.
type Conv2D struct {
	N, Ca, Cb, H, W int
	Up              int
	Cout            int
	Window
	Groups     int
	Scaled     bool
	Bias, Plus bool
	Act        Activation
	Keep       bool
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

// Updates implements Updater.
func (k Conv2D) Updates() int { return 1 + int(flag(k.Keep)) }

// Added implements Adding.
func (k Conv2D) Added() (added Kernel, plus int, free bool) {
	free = !k.Plus && k.Act == Identity
	k.Plus = true
	return k, 4, free
}

// Weighed is the kernel that multiplies the channels of what it reads, and which
// binding their factors are; where that is not free, it cannot.
func (k Conv2D) Weighed() (weighed Kernel, scale int, free bool) {
	free = k.pointwise() && k.Groups == 1 && !k.Scaled
	k.Scaled = true
	return k, 1, free
}

// Activated implements Activating.
func (k Conv2D) Activated(act Activation, keep bool) (activated Kernel, free bool) {
	free = k.Act == Identity
	k.Act, k.Keep = act, keep
	return k, free
}

// ends are what a shader adds, and writes: plus, before and y.
func (k Conv2D) ends() (list [3]int) {
	list = [3]int{0, Spare, 4}
	if k.Plus {
		list[0] = 4
		list[2]++
	}
	if k.Keep {
		list[1] = list[2]
		list[2]++
	}
	return list
}

// Order implements Padded.
func (k Conv2D) Order() (bind []int, writes int) {
	ends := k.ends()
	return append([]int{0, 1, 2, 3}, ends[:]...), 2
}

// Bind implements Kernel.
func (k Conv2D) Bind(w *Workers, b [][]float32) []Stage {
	ends := k.ends()
	weights, bias, plus, y := b[2], b[3], b[ends[0]], b[ends[2]]
	sums := y // what the activation is of
	if k.Keep {
		sums = b[ends[1]]
	}
	once := k.Act // what a sum goes through at once
	if k.Plus || k.Keep || once != ReLU {
		once = Identity
	}
	ho, wo := k.Out()
	source := b[0]
	var stages []Stage
	if k.Scaled {
		pixels := k.N * k.Ca * k.H * k.W
		source = w.sharedScratch(1, pixels)
		stages = Binary{Count: pixels, Op: Mul, Div: k.H * k.W, Mod: k.N * k.Ca}.Bind(w, [][]float32{b[0], b[1], source})
	}
	load := k.rows(source, b[1])
	cin := (k.Ca + k.Cb) / k.Groups
	cout := k.Cout / k.Groups
	c := correlation{
		n: k.N, groups: k.Groups, cin: cin, cout: cout,
		ho: ho, wo: wo, ys: taps(k.KH, k.DilationH), xs: taps(k.KW, k.DilationW), sy: k.StrideH, sx: k.StrideW,
		outermost: k.Groups > 1 && cin < narrowGroup,
		inside:    placed{k.Top, k.Left, k.H, k.W},
		load:      load,
		filters:   filters{weights, 0, cout * cin * k.KH * k.KW, cin * k.KH * k.KW, k.KH * k.KW, k.KW, 1},
		store: func(n, c, at int, sum []float32) {
			dst := sums[(n*k.Cout+c)*ho*wo+at:][:len(sum)]
			var add float32
			if k.Bias {
				add = bias[c]
			}
			scaleShift(dst, sum, 1, add, once)
		},
	}
	switch {
	case cin == 1 && cout == 1:
		c.byRows()
	case k.pointwise():
		c.direct = source
	}
	stages = append(stages, c.stages(w)...)
	count := k.N * k.Cout * ho * wo
	if k.Plus {
		stages = append(stages, inSpans(count, func(lo, hi int) { add(sums[lo:hi], sums[lo:hi], plus[lo:hi]) })...)
	}
	if k.Act != once {
		stages = append(stages, inSpans(count, func(lo, hi int) { activate[k.Act](y[lo:hi], sums[lo:hi]) })...)
	}
	return stages
}

// activate holds the activations by their numbers.
var activate = [...]func(dst, x []float32){ReLU: unary[Rectify], SiLU: swish, Logistic: unary[Sigmoid]}

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
		var inner []float32
		from := 0
		if end := k.Left + k.W; k.Left >= 0 && end <= len(dst) { // as nearly always
			clear(dst[:k.Left])
			inner = dst[k.Left:end]
			clear(dst[end:])
		} else {
			inner, from = inside(dst, k.Left, k.W)
		}
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
		left, from = 0, min(-left, n)
	}
	left = min(left, len(dst))
	end := min(len(dst), left+max(0, n-from))
	clear(dst[:left])
	clear(dst[end:])
	return dst[left:end], from
}
