package kernels

// FLOPs counts a kernel's floating-point operations, a multiplication and an
// addition for each product of a convolution; other kernels count as nothing.
func FLOPs(k Kernel) int {
	switch k := k.(type) {
	case Conv2D:
		ho, wo := k.Out()
		return 2 * k.N * k.Cout * ho * wo * (k.Ca + k.Cb) / k.Groups * k.KH * k.KW
	case Conv2DGradInput:
		ho, wo := k.Out()
		return 2 * k.N * k.Cout * ho * wo * k.C / k.Groups * k.KH * k.KW
	case Conv2DGradWeight:
		ho, wo := Conv2D{H: k.H, W: k.W, KH: k.KH, KW: k.KW, Stride: k.Stride, Pad: k.Pad, Extra: k.Extra}.Out()
		return 2 * k.N * k.Cout * ho * wo * (k.Ca + k.Cb) / k.Groups * k.KH * k.KW
	}
	return 0
}
