package kernels

// The shader conv2d_tall takes filters of 3×3 with stride 1, padding 1 and one
// group, forward and backward: the input gradient is the convolution of dy with
// the filter reversed and its channels exchanged.

// Variants implements Varied.
func (k Conv2D) Variants() []Variant {
	if !plain3x3(k.KH, k.KW, k.Stride, k.Pad, k.Extra, k.Groups) || k.Up > 2 {
		return nil
	}
	cin := int32(k.Ca + k.Cb)
	return []Variant{tall(k.Cout, k.Up, k.Up > 1 || k.Cb > 0, false, []int{0, 1, 2, 3, 4}, []int32{
		int32(k.N), int32(k.Ca), int32(k.Cb), int32(k.H), int32(k.W), int32(k.Cout),
		0, 9 * cin, 9, 0, flag(k.Bias), int32(k.Act),
	})}
}

// Variants implements Varied.
func (k Conv2DGradInput) Variants() []Variant {
	if !plain3x3(k.KH, k.KW, k.Stride, k.Pad, k.Extra, k.Groups) {
		return nil
	}
	return []Variant{tall(k.C, 1, false, true, []int{0, 1, 2, 2, 3}, []int32{
		int32(k.N), int32(k.Cout), 0, int32(k.H), int32(k.W), int32(k.C),
		9 * int32(k.First), 9, 9 * int32(k.Cin), flag(k.Mask), 0, 0,
	})}
}

func plain3x3(kh, kw, stride, pad, extra, groups int) bool {
	return kh == 3 && kw == 3 && stride == 1 && pad == 1 && extra == 0 && groups == 1
}

// tall is the variant for out channels; shape is the shader's Shape, field for field.
func tall(out, up int, both, gradient bool, bind []int, shape []int32) Variant {
	n, h, w := int(shape[0]), int(shape[3]), int(shape[4])
	v := Variant{Name: "conv2d_tall", Bind: bind, Shape: shape, Software: true,
		Workgroups: grid(n * ((out + 7) / 8) * ((h + 15) / 16) * w)}
	v.Constants = []Constant{{"Up", float64(up)}, {"Both", float64(flag(both))}, {"Mask", float64(flag(gradient))}, {"Flip", 0}}
	if gradient {
		v.Constants[3].Value = 8
	}
	return v
}
