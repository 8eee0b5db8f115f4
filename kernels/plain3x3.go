package kernels

import "slices"

// The shaders conv2d_tall and conv2d_tiled take filters of 3×3 with stride 1,
// padding 1 and one group, forward and backward: the input gradient is the
// convolution of dy with the filter reversed and its channels exchanged.

// plain3x3 is such a convolution, as its shaders see it.
type plain3x3 struct {
	bind     []int   // the kernel's bindings in the shaders' order
	shape    []int32 // the Shape of conv2d_tall.wgsl, field for field
	up       int
	both     bool
	gradient bool
}

// Variants implements Varied.
func (k Conv2D) Variants() []Variant {
	if !is3x3(k.KH, k.KW, k.Stride, k.Pad, k.Extra, k.Groups) || k.Up > 2 {
		return k.depthwiseVariant()
	}
	cin := int32(k.Ca + k.Cb)
	return plain3x3{[]int{0, 1, 2, 3, 4}, []int32{
		int32(k.N), int32(k.Ca), int32(k.Cb), int32(k.H), int32(k.W), int32(k.Cout),
		0, 9 * cin, 9, 0, flag(k.Bias), int32(k.Act),
	}, k.Up, k.Up > 1 || k.Cb > 0, false}.variants()
}

// Variants implements Varied.
func (k Conv2DGradInput) Variants() []Variant {
	if !is3x3(k.KH, k.KW, k.Stride, k.Pad, k.Extra, k.Groups) {
		return k.depthwiseVariant()
	}
	return plain3x3{[]int{0, 1, 2, 2, 3}, []int32{
		int32(k.N), int32(k.Cout), 0, int32(k.H), int32(k.W), int32(k.C),
		9 * int32(k.First), 9, 9 * int32(k.Cin), flag(k.Mask), 0, 0,
	}, 1, false, true}.variants()
}

func is3x3(kh, kw, stride, pad, extra, groups int) bool {
	return kh == 3 && kw == 3 && stride == 1 && pad == 1 && extra == 0 && groups == 1
}

func (k plain3x3) variants() []Variant {
	n, h, w, out := int(k.shape[0]), int(k.shape[3]), int(k.shape[4]), int(k.shape[5])
	v := Variant{Bind: k.bind, Shape: k.shape}
	tall, tiled := v, v
	flip := 8 * flag(k.gradient)
	tall.Constants = []Constant{{"Up", float64(k.up)}, {"Both", float64(flag(k.both))}, {"Mask", float64(flag(k.gradient))}, {"Flip", float64(flip)}}
	tall.Name, tall.Software = "conv2d_tall", true
	tall.Workgroups = grid(n * ((out + 7) / 8) * ((h + 15) / 16) * w)

	wide, channels := out > 8, 8
	if wide {
		channels = 16
	}
	tiled.Name, tiled.Barriers = "conv2d_tiled", true
	tiled.Constants = []Constant{{"Wide", float64(flag(wide))}}
	tiled.Shape = append(slices.Clone(k.shape), int32(k.up), flip)
	tiled.Workgroups = [3]int{(w + 15) / 16, (h + 15) / 16, n * ((out + channels - 1) / channels)}
	return []Variant{tall, tiled}
}
