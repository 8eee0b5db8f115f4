package kernels

// Cropped is a convolution, or the gradient of one, on a smaller image: the same
// channels, filter and shaders, with less to compute. sizes are those of its bindings.
func Cropped(k Kernel) (smaller Kernel, sizes []int, ok bool) {
	for _, side := range []int{16, 8} {
		switch k := k.(type) {
		case Conv2D:
			k.N, k.H, k.W = 1, cropped(k.H, side, k.KH, k.DilationH), cropped(k.W, side, k.KW, k.DilationW)
			ho, wo := k.Out()
			smaller = k
			second := max(1, k.Cb*k.H*k.W)
			if k.Scaled {
				second = k.Ca
			}
			sizes = []int{k.Ca * (k.H / k.Up) * (k.W / k.Up), second, k.Cout * ((k.Ca + k.Cb) / k.Groups) * k.KH * k.KW, k.Cout}
			for range 1 + int(flag(k.Plus)+flag(k.Keep)) {
				sizes = append(sizes, k.Cout*ho*wo)
			}
		case Conv2DGradInput:
			k.N, k.H, k.W = 1, cropped(k.H, side, k.KH, k.DilationH), cropped(k.W, side, k.KW, k.DilationW)
			ho, wo := k.Out()
			dx := k.C * (k.H / k.Up) * (k.W / k.Up)
			smaller = k
			sizes = []int{k.Cout * ho * wo, dx, k.Cout * (k.Cin / k.Groups) * k.KH * k.KW, dx}
			if k.Plus {
				sizes = append(sizes, dx)
			}
		default:
			return nil, nil, false
		}
		if FLOPs(smaller) < croppedWork {
			break
		}
	}
	return smaller, sizes, true
}

// croppedWork is how many operations the CPU does in some milliseconds.
const croppedWork = 1e8

// cropped keeps what is left over of the side, as which of a shader's ways are taken depends on it.
func cropped(n, side, taps, dilation int) int {
	if n < 3*side || (taps-1)*dilation >= side {
		return n
	}
	return side + n%side
}
