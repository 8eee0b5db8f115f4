package kernels

import "math"

// Adam is one step of AdamW (Loshchilov and Hutter 2019, algorithm 2): weight
// decay is taken from the parameter, not mixed into the gradient.
//
// Bindings: g Count, rate 3 (learning rate, 1−Beta1ᵗ, 1−Beta2ᵗ), and, updated
// in place, p Count, m Count, v Count.
type Adam struct {
	Count             int
	Beta1, Beta2, Eps float32
	Decay             float32
}

// Name implements Kernel.
func (k Adam) Name() string { return "adam" }

// Updates implements Updater: p, m and v.
func (k Adam) Updates() int { return 3 }

// Workgroups implements Kernel.
func (k Adam) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Adam) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) {
		rate, correct1, correct2 := b[1][0], b[1][1], b[1][2]
		g, p, m, v := b[0][lo:hi], b[2][lo:hi], b[3][lo:hi], b[4][lo:hi]
		for i, d := range g {
			m[i] += (1 - k.Beta1) * (d - m[i])
			v[i] += (1 - k.Beta2) * (d*d - v[i])
			p[i] -= rate * (k.Decay*p[i] + m[i]/correct1/(float32(math.Sqrt(float64(v[i]/correct2)))+k.Eps))
		}
	})
}
