package kernels

// A panel is weights as madd reads them: those of four output channels side by
// side, product by product.

// panels lends the panels of tiles, of size floats each. Those that several parts
// read are packed beforehand, into shared scratch; a panel that is read once is
// packed by who reads it, into scratch that stays in a cache.
func (c *correlation) panels(w *Workers, size int, once bool) (pack []Stage, of func(worker, g, tile int) []float32) {
	tiles := c.tiles()
	if once {
		const slot = 3
		w.reserve(slot, size)
		return nil, func(worker, g, tile int) []float32 {
			panel := w.scratchOf(worker, slot, size)
			c.packWeights(panel, g, tile*tileRows)
			return panel
		}
	}
	count := c.groups * tiles
	w.sharedScratch(0, count*size) // for all parts
	several := max(1, packedAtOnce/size)
	pack = inParts((count+several-1)/several, func(_, part int) {
		packed := w.sharedScratch(0, count*size)
		for i := part * several; i < min(count, (part+1)*several); i++ {
			c.packWeights(packed[i*size:(i+1)*size], i/tiles, i%tiles*tileRows)
		}
	})
	return pack, func(_, g, tile int) []float32 {
		return w.sharedScratch(0, count*size)[(g*tiles+tile)*size:][:size]
	}
}

// packedAtOnce is how many weights a part of the packing has, if its panels are smaller.
const packedAtOnce = 1 << 12

// packChannels is how many input channels are packed at once: their weights lie
// far apart in an input gradient, and should stay in the first-level cache until
// every tap has been taken.
const packChannels = 64

// packWeights interleaves the weights of four output channels, tap by tap, in
// the order of taps. A filter's taps lie one after the other, be it backwards.
func (c *correlation) packWeights(dst []float32, g, co int) {
	f := &c.filters
	base := f.first + g*f.group + co*f.out
	if c.held != nil {
		c.packRows(dst, base)
		return
	}
	taps := len(c.ys) * len(c.xs)
	perTap, perChannel := c.cin*tileRows, tileRows
	if c.outermost {
		perTap, perChannel = tileRows, taps*tileRows
	}
	rows := min(tileRows, c.cout-co)
	if rows < tileRows {
		clear(dst)
	}
	for first := 0; first < c.cin; first += packChannels {
		count := min(packChannels, c.cin-first)
		panel, weights := dst[first*perChannel:], f.weights[base+first*f.in+min(0, (taps-1)*f.column):]
		for tap := 0; tap < taps; {
			at := tap // of the weight
			if f.column < 0 {
				at = taps - 1 - tap
			}
			if rest := taps - tap; rows == tileRows && rest >= side && useSIMD {
				to, apart := tap*perTap, perTap
				if f.column < 0 {
					at, to, apart = at-side+1, to+(side-1)*perTap, -perTap
				}
				transpose(panel, to, perChannel, apart, weights[at:], f.out, f.in, count)
				tap += side
				continue
			}
			interleave(panel[tap*perTap:], perChannel, weights[at:], f.out, rows, f.in, count)
			tap++
		}
	}
}

// interleave packs count times the weights of as many rows, between to and step apart.
func interleave(dst []float32, between int, weights []float32, out, rows, step, count int) {
	if rows < tileRows {
		for i := range count {
			for m := range rows {
				dst[i*between+m] = weights[i*step+m*out]
			}
		}
		return
	}
	if out == 1 {
		for i := range count {
			*(*[tileRows]float32)(dst[i*between:]) = [tileRows]float32(weights[i*step:])
		}
		return
	}
	i := 0
	if squares := count / side; step == 1 && squares > 0 && useSIMD {
		transpose(dst, 0, side*between, between, weights, out, side, squares)
		i = squares * side
	}
	a, b, c, d := weights, weights[out:], weights[2*out:], weights[3*out:]
	for ; i < count; i++ {
		at := i * step
		to := dst[i*between:][:tileRows]
		to[0], to[1], to[2], to[3] = a[at], b[at], c[at], d[at]
	}
}

// side is how many neighbours in memory transpose takes of each of as many rows.
const side = 4

// transpose computes, for i < count, j < side and m < tileRows,
//
//	dst[at + i·between + j·apart + m] = weights[i·step + j + m·out].
//
// It is for where there is vector code, whose bounds it checks.
func transpose(dst []float32, at, between, apart int, weights []float32, out, step, count int) {
	first, last := at+min(0, (side-1)*apart), at+max(0, (side-1)*apart)+(count-1)*between
	_, _ = dst[first], dst[last+tileRows-1]
	_ = weights[(count-1)*step+(tileRows-1)*out+side-1]
	vectors.transpose(dst[at:], between, apart, weights, out, step, count)
}
