package kernels

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Packing moves numbers and computes nothing: each has its place, whether vectors move it or not.
func TestPanelsHoldEachWeightOnce(t *testing.T) {
	for name, c := range map[string]correlation{
		"3×3":                      {cin: 70, cout: 6, ys: taps(3, 1), xs: taps(3, 1), filters: filters{first: 0, out: 70 * 9, in: 9, row: 3, column: 1}},
		"3×3, backwards":           {cin: 70, cout: 6, ys: taps(3, 1), xs: taps(3, 1), filters: filters{first: 8, out: 9, in: 6 * 9, row: -3, column: -1}},
		"3×3, channels outermost":  {cin: 5, cout: 8, outermost: true, ys: taps(3, 1), xs: taps(3, 1), filters: filters{first: 0, out: 5 * 9, in: 9, row: 3, column: 1}},
		"2×2":                      {cin: 3, cout: 4, ys: taps(2, 1), xs: taps(2, 1), filters: filters{first: 0, out: 3 * 4, in: 4, row: 2, column: 1}},
		"5×5, dilated, backwards":  {cin: 3, cout: 4, ys: taps(5, 2), xs: taps(5, 2), filters: filters{first: 24, out: 25, in: 4 * 25, row: -5, column: -1}},
		"one pixel":                {cin: 71, cout: 7, ys: taps(1, 1), xs: taps(1, 1), filters: filters{first: 0, out: 71, in: 1, row: 1, column: 1}},
		"one pixel, backwards":     {cin: 71, cout: 7, ys: taps(1, 1), xs: taps(1, 1), filters: filters{first: 0, out: 1, in: 7, row: -1, column: -1}},
		"one pixel of one channel": {cin: 1, cout: 4, ys: taps(1, 1), xs: taps(1, 1), filters: filters{first: 0, out: 1, in: 1, row: 1, column: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			perTile := c.cin * len(c.ys) * len(c.xs) * tileRows
			c.filters.weights = noise(3, c.cin*c.cout*len(c.ys)*len(c.xs))
			var want []float32
			for co := 0; co < c.cout; co += tileRows {
				c.taps(func(ky, kx, first, count int) {
					for ci := first; ci < first+count; ci++ {
						for m := co; m < co+tileRows; m++ {
							var v float32
							if f := c.filters; m < c.cout {
								v = f.weights[f.first+m*f.out+ci*f.in+ky*f.row+kx*f.column]
							}
							want = append(want, v)
						}
					}
				})
			}
			vector, scalar := bothWays(t, func() []float32 {
				panels := noise(4, len(want))
				for tile := range c.tiles() {
					c.packWeights(panels[tile*perTile:][:perTile], 0, tile*tileRows)
				}
				return panels
			})
			assert.Equal(t, want, vector, "by vectors")
			assert.Equal(t, want, scalar, "one by one")
		})
	}
}
