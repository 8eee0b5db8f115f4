package kernels

// The shaders conv2d_tall and conv2d_tiled take filters of 3×3 with stride 1,
// padding 1 and one group, forward and backward: the input gradient is the
// convolution of dy with the filter reversed and its channels exchanged.

// plain is how such filters move.
var plain = Window{KH: 3, KW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Top: 1, Left: 1, Bottom: 1, Right: 1}

// tallSizes are the Sizes of conv2d_tall.wgsl.
type tallSizes struct {
	N, A, B, H, W, Out  int32
	First, Next, Source int32
	Mask, Bias, Act     int32
}

// tiledSizes are the Sizes of conv2d_tiled.wgsl.
type tiledSizes struct {
	tallSizes
	Up, Flip int32
}

// Others implements Varied.
func (k Conv2D) Others() []Shader {
	if k.Window != plain || k.Groups > 1 || k.Up > 2 {
		return k.depthwise()
	}
	cin := k.Ca + k.Cb
	return shaders3x3([]int{0, 1, 2, 3, 4}, tiledSizes{tallSizes{
		N: int32(k.N), A: int32(k.Ca), B: int32(k.Cb), H: int32(k.H), W: int32(k.W), Out: int32(k.Cout),
		Next: int32(9 * cin), Source: 9, Bias: flag(k.Bias), Act: int32(k.Act),
	}, int32(k.Up), 0}, k.Up > 1 || k.Cb > 0)
}

// Others implements Varied.
func (k Conv2DGradInput) Others() []Shader {
	if k.Window != plain || k.Groups > 1 {
		return k.depthwise()
	}
	return shaders3x3([]int{0, 1, 2, 2, 3}, tiledSizes{tallSizes{
		N: int32(k.N), A: int32(k.Cout), H: int32(k.H), W: int32(k.W), Out: int32(k.C),
		First: int32(9 * k.First), Next: 9, Source: int32(9 * k.Cin), Mask: flag(k.Mask),
	}, 1, 8}, false)
}

// shaders3x3 are both. bind is the kernel's bindings in the shaders' order; both
// says whether there is more than one source, or an upsampled one.
func shaders3x3(bind []int, s tiledSizes, both bool) []Shader {
	n, h, w, out := int(s.N), int(s.H), int(s.W), int(s.Out)
	backward := s.Flip > 0
	tall := Shader{Name: "conv2d_tall", Bind: bind, Sizes: &s.tallSizes, Software: true, Needs: Needs{Invocations: invocations},
		Constants: []Constant{{"Up", float64(s.Up)}, {"Both", float64(flag(both))}, {"Mask", float64(flag(backward))}, {"Flip", float64(s.Flip)}},
		Groups:    grid(n * ((out + 7) / 8) * ((h + 15) / 16) * w)}

	wide, channels := out > 8, 8
	if wide {
		channels = 16
	}
	tiled := Shader{Name: "conv2d_tiled", Bind: bind, Sizes: &s,
		Needs:     Needs{Memory: 4*4*18*20 + 16*4*9*4, Invocations: invocations, Barriers: true},
		Constants: []Constant{{"Wide", float64(flag(wide))}},
		Groups:    [3]int{(w + 15) / 16, (h + 15) / 16, n * ((out + channels - 1) / channels)}}
	return []Shader{tall, tiled}
}
