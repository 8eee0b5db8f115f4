package kernels

import "slices"

// byRows turns a correlation with one channel in and one out of every group (a
// depthwise convolution) into one that fills the inner loops: four rows of
// output take the place of four output channels. Row 4q+m is channel m of row q
// in a correlation whose rows step four times as far, with a filter that is
// taller by three steps and holds the filter m steps down, zeros elsewhere. The
// products are added in the order that they had.
func (c *correlation) byRows() {
	store, rows, step, ho := c.store, c.ys, c.sy, c.ho
	c.cout = tileRows
	c.ho = (ho + tileRows - 1) / tileRows
	c.ys = nil
	c.sy *= tileRows
	for y := range rows[len(rows)-1] + (tileRows-1)*step + 1 {
		var at [tileRows]int
		for m := range at {
			at[m] = slices.Index(rows, y-m*step)
		}
		if at != [...]int{-1, -1, -1, -1} {
			c.ys, c.held = append(c.ys, y), append(c.held, at)
		}
	}
	c.store = func(n, channel, at int, sum []float32) {
		if y := at/c.wo*tileRows + channel%tileRows; y < ho {
			store(n, channel/tileRows, y*c.wo, sum)
		}
	}
}

// packRows packs a channel's filter four times: of each row in ys that which held
// says, m steps down.
func (c *correlation) packRows(dst []float32, base int) {
	width := len(c.xs)
	for y, held := range c.held {
		run := dst[y*width*tileRows:][:width*tileRows]
		for m, row := range held {
			if row < 0 {
				for at := m; at < len(run); at += tileRows {
					run[at] = 0
				}
				continue
			}
			from := base + row*c.filters.row
			for at := m; at < len(run); at += tileRows {
				run[at] = c.filters.weights[from]
				from += c.filters.column
			}
		}
	}
}
