package kernels

// correlation is a strided two-dimensional cross-correlation over rows that
// are produced on demand. The forward convolution and its input gradient are
// both one; they differ in where rows come from and how weights are read.
//
// Input rows are packed, block of rows by block of rows, so that every tap of
// the filter is a contiguous run: rows and columns are split by their phase
// modulo the stride, and the pixels of a block are one flat run of pitch p.
//
// Rows and columns have their own strides for the sake of depthwise
// convolutions, see byRows.
type correlation struct {
	n, groups int
	cin, cout int                                // in one group
	ho, wo    int                                // output
	ys, xs    []int                              // where the filter's rows and columns lie, from 0 on
	sy, sx    int                                // strides of rows and columns
	outermost bool                               // sum channel by channel, see taps
	inside    placed                             // in the padded input
	load      func(dst []float32, n, c, row int) // padded input row, width() wide
	direct    []float32                          // the whole input where it needs no padding, see pointwise
	store     func(n, c, at int, sum []float32)  // finishes sums of an output plane from pixel at on
	filters   filters
	held      [][tileRows]int // of a correlation by rows, see byRows
}

// filters are weights as they lie: the first tap of the first channels of the first
// group, and how far it is to the next of each.
type filters struct {
	weights                            []float32
	first, group, out, in, row, column int
}

// placed is where rows and columns lie that may be other than zero.
type placed struct{ top, left, height, width int }

// packFloats is how many floats of packed input a worker keeps at once: it
// should stay in the second-level cache.
const packFloats = 96 << 10

// layout is where packed rows and taps lie.
type layout struct {
	pitch   int // of a packed row
	rows    int // output rows in a block
	images  int // that lie one below the other in a run
	tall    int // packed rows of one phase of one channel of an image in a block
	phase   int // packed rows of one phase of one channel in a run
	channel int // floats of one channel in a run
	flat    int // floats of output run, a multiple of strip
	size    int // floats to reserve, over-read included
	blocks  int // blocks in an image
}

// shortBlock is how many rows a block should have at least, lest too much of
// what is packed is packed for its neighbours too.
const shortBlock = 6

// layout divides an image into blocks that fit the cache, and into as many as
// divide well among workers, with rows for a run of about longest floats. Where an
// image is one block, up to images of them make such a run.
//
// The zeros that a row ends with are also those that the next begins with, and so
// are the rows of zeros of an image and the next, or the next channel.
func (c *correlation) layout(strip, workers, longest, images int) layout {
	var l layout
	l.pitch = (c.width() + c.sx - 1) / c.sx
	if c.sx == 1 {
		l.pitch -= sharedZeros(c.inside.left, c.inside.width, c.width(), c.wo)
	}
	extra := c.ys[len(c.ys)-1] / c.sy
	perRow := c.cin * c.sy * c.sx * l.pitch
	l.rows = max(1, min(c.ho, packFloats/perRow-extra, longest/l.pitch))
	l.blocks = (c.ho + l.rows - 1) / l.rows
	l.blocks = c.evenBlocks(l.blocks, c.ho/shortBlock, workers)
	l.rows = (c.ho + l.blocks - 1) / l.blocks
	l.tall = l.rows + extra
	l.images = 1
	if l.blocks == 1 {
		if c.sy == 1 {
			l.tall -= sharedZeros(c.inside.top, c.inside.height, l.tall, l.rows)
		}
		l.images = max(1, min(images, min(packFloats/perRow, longest/l.pitch)/l.tall))
	}
	l.phase = l.images * l.tall
	l.channel = c.sy * c.sx * l.phase * l.pitch
	l.flat = l.run(l.images, l.rows, strip)
	l.size = c.cin*l.channel + l.flat + extra*l.pitch + c.width() + strip
	return l
}

// sharedZeros is how many zeros a row or an image can share with the next, of padded
// pixels from which out results are made; size of them, the first is at, are no padding.
func sharedZeros(at, size, padded, out int) int {
	return max(0, min(at, padded-at-size, padded-out))
}

// run is how many floats of output rows of some images take, a multiple of strip.
func (l *layout) run(images, rows, strip int) int {
	return (((images-1)*l.tall+rows)*l.pitch + strip - 1) / strip * strip
}

// tiles is how many tiles of output channels a group has.
func (c *correlation) tiles() int { return (c.cout + tileRows - 1) / tileRows }

// width is how long a padded input row is.
func (c *correlation) width() int { return (c.wo-1)*c.sx + c.xs[len(c.xs)-1] + 1 }

// evenBlocks is into how many blocks to divide an image, from least to most, so
// that all images' blocks divide among workers; least where that cannot be.
func (c *correlation) evenBlocks(least, most, workers int) int {
	for blocks := least; blocks <= most; blocks++ {
		if c.n*c.groups*blocks%workers == 0 {
			return blocks
		}
	}
	return least
}

// offset is where a tap's run begins.
func (c *correlation) offset(l layout, ci, ky, kx int) int32 {
	y, x := c.ys[ky], c.xs[kx]
	row := (y%c.sy*c.sx+x%c.sx)*l.phase + y/c.sy
	return int32(ci*l.channel + row*l.pitch + x/c.sx)
}

// pack writes the input rows that output rows [y0, y0+rows) of a group need.
// line is scratch for one padded row.
func (c *correlation) pack(dst, line []float32, l layout, n, g, y0, rows int) {
	width := c.width()
	for ci := range c.cin {
		base := ci * l.channel
		for r := range (rows-1)*c.sy + c.ys[len(c.ys)-1] + 1 {
			at := base + (r%c.sy*c.sx*l.phase+r/c.sy)*l.pitch
			if c.sx == 1 {
				c.load(dst[at:at+width], n, g*c.cin+ci, y0*c.sy+r)
				continue
			}
			c.load(line[:width], n, g*c.cin+ci, y0*c.sy+r)
			for q := range c.sx {
				d := dst[at+q*l.phase*l.pitch:][:l.pitch]
				for i, x := 0, q; x < width; i, x = i+1, x+c.sx {
					d[i] = line[x]
				}
			}
		}
	}
}

// stages compute the correlation.
func (c *correlation) stages(w *Workers) []Stage {
	if c.direct != nil {
		return c.pointwise(w)
	}
	l := c.layout(stripWidth, w.Count(), packFloats, 1)
	var off []int32
	c.taps(func(ky, kx, first, count int) {
		for ci := first; ci < first+count; ci++ {
			off = append(off, c.offset(l, ci, ky, kx))
		}
	})
	tiles := c.tiles()
	pack, panel := c.panels(w, len(off)*tileRows, c.n*l.blocks == 1)
	w.reserve(0, l.size)
	w.reserve(1, c.width())
	w.reserve(2, tileRows*l.flat)

	// A task is a block of rows; when those are fewer than the workers, the
	// output channels are shared out too, at the price of packing twice.
	parts := 1
	if c.n*c.groups*l.blocks < w.Count() {
		parts = min(tiles, w.Count())
	}
	return append(pack, inParts(c.n*c.groups*l.blocks*parts, func(worker, i int) {
		part := i % parts
		y0 := i / parts % l.blocks * l.rows
		g := i / parts / l.blocks % c.groups
		n := i / parts / l.blocks / c.groups
		rows := min(l.rows, c.ho-y0)
		if rows <= 0 {
			return
		}
		in := w.scratchOf(worker, 0, l.size)
		line := w.scratchOf(worker, 1, c.width())
		sums := w.scratchOf(worker, 2, tileRows*l.flat)
		c.pack(in, line, l, n, g, y0, rows)
		strips := l.run(1, rows, stripWidth) / stripWidth
		for t := tiles * part / parts; t < tiles*(part+1)/parts; t++ {
			madd(sums, l.flat, in, off, panel(worker, g, t), strips)
			for m := range min(tileRows, c.cout-t*tileRows) {
				for r := range rows {
					c.store(n, g*c.cout+t*tileRows+m, (y0+r)*c.wo, sums[m*l.flat+r*l.pitch:][:c.wo])
				}
			}
		}
	})...)
}

// taps visits the products of one output, in runs of input channels, in the
// order in which they are added up: channels innermost, which is how PyTorch's
// CPU convolution does it, or outermost, which is how it does groups narrower
// than a vector. The order decides on which side of zero a near-tie falls, and
// with it a ReLU's gradient.
func (c *correlation) taps(f func(ky, kx, first, count int)) {
	passes := 1
	if c.outermost {
		passes = c.cin
	}
	for pass := range passes {
		for ky := range c.ys {
			for kx := range c.xs {
				f(ky, kx, pass*(c.cin/passes), c.cin/passes)
			}
		}
	}
}
