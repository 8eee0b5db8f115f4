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

// Run implements Kernel: two passes a row in float32, rows combined in float64,
// so that a large mean does not drown a small variance.
func (k BatchNormStats) Run(w *Workers, b [][]float32) {
	x, stats := b[0], b[1]
	w.Do(k.C, func(_, c int) {
		var mean, square float64
		for n := range k.N {
			mean += sum64(x[(n*k.C+c)*k.Inner:][:k.Inner])
		}
		count := float64(k.N * k.Inner)
		mean /= count
		for n := range k.N {
			var s float32
			for _, v := range x[(n*k.C+c)*k.Inner:][:k.Inner] {
				d := v - float32(mean)
				s += d * d
			}
			square += float64(s)
		}
		stats[c], stats[k.C+c] = float32(mean), float32(square/count)
	})
}
