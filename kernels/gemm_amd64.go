package kernels

import "golang.org/x/sys/cpu"

// stripWidth is how many columns (pixels) madd computes at once: 3 YMM registers.
const stripWidth = 24

const simdName = "AVX2"

var hasSIMD = cpu.X86.HasAVX2 && cpu.X86.HasFMA

//go:noescape
func maddAVX2(dst *float32, ds int, src *float32, off *int32, k int, w *float32, strips int)

//go:noescape
func dotAVX2(out, a *float32, sa int, b0, b1, b2 *float32, n int)

func maddSIMD(dst []float32, ds int, src []float32, off []int32, w []float32, strips int) {
	maddAVX2(&dst[0], ds, &src[0], &off[0], len(off), &w[0], strips)
}

func dotSIMD(out *[tileRows * dotColumns]float32, a []float32, sa int, b []float32, off [dotColumns]int32, n int) {
	dotAVX2(&out[0], &a[0], sa, &b[off[0]], &b[off[1]], &b[off[2]], n)
}
