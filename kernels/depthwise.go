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
	for m := range tileRows {
		for _, y := range rows {
			c.ys = append(c.ys, m*step+y)
		}
	}
	slices.Sort(c.ys)
	c.ys = slices.Compact(c.ys)
	c.sy *= tileRows
	held := make([][tileRows]int, len(c.ys)) // which row of the filter each is, m steps down; −1 for none
	for ky, y := range c.ys {
		for m := range tileRows {
			held[ky][m] = slices.Index(rows, y-m*step)
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
