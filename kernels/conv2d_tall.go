package kernels

// The shader conv2d_tall takes filters of 3×3 with stride 1, padding 1 and one
// group, forward and backward: the input gradient is the convolution of dy with
// the filter reversed and its channels exchanged.

// plain is how such filters move.
var plain = Window{KH: 3, KW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Top: 1, Left: 1, Bottom: 1, Right: 1}

// tallSizes are the Sizes of conv2d_tall.wgsl.
type tallSizes struct {
	N, A, B, H, W, Out  int32
	First, Next, Source int32
	Gate, Bias, Plus    int32
	Act, Keep           int32
}

// Others implements Varied.
func (k Conv2D) Others() []Shader { return append(k.tall(), k.depthwise()...) }

// Others implements Varied.
func (k Conv2DGradInput) Others() []Shader { return append(k.tall(), k.depthwise()...) }

// tall is that shader, for a convolution that it can compute.
func (k Conv2D) tall() []Shader {
	if k.Window != plain || k.Groups > 1 || k.Up > 2 {
		return nil
	}
	s := tallSizes{
		N: int32(k.N), A: int32(k.Ca), B: int32(k.Cb), H: int32(k.H), W: int32(k.W), Out: int32(k.Cout),
		Next: int32(9 * (k.Ca + k.Cb)), Source: 9, Bias: flag(k.Bias), Plus: flag(k.Plus),
		Act: int32(k.Act), Keep: flag(k.Keep),
	}
	return []Shader{s.shader([]int{0, 1, 2, 3}, k.ends(), k.Up, k.Up > 1 || k.Cb > 0, 0)}
}

// tall is that shader; the gradient of an upsampled source it makes at full size.
func (k Conv2DGradInput) tall() []Shader {
	if k.Window != plain || k.Groups > 1 {
		return nil
	}
	s := tallSizes{
		N: int32(k.N), A: int32(k.Cout), H: int32(k.H), W: int32(k.W), Out: int32(k.C),
		First: int32(9 * k.First), Next: 9, Source: int32(9 * k.Cin), Plus: flag(k.Plus), Gate: int32(k.Gate),
	}
	if k.Up == 1 {
		return []Shader{s.shader([]int{0, 1, 2, 0}, k.ends(), 1, false, 8)}
	}
	s.Gate = 0
	whole := s.shader([]int{0, 0, 2, 0}, [3]int{0, Spare, Parts}, 1, false, 8)
	whole.Scratch = k.N * k.C * k.H * k.W
	sum := Shaders(UpsampleNearestGrad{N: k.N * k.C, H: k.H / k.Up, W: k.W / k.Up, Factor: k.Up, Gate: k.Gate == ReLU})[0]
	sum.Bind = []int{Parts, 1, 3}
	whole.Next = &sum
	return []Shader{whole}
}

// shader binds as told. both says whether there is more than one source, or an
// upsampled one, and flip is 8 to walk the filter backwards.
func (s tallSizes) shader(bind []int, ends [3]int, up int, both bool, flip float64) Shader {
	more := s.Plus+s.Keep > 0 || max(Activation(s.Act), Activation(s.Gate)) > ReLU
	return Shader{Name: "conv2d_tall", Bind: append(bind, ends[:]...), Writes: 2, Sizes: &s, Software: true, Needs: Needs{Invocations: invocations},
		Constants: []Constant{{"Up", float64(up)}, {"Both", float64(flag(both))}, {"Flip", flip}, {"More", float64(flag(more))}},
		Groups:    grid(int(s.N * ((s.Out + 7) / 8) * ((s.H + 15) / 16) * s.W))}
}
