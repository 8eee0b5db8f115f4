package kernels

// SignStep is one step of a sign-gradient attack (Goodfellow et al. 2015,
// equation 1; iterated: Madry et al. 2018). With s the step, ε the budget and
// σ = sign g:
//
//	additive: clamp(clamp(x + s·σ, origin−ε, origin+ε), 0, 1)
//	Blend:    clamp(clamp((1−s)·x + s·σ, (1−ε)·origin−ε, (1−ε)·origin+ε), 0, 1)
//
// A blend of one step of ε, from the origin, is its own bounds: none is moved by
// more than 2ε, nor by any number of steps.
//
// With Shared, every channel takes the sign of the channels' summed gradient:
// a grey image stays grey. The sign of 0 is 0.
//
// Bindings: origin N×C×Inner, x likewise, g likewise, budget 2 (s, ε),
// y N×C×Inner.
type SignStep struct {
	N, C, Inner   int
	Blend, Shared bool
}

// Name implements Kernel.
func (k SignStep) Name() string { return "sign_step" }

// Workgroups implements Kernel: an invocation an element.
func (k SignStep) Workgroups() [3]int { return grid(k.N * k.C * k.Inner) }

// Bind implements Kernel.
func (k SignStep) Bind(_ *Workers, b [][]float32) []Stage {
	origin, x, g, y := b[0], b[1], b[2], b[4]
	return inParts(k.N*k.C, func(_, row int) {
		step, epsilon := b[3][0], b[3][1]
		first := row / k.C * k.C * k.Inner
		for i := range k.Inner {
			at := row*k.Inner + i
			slope := g[at]
			if k.Shared {
				slope = 0
				for c := range k.C {
					slope += g[first+c*k.Inner+i]
				}
			}
			move := step * sign(slope)
			v, middle := x[at]+move, origin[at]
			if k.Blend { // converted, so that no product is fused with a sum
				v, middle = float32((1-step)*x[at])+move, float32((1-epsilon)*middle)
			}
			y[at] = min(max(min(max(v, middle-epsilon), middle+epsilon), 0), 1)
		}
	})
}
