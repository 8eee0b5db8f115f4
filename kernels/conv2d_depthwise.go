package kernels

// depthwiseSizes are the Sizes of conv2d_depthwise.wgsl, the shader for filters
// that each see one channel.
type depthwiseSizes struct {
	Planes, Channels int32
	FromH, FromW     int32
	H, W             int32
	KH, KW           int32
	StrideH, StrideW int32
	Top, Left        int32
	Gradient, Bias   int32
}

// depthwise is that shader, for a convolution that it can compute.
func (k Conv2D) depthwise() []Shader {
	if !k.Window.dense() || k.Groups == 1 || k.Groups != k.Cout || k.Groups != k.Ca || k.Cb > 0 || k.Up > 1 {
		return nil
	}
	ho, wo := k.Out()
	s := depthwiseOf(k.Window, k.N*k.Ca, k.Ca, k.H, k.W, ho, wo)
	s.Bias = flag(k.Bias)
	return s.shader([]int{0, 1, 2, 3}, k.ends(), 1, k.Act, Identity, k.Plus, k.Keep)
}

func (k Conv2DGradInput) depthwise() []Shader {
	if !k.Window.dense() || k.Groups == 1 || k.Groups != k.Cout || k.Groups != k.C || k.Up > 1 {
		return nil
	}
	ho, wo := k.Out()
	s := depthwiseOf(k.Window, k.N*k.C, k.C, ho, wo, k.H, k.W)
	s.Gradient = 1
	return s.shader([]int{0, 1, 2, 0}, k.ends(), k.StrideH, Identity, k.Gate, k.Plus, false)
}

// dense is whether taps lie side by side, and nothing is cut off before the first.
func (w Window) dense() bool {
	return w.DilationH == 1 && w.DilationW == 1 && w.Top >= 0 && w.Left >= 0
}

func depthwiseOf(w Window, planes, channels, fromH, fromW, h, width int) depthwiseSizes {
	return depthwiseSizes{
		Planes: int32(planes), Channels: int32(channels),
		FromH: int32(fromH), FromW: int32(fromW), H: int32(h), W: int32(width),
		KH: int32(w.KH), KW: int32(w.KW), StrideH: int32(w.StrideH), StrideW: int32(w.StrideW), Top: int32(w.Top), Left: int32(w.Left),
	}
}

// shader computes pixels that are apart rows from each other, and does with the sums what there is to do.
func (s depthwiseSizes) shader(bind []int, ends [3]int, apart int, act, gate Activation, plus, keep bool) []Shader {
	towers := (int(s.H) + 4*apart - 1) / (4 * apart) * apart
	return []Shader{{Name: "conv2d_depthwise", Bind: append(bind, ends[:]...), Writes: 2, Sizes: &s, Needs: Needs{Invocations: invocations},
		Constants: []Constant{{"Act", float64(act)}, {"Gate", float64(gate)}, {"Plus", float64(flag(plus))}, {"Keep", float64(flag(keep))}},
		Groups:    grid(int(s.Planes) * towers * int(s.W))}}
}
