package kernels

// Pointwise convolutions (1×1, stride 1, unpadded) read their input where it
// lies: a channel's plane is one contiguous run, so there is nothing to pack but
// the pixels that do not fill a strip. Sums have the order that they have in stages.

// shortStrips is how many strips a block should have at least, lest too little
// be done with every packed weight.
const shortStrips = 4

// pointwise are the stages of the correlation from the planes of c.direct.
func (c *correlation) pointwise(w *Workers) []Stage {
	pixels := c.ho * c.wo
	tiles := c.tiles()
	planes, strip := make([]int32, c.cin), make([]int32, c.cin)
	for ci := range c.cin {
		planes[ci], strip[ci] = int32(ci*pixels), int32(ci*stripWidth)
	}
	strips := (pixels + stripWidth - 1) / stripWidth
	most := max(1, packFloats/c.cin/stripWidth) // strips in a block
	blocks := c.evenBlocks((strips+most-1)/most, strips/shortStrips, w.Count())
	block := (strips + blocks - 1) / blocks * stripWidth
	blocks = (pixels + block - 1) / block
	pack, panel := c.panels(w, c.cin*tileRows, c.n*blocks == 1)
	w.reserve(0, c.cin*stripWidth)
	w.reserve(2, tileRows*block)
	parts := 1 // as in stages
	if c.n*c.groups*blocks < w.Count() {
		parts = min(tiles, w.Count())
	}
	return append(pack, inParts(c.n*c.groups*blocks*parts, func(worker, i int) {
		part := i % parts
		from := i / parts % blocks * block
		g := i / parts / blocks % c.groups
		n := i / parts / blocks / c.groups
		src := c.direct[(n*c.groups+g)*c.cin*pixels:][:c.cin*pixels]
		sums := w.scratchOf(worker, 2, tileRows*block)
		columns := min(block, pixels-from)
		whole := columns / stripWidth * stripWidth
		rest := c.rest(w, worker, src, from+whole, columns-whole)
		for t := tiles * part / parts; t < tiles*(part+1)/parts; t++ {
			weights := panel(worker, g, t)
			if whole > 0 {
				madd(sums, block, src[from:], planes, weights, whole/stripWidth)
			}
			if rest != nil {
				madd(sums[whole:], block, rest, strip, weights, 1)
			}
			for m := range min(tileRows, c.cout-t*tileRows) {
				c.store(n, g*c.cout+t*tileRows+m, from, sums[m*block:][:columns])
			}
		}
	})...)
}

// rest packs the count pixels from at on, fewer than a strip, channel by channel.
func (c *correlation) rest(w *Workers, worker int, src []float32, at, count int) []float32 {
	if count == 0 {
		return nil
	}
	pixels := c.ho * c.wo
	rest := w.scratchOf(worker, 0, c.cin*stripWidth)
	for ci := range c.cin {
		row := rest[ci*stripWidth:][:stripWidth]
		clear(row[copy(row, src[ci*pixels+at:][:count]):])
	}
	return rest
}

// longPlane is from how many pixels on an inner product along one plane is worth
// its call; shorter planes of several images are first put end to end.
const longPlane = 256

// pointwiseGradWeight adds a chunk's share of the gradient of the weights to
// sum: images first, first+step, …
func (c *correlation) pointwiseGradWeight(w *Workers, worker int, sum, dy []float32, first, step int) {
	pixels := c.ho * c.wo
	off := make([]int32, (c.cin+dotColumns-1)/dotColumns*dotColumns)  // whole dots of them
	if pixels >= longPlane && pixels%8 == 0 && c.cout%tileRows == 0 { // nothing is read past a plane
		for ci := range off {
			off[ci] = int32(min(ci, c.cin-1) * pixels)
		}
		block := max(8, packFloats/(c.cin+c.cout)/8*8)
		for n := first; n < c.n; n += step {
			for g := range c.groups {
				in := c.direct[(n*c.groups+g)*c.cin*pixels:][:c.cin*pixels]
				grad := dy[(n*c.groups+g)*c.cout*pixels:][:c.cout*pixels]
				for from := 0; from < pixels; from += block {
					c.accumulate(sum[g*len(sum)/c.groups:], grad[from:], pixels, in[from:], off, min(block, pixels-from))
				}
			}
		}
		return
	}
	images := max(1, min((c.n-first+step-1)/step, packFloats/(c.cin+c.cout)/pixels))
	length := (images*pixels + 7) / 8 * 8
	for ci := range off {
		off[ci] = int32(min(ci, c.cin-1) * length)
	}
	in := w.scratchOf(worker, 0, c.cin*length)
	grad := w.scratchOf(worker, 2, c.tiles()*tileRows*length)
	clear(grad[c.cout*length:])
	for n := first; n < c.n; n += step * images {
		for g := range c.groups {
			c.joinPlanes(in, length, c.direct, c.cin, g, n, step, images)
			c.joinPlanes(grad, length, dy, c.cout, g, n, step, images)
			c.accumulate(sum[g*len(sum)/c.groups:], grad, length, in, off, length)
		}
	}
}

// joinPlanes puts the planes of a group's channels in images n, n+step, … end to
// end, zeros after them: count of them where there are as many.
func (c *correlation) joinPlanes(dst []float32, length int, src []float32, channels, g, n, step, count int) {
	pixels := c.ho * c.wo
	for channel := range channels {
		row := dst[channel*length:][:length]
		at := 0
		for i := range count {
			if image := n + i*step; image < c.n {
				at += copy(row[at:], src[((image*c.groups+g)*channels+channel)*pixels:][:pixels])
			}
		}
		clear(row[at:])
	}
}
