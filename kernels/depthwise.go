package kernels

// byRows turns a correlation with one channel in and one out of every group (a
// depthwise convolution) into one that fills the inner loops: four rows of
// output take the place of four output channels. Row 4q+m is channel m of row q
// in a correlation whose rows step four times as far, with a filter that is
// taller by three steps and holds the filter m steps down, zeros elsewhere. The
// products are added in the order that they had.
func (c *correlation) byRows() {
	weight, store, kh, step, ho := c.weight, c.store, c.kh, c.sy, c.ho
	c.cout = tileRows
	c.ho = (ho + tileRows - 1) / tileRows
	c.kh += (tileRows - 1) * step
	c.sy *= tileRows
	c.weight = func(g, m, ky, kx int) (int, int) {
		if ky -= m * step; ky < 0 || ky >= kh {
			return -1, 0
		}
		return weight(g, 0, ky, kx)
	}
	c.store = func(n, channel, at int, sum []float32) {
		if y := at/c.wo*tileRows + channel%tileRows; y < ho {
			store(n, channel/tileRows, y*c.wo, sum)
		}
	}
}
