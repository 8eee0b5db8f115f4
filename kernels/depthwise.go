package kernels

import "slices"

// byRows turns a correlation with one channel in and one out of every group (a
// depthwise convolution) into one that fills the inner loops: four rows of
// output take the place of four output channels. Row 4q+m is channel m of row q
// in a correlation whose rows step four times as far, with a filter that is
// taller by three steps and holds the filter m steps down, zeros elsewhere. The
// products are added in the order that they had.
func (c *correlation) byRows() {
	weight, store, rows, step, ho := c.weight, c.store, c.ys, c.sy, c.ho
	c.cout = tileRows
	c.ho = (ho + tileRows - 1) / tileRows
	c.ys = nil
	c.sy *= tileRows
	var held [][tileRows]int // which row of the filter each of ys is, m steps down; −1 for none
	for y := range rows[len(rows)-1] + (tileRows-1)*step + 1 {
		var at [tileRows]int
		for m := range at {
			at[m] = slices.Index(rows, y-m*step)
		}
		if at != [...]int{-1, -1, -1, -1} {
			c.ys, held = append(c.ys, y), append(held, at)
		}
	}
	c.weight = func(g, m, ky, kx int) (int, int) {
		at := held[ky][m]
		if at < 0 {
			return -1, 0
		}
		return weight(g, 0, at, kx)
	}
	c.store = func(n, channel, at int, sum []float32) {
		if y := at/c.wo*tileRows + channel%tileRows; y < ho {
			store(n, channel/tileRows, y*c.wo, sum)
		}
	}
}
