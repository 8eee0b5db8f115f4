package kernels

import "slices"

// Conv2DGradWeight is the gradient of Conv2D with respect to its weights.
// Its fields are Conv2D's.
//
// Bindings: a N×Ca×(H/Up)×(W/Up), b N×Cb×H×W, dy N×Cout×Ho×Wo,
// dw Cout×(C/Groups)×KH×KW. Where Cb is 0, b is any buffer.
type Conv2DGradWeight struct {
	N, Ca, Cb, H, W int
	Up              int
	Cout            int
	Window
	Groups int
}

// Name implements Kernel.
func (k Conv2DGradWeight) Name() string { return "conv2d_grad_weight" }

// Workgroups implements Kernel: an invocation computes one weight.
func (k Conv2DGradWeight) Workgroups() [3]int {
	return grid(k.Cout * (k.Ca + k.Cb) / k.Groups * k.KH * k.KW)
}

// Work implements Counted.
func (k Conv2DGradWeight) Work() (operations, outputs int) {
	ho, wo := k.Over(k.H, k.W)
	outputs = k.Cout * ((k.Ca + k.Cb) / k.Groups) * k.KH * k.KW
	return 2 * k.N * ho * wo * outputs, outputs
}

// gradChunks is into how many sums the images and rows are divided. It is
// fixed, so that the result does not depend on the number of workers.
const gradChunks = 2

// Bind implements Kernel.
func (k Conv2DGradWeight) Bind(w *Workers, b [][]float32) []Stage {
	dy, dw := b[2], b[3]
	forward := Conv2D{N: k.N, Ca: k.Ca, Cb: k.Cb, H: k.H, W: k.W, Up: k.Up, Cout: k.Cout,
		Window: k.Window, Groups: k.Groups}
	ho, wo := forward.Out()
	c := correlation{
		n: k.N, groups: k.Groups, cin: (k.Ca + k.Cb) / k.Groups, cout: k.Cout / k.Groups,
		ho: ho, wo: wo, ys: taps(k.KH, k.DilationH), xs: taps(k.KW, k.DilationW), sy: k.StrideH, sx: k.StrideW,
		inside: placed{k.Top, k.Left, k.H, k.W},
		load:   forward.rows(b[0], b[1]),
	}
	if forward.pointwise() {
		c.direct = b[0]
		chunks := min(gradChunks, k.N)
		return c.inChunks(w, dw, chunks, func(worker, chunk int, sum []float32) {
			c.pointwiseGradWeight(w, worker, sum, dy, chunk, chunks)
		})
	}
	grad := func(n, channel, row int) []float32 { return dy[((n*k.Cout+channel)*ho+row)*wo:][:wo] }
	if c.cin > 1 || c.cout > 1 {
		return c.gradWeight(w, dw, grad)
	}
	// A depthwise convolution: the gradient of the taller filters, then of the
	// one filter that they hold.
	rows := c.ys
	c.byRows()
	tall := make([]float32, k.Groups*tileRows*len(c.ys)*k.KW)
	stages := c.gradWeight(w, tall, func(n, channel, row int) []float32 {
		if row = row*tileRows + channel%tileRows; row < ho {
			return grad(n, channel/tileRows, row)
		}
		return nil
	})
	return append(stages, inParts(k.Groups, func(_, g int) {
		filter := dw[g*k.KH*k.KW:][:k.KH*k.KW]
		clear(filter)
		for m := range tileRows {
			for ky, y := range rows {
				at := slices.Index(c.ys, m*k.StrideH+y)
				from := tall[((g*tileRows+m)*len(c.ys)+at)*k.KW:][:k.KW]
				for i, v := range from {
					filter[ky*k.KW+i] += v
				}
			}
		}
	})...)
}

// dotFloats is about how long an inner product is: long enough that its beginning
// and end do not count, short enough that its rows stay in the first-level cache.
const dotFloats = 1 << 11

// gradWeight computes the gradient of the weights, groups·cout×cin×kh×kw. grad
// gives a row of the output's gradient, nil for zeros.
func (c *correlation) gradWeight(w *Workers, dw []float32, grad func(n, channel, row int) []float32) []Stage {
	// one worker, since sums must not depend on their number
	l := c.layout(8, 1, dotFloats, (c.n+gradChunks-1)/gradChunks)
	var off []int32 // in the order of dw
	for ci := range c.cin {
		for ky := range c.ys {
			for kx := range c.xs {
				off = append(off, c.offset(l, ci, ky, kx))
			}
		}
	}
	for len(off)%dotColumns != 0 { // what is computed of the last ones again is left
		off = append(off, off[len(off)-1])
	}
	rowsOut := c.tiles() * tileRows

	w.reserve(0, l.size)
	w.reserve(1, c.width())
	w.reserve(2, rowsOut*l.flat)
	stacks := (c.n + l.images - 1) / l.images
	chunks := min(gradChunks, stacks*l.blocks)
	return c.inChunks(w, dw, chunks, func(worker, chunk int, sum []float32) {
		in := w.scratchOf(worker, 0, l.size)
		line := w.scratchOf(worker, 1, c.width())
		dy := w.scratchOf(worker, 2, rowsOut*l.flat)
		clear(dy[c.cout*l.flat:])
		clear(in) // what is read past a row meets zeros of dy: it must be finite
		for i := chunk; i < stacks*l.blocks; i += chunks {
			first, y0 := i/l.blocks*l.images, i%l.blocks*l.rows
			images := min(l.images, c.n-first)
			rows := min(l.rows, c.ho-y0)
			if rows <= 0 {
				continue
			}
			length := l.run(images, rows, 8)
			for g := range c.groups {
				for image := range images {
					c.pack(in[image*l.tall*l.pitch:], line, l, first+image, g, y0, rows)
				}
				for co := range c.cout {
					run := dy[co*l.flat:][:length]
					clear(run)
					for image := range images {
						for r := range rows {
							copy(run[(image*l.tall+r)*l.pitch:], grad(first+image, g*c.cout+co, y0+r))
						}
					}
				}
				c.accumulate(sum[g*len(sum)/c.groups:], dy, l.flat, in, off, length)
			}
		}
	})
}

// inChunks adds up what f leaves for each chunk of the work in sums that lie as
// accumulate has them, group by group.
func (c *correlation) inChunks(w *Workers, dw []float32, chunks int, f func(worker, chunk int, sum []float32)) []Stage {
	taps := c.cin * len(c.ys) * len(c.xs)
	perTile := (taps + dotColumns - 1) / dotColumns * dotSums
	size := c.groups * c.tiles() * perTile
	w.sharedScratch(1, chunks*size) // for all parts
	stages := inParts(chunks, func(worker, chunk int) {
		sum := w.sharedScratch(1, chunks*size)[chunk*size:][:size]
		clear(sum)
		f(worker, chunk, sum)
	})
	return append(stages, inParts(c.groups*c.cout, func(_, i int) {
		g, co := i/c.cout, i%c.cout
		sums := w.sharedScratch(1, chunks*size)[(g*c.tiles()+co/tileRows)*perTile+co%tileRows*dotColumns:]
		row := dw[i*taps:][:taps]
		clear(row)
		for chunk := range chunks {
			for t := 0; t < taps; t += dotColumns {
				for j, v := range sums[chunk*size+t*tileRows:][:min(dotColumns, taps-t)] {
					row[t+j] += v
				}
			}
		}
	})...)
}

// dotSums are the inner products of one call of dot.
const dotSums = tileRows * dotColumns

// accumulate adds the inner products, n long, of every row of grad, stride
// apart, with every tap's run: tile of rows by tile of rows and in each dot by dot.
func (c *correlation) accumulate(sum, grad []float32, stride int, in []float32, off []int32, n int) {
	var out [dotSums]float32
	for co := 0; co < c.cout; co += tileRows {
		for t := 0; t < len(off); t += dotColumns {
			dot(&out, grad[co*stride:], stride, in, [dotColumns]int32(off[t:]), n)
			to := sum[:dotSums]
			for i, v := range out {
				to[i] += v
			}
			sum = sum[dotSums:]
		}
	}
}
