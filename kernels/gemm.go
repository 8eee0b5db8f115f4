package kernels

// The two inner loops that convolutions are made of. Both hold twelve
// accumulators in registers (4 rows × 3 vectors) and read one operand through
// a table of offsets, so that a convolution never writes out its im2col matrix.

// tileRows is how many rows (output channels) an inner loop computes at once.
const tileRows = 4

// dotColumns is how many offsets dot takes at once.
const dotColumns = 3

// madd computes, for m < 4 and p < strips·stripWidth,
//
//	dst[m·ds + p] = Σ_k w[4k + m] · src[off[k] + p].
//
// src must be readable to off[k] + strips·stripWidth for every k.
func madd(dst []float32, ds int, src []float32, off []int32, w []float32, strips int) {
	if useSIMD {
		vectors.madd(dst, ds, src, off, w, strips)
		return
	}
	n := strips * stripWidth
	for m := range tileRows {
		clear(dst[m*ds : m*ds+n])
	}
	for k, o := range off {
		s := src[o:][:n]
		for m := range tileRows {
			d, a := dst[m*ds:][:n], w[tileRows*k+m]
			for i, v := range s { // the product is exact: this rounds once, as the vector loops' fused instruction does
				d[i] = float32(float64(a)*float64(v) + float64(d[i]))
			}
		}
	}
}

// dot computes, for m < 4 and j < 3,
//
//	out[3m + j] = Σ_i a[m·sa + i] · b[off[j] + i],   i < n,
//
// with n a multiple of 8.
func dot(out *[tileRows * dotColumns]float32, a []float32, sa int, b []float32, off [dotColumns]int32, n int) {
	if useSIMD {
		vectors.dot(out, a, sa, b, off, n)
		return
	}
	for m := range tileRows {
		x := a[m*sa:][:n]
		for j, o := range off {
			y := b[o:][:n]
			var s float32
			for i, v := range x {
				s += v * y[i]
			}
			out[dotColumns*m+j] = s
		}
	}
}
