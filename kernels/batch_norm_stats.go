package kernels

// BatchNormStats measures a batch: the mean and the biased variance of every
// channel.
//
// Bindings: x N×C×Inner, stats 2×C (means, then variances).
type BatchNormStats struct{ N, C, Inner int }

// Name implements Kernel.
func (k BatchNormStats) Name() string { return "batch_norm_stats" }

// Workgroups implements Kernel: an invocation a channel.
func (k BatchNormStats) Workgroups() [3]int { return grid(k.C) }

// batchNormSpan is how many elements are summed in float32 before the sum goes
// into a float64: few enough to stay in the first-level cache, too.
const batchNormSpan = 4096

// Bind implements Kernel: two passes, short sums in float32 combined in float64,
// so that a large mean does not drown a small variance.
func (k BatchNormStats) Bind(w *Workers, b [][]float32) []Stage {
	x, stats := b[0], b[1]
	w.reserve(0, batchNormSpan)
	return inParts(k.C, func(worker, c int) {
		line := w.scratchOf(worker, 0, batchNormSpan)
		var mean, square float64
		for n := range k.N {
			mean += sum64(x[(n*k.C+c)*k.Inner:][:k.Inner])
		}
		count := float64(k.N * k.Inner)
		mean /= count
		for n := range k.N {
			row := x[(n*k.C+c)*k.Inner:][:k.Inner]
			for lo := 0; lo < k.Inner; lo += batchNormSpan {
				part := row[lo:min(lo+batchNormSpan, k.Inner)]
				d := line[:len(part)]
				scaleShift(d, part, 1, -float32(mean), Identity)
				_, s := products(d, d, 0)
				square += float64(s)
			}
		}
		stats[c], stats[k.C+c] = float32(mean), float32(square/count)
	})
}
