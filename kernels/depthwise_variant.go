package kernels

// depthwiseVariant is the shader for filters that each see one channel.
func (k Conv2D) depthwiseVariant() []Variant {
	if k.Groups == 1 || k.Groups != k.Cout || k.Groups != k.Ca || k.Cb > 0 || k.Up > 1 {
		return nil
	}
	ho, wo := k.Out()
	return []Variant{depthwiseVariant([]int{0, 1, 2, 3, 4}, 1, []int32{
		int32(k.N * k.Ca), int32(k.Ca), int32(k.H), int32(k.W), int32(ho), int32(wo),
		int32(k.KH), int32(k.KW), int32(k.Stride), int32(k.Pad), 0, 0, flag(k.Bias), int32(k.Act),
	})}
}

func (k Conv2DGradInput) depthwiseVariant() []Variant {
	if k.Groups == 1 || k.Groups != k.Cout || k.Groups != k.C {
		return nil
	}
	ho, wo := k.Out()
	return []Variant{depthwiseVariant([]int{0, 1, 2, 2, 3}, k.Stride, []int32{
		int32(k.N * k.C), int32(k.C), int32(ho), int32(wo), int32(k.H), int32(k.W),
		int32(k.KH), int32(k.KW), int32(k.Stride), int32(k.Pad), 1, flag(k.Mask), 0, 0,
	})}
}

// depthwiseVariant computes pixels that are apart rows from each other; shape
// is the shader's Shape, field for field.
func depthwiseVariant(bind []int, apart int, shape []int32) Variant {
	planes, h, w := int(shape[0]), int(shape[4]), int(shape[5])
	towers := (h + 4*apart - 1) / (4 * apart) * apart
	return Variant{Name: "conv2d_depthwise", Bind: bind, Shape: shape, Workgroups: grid(planes * towers * w)}
}
