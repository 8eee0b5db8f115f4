package kernels

import "golang.org/x/sys/cpu"

// stripWidth is how many columns (pixels) madd computes at once: 3 YMM registers.
const stripWidth = 24

var (
	hasAVX2   = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	hasAVX512 = hasAVX2 && cpu.X86.HasAVX512F
)

func instructions() string {
	switch {
	case hasAVX512:
		return "AVX-512"
	case hasAVX2:
		return "AVX2"
	}
	return ""
}

//go:noescape
func maddAVX2(dst *float32, ds int, src *float32, off *int32, k int, w *float32, strips int)

//go:noescape
func dotAVX2(out, a *float32, sa int, b0, b1, b2 *float32, n int)

//go:noescape
func maddAVX512(dst *float32, ds int, src *float32, off *int32, k int, w *float32, strips int)

//go:noescape
func dotAVX512(out, a *float32, sa int, b0, b1, b2 *float32, n int)

//go:noescape
func transposeAVX2(dst *float32, between, apart int, weights *float32, out, step, count int)

func maddVectors(dst []float32, ds int, src []float32, off []int32, w []float32, strips int) {
	done := 0
	if hasAVX512 && strips > 1 {
		maddAVX512(&dst[0], ds, &src[0], &off[0], len(off), &w[0], strips/2)
		done = strips / 2 * 2
	}
	if done < strips {
		maddAVX2(&dst[done*stripWidth], ds, &src[done*stripWidth], &off[0], len(off), &w[0], strips-done)
	}
}

func dotVectors(out *[tileRows * dotColumns]float32, a []float32, sa int, b []float32, off [dotColumns]int32, n int) {
	if hasAVX512 {
		dotAVX512(&out[0], &a[0], sa, &b[off[0]], &b[off[1]], &b[off[2]], n)
		return
	}
	dotAVX2(&out[0], &a[0], sa, &b[off[0]], &b[off[1]], &b[off[2]], n)
}

func transposeVectors(dst []float32, between, apart int, weights []float32, out, step, count int) {
	transposeAVX2(&dst[0], between, apart, &weights[0], out, step, count)
}
