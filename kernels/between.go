package kernels

import "math"

// Between lets through what is gated by a number between Low and High, and
// scales the rest by Slope: with Low = 0 it is the leaky ReLU and its gradient,
// with Slope = 0 the gradient of a clamp.
//
// Bindings: x Count, gate Count, y Count.
type Between struct {
	Count            int
	Low, High, Slope float32
}

// Name implements Kernel.
func (k Between) Name() string { return "between" }

// Workgroups implements Kernel.
func (k Between) Workgroups() [3]int { return grid(k.Count) }

// Bind implements Kernel.
func (k Between) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.Count, func(lo, hi int) { k.apply(b[2][lo:hi], b[0][lo:hi], b[1][lo:hi]) })
}

func (k Between) apply(y, x, gate []float32) {
	if k.Low == 0 && k.High == math.MaxFloat32 {
		leaky(y, x, gate, k.Slope)
		return
	}
	for i, v := range x {
		if !(gate[i] > k.Low && gate[i] < k.High) {
			v *= k.Slope
		}
		y[i] = v
	}
}

// leaky is x where 0 < gate < math.MaxFloat32, else slope·x, chosen without a
// branch as gate does.
func leaky(dst, x, gate []float32, slope float32) {
	for i, v := range x {
		bits := math.Float32bits(gate[i])
		keep := uint32(int32(-bits&(bits-(infinity-1))) >> 31) // all ones from 1 to what is below the largest number
		dst[i] = math.Float32frombits(math.Float32bits(v)&keep | math.Float32bits(slope*v)&^keep)
	}
}
