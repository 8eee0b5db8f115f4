package kernels

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// naiveGradWeight is the gradient of a convolution's weights by its definition, in float64.
func naiveGradWeight(k Conv2DGradWeight, x, dy []float32) []float32 {
	ho, wo := k.Over(k.H, k.W)
	cin, cout := k.Ca/k.Groups, k.Cout/k.Groups
	dw := make([]float32, k.Cout*cin*k.KH*k.KW)
	for i := range dw {
		kx, ky, ci, co := i%k.KW, i/k.KW%k.KH, i/k.KW/k.KH%cin, i/k.KW/k.KH/cin
		var s float64
		for n := range k.N {
			for p := range ho * wo {
				y, x0 := p/wo*k.StrideH+ky*k.DilationH-k.Top, p%wo*k.StrideW+kx*k.DilationW-k.Left
				if y >= 0 && y < k.H && x0 >= 0 && x0 < k.W {
					s += float64(dy[(n*k.Cout+co)*ho*wo+p]) * float64(x[((n*k.Ca+co/cout*cin+ci)*k.H+y)*k.W+x0])
				}
			}
		}
		dw[i] = float32(s)
	}
	return dw
}

func TestConv2DGradWeightIsItsDefinition(t *testing.T) {
	for name, k := range map[string]Conv2DGradWeight{
		"images stacked, the last alone": {N: 7, Ca: 3, H: 20, W: 24, Cout: 5, Window: square(3, 3, 1, 1), Groups: 1},
		"single pixels":                  {N: 5, Ca: 2, H: 1, W: 1, Cout: 3, Window: square(3, 3, 1, 1), Groups: 1},
		"more rows than a product takes": {N: 3, Ca: 2, H: 90, W: 70, Cout: 2, Window: square(3, 3, 1, 1), Groups: 1},
		"a filter of more padding":       {N: 4, Ca: 2, H: 5, W: 6, Cout: 4, Window: square(3, 3, 1, 4), Groups: 1},
		"padding at the end":             {N: 4, Ca: 2, H: 5, W: 6, Cout: 4, Window: overEnd(square(3, 3, 1, 0), 2), Groups: 1},
		"an image cut off":               {N: 4, Ca: 2, H: 8, W: 9, Cout: 4, Window: overEnd(square(3, 3, 1, -1), 2), Groups: 1},
		"strides":                        {N: 5, Ca: 3, H: 9, W: 11, Cout: 4, Window: square(3, 5, 2, 1), Groups: 1},
		"dilation":                       {N: 5, Ca: 3, H: 9, W: 11, Cout: 4, Window: Window{KH: 3, KW: 3, StrideH: 1, StrideW: 1, DilationH: 2, DilationW: 3, Top: 2, Left: 3, Bottom: 2, Right: 3}, Groups: 1},
		"groups":                         {N: 4, Ca: 6, H: 6, W: 7, Cout: 9, Window: square(3, 3, 1, 1), Groups: 3},
		"depthwise":                      {N: 4, Ca: 3, H: 9, W: 6, Cout: 3, Window: square(5, 5, 1, 2), Groups: 3},
		"pointwise, short planes":        {N: 5, Ca: 4, H: 3, W: 5, Cout: 6, Window: square(1, 1, 1, 0), Groups: 1},
		"pointwise, long planes":         {N: 3, Ca: 4, H: 16, W: 24, Cout: 4, Window: square(1, 1, 1, 0), Groups: 1},
	} {
		t.Run(name, func(t *testing.T) {
			k.Up = 1
			ho, wo := k.Over(k.H, k.W)
			x, dy := uniform(k.N*k.Ca*k.H*k.W, 1), uniform(k.N*k.Cout*ho*wo, 2)
			want := naiveGradWeight(k, x, dy)
			run := func(workers int) []float32 {
				dw := make([]float32, len(want)+5) // buffers are lent, and may be larger
				w := NewWorkers(workers)
				w.Run(k.Bind(w, [][]float32{x, nil, dy, dw}))
				return dw[:len(want)]
			}
			one := run(1)
			// sums of up to 19,000 products below 1: float32 rounding stays under 1e-3
			assert.InDeltaSlice(t, want, one, 1e-3)
			assert.Equal(t, one, run(3), "on three workers")
		})
	}
}
