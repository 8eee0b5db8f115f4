package net

import (
	"math"

	"segfault/core"
)

// luminance is the table of JPEG's annex K, for a quality of 50.
var luminance = [8][8]float64{
	{16, 11, 10, 16, 24, 40, 51, 61}, {12, 12, 14, 19, 26, 58, 60, 55}, {14, 13, 16, 24, 40, 57, 69, 56}, {14, 17, 22, 29, 51, 87, 80, 62},
	{18, 22, 37, 56, 68, 109, 103, 77}, {24, 35, 55, 64, 81, 104, 113, 92}, {49, 64, 78, 87, 103, 121, 120, 101}, {72, 92, 95, 98, 112, 100, 103, 99},
}

// jpeg is what a JPEG of grey channels leaves of them: the cosines of blocks of 8×8, rounded to steps of a table. Rounding is gone straight
// through. Of a side that is no multiple of 8 the last blocks are smaller.
func jpeg(x *core.Node) *core.Node {
	const quality, middle = 75, 128. / 255
	height, width := x.Shape[2], x.Shape[3]
	steps := core.NewTensor(1, 1, height, width)
	for i := range steps.Data {
		step := math.Floor((luminance[i/width%8][i%width%8]*(200-2*quality) + 50) / 100)
		steps.Data[i] = float32(step / 255)
	}
	table := core.NewParameter("", steps)
	cosines := core.Resample(core.Affine(x, 1, -middle), blocks(height, false), blocks(width, false))
	rounded := Straight(core.Round)(core.Div(cosines, table))
	return core.Affine(core.Resample(core.Mul(rounded, table), blocks(height, true), blocks(width, true)), 1, middle)
}

// blocks is the orthonormal cosine transform of blocks of 8, or its transposed, which is its inverse.
func blocks(n int, inverse bool) *core.Band {
	return core.NewBand(n, n, func(o int) (int, []float64) {
		first := o / 8 * 8
		weights := make([]float64, min(8, n-first))
		for i := range weights {
			frequency, at := o-first, i
			if inverse {
				frequency, at = at, frequency
			}
			weights[i] = math.Sqrt(2/float64(len(weights))) * math.Cos(math.Pi*float64(frequency)*(float64(at)+0.5)/float64(len(weights)))
			if frequency == 0 {
				weights[i] /= math.Sqrt2
			}
		}
		return first, weights
	})
}
