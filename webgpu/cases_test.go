//go:build js && wasm

package webgpu

import "segfault/kernels"

// kernelCase is a kernel with the sizes of its bindings.
type kernelCase struct {
	kernel kernels.Kernel
	sizes  []int
	low    float32 // inputs lie in [low, 1)
	scale  float32 // and are multiplied by this (1 where it is 0)
	coarse bool    // and are rounded to whole numbers, for ties and zeros
}

func kernelCases() []kernelCase {
	all := []kernelCase{
		{kernel: kernels.Affine{Count: 1000, Scale: -2.5, Shift: 0.75}, sizes: []int{1000, 1000}},
		// More than 32768 workgroups take a second row of them.
		{kernel: kernels.Affine{Count: 32768*64 + 77, Scale: 2, Shift: 1}, sizes: []int{32768*64 + 77, 32768*64 + 77}},
		{kernel: kernels.Copy(13, 70), sizes: []int{100, 70}},
		{kernel: viewOf(2, 0, kernels.Whole(2, 0), kernels.Whole(3, 1), kernels.Whole(35, 0)), sizes: []int{5, 210}},
		{kernel: viewOf(0, 0, kernels.Whole(5, 1), kernels.Whole(4, 30), kernels.Whole(6, 5)), sizes: []int{120, 120}},
		{kernel: viewOf(119, 0, kernels.Whole(4, -30), kernels.Whole(10, -3)), sizes: []int{120, 40}},
		{kernel: viewOf(0, 0.5, kernels.Axis{Size: 7, Stride: 6, Before: 2, Step: 1, Of: 4}, kernels.Axis{Size: 13, Stride: 1, Before: -3, Step: 2, Of: 6}), sizes: []int{24, 91}},
		{kernel: kernels.Lerp{Count: 65, Rate: 0.1}, sizes: []int{65, 65}},
		{kernel: kernels.Box{Count: 300, Epsilons: 1}, sizes: []int{300, 300, 1, 300}, low: -1, scale: 2},
		{kernel: kernels.Band{Rows: 2, In: 7, Out: 5, Inner: 3, Taps: 4}, sizes: []int{42, 25, 30}},                         // all rows begin at column 0
		{kernel: kernels.Band{Rows: 2, In: 7, Out: 5, Inner: 3, Taps: 4}, sizes: []int{42, 25, 30}, scale: 3, coarse: true}, // and up to 3
		{kernel: kernels.Adam{Count: 130, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Decay: 0.01},
			sizes: []int{130, 3, 130, 130, 130}, low: 0.01},
		{kernel: kernels.Between{Count: 300, Low: -0.25, High: 0.5, Slope: 0.1}, sizes: []int{300, 300, 300}, low: -1, scale: 2},
		{kernel: kernels.Most{N: 3, Inner: 70, Kept: 5}, sizes: []int{1050, 15}, low: -1, scale: 2},
		{kernel: kernels.Fold{Rows: 3, Inner: 1000, Parts: 64}, sizes: []int{3000, 192}},
		{kernel: kernels.Sum{N: 3, C: 5, Inner: 150, Kept: 1}, sizes: []int{2250, 5}},
		{kernel: kernels.Sum{N: 1, C: 70, Inner: 1, Kept: 1}, sizes: []int{70, 70}},
		{kernel: kernels.Sum{N: 2, C: 3, Inner: 70, Kept: 70}, sizes: []int{29400, 210}},
		{kernel: kernels.BatchNorm{N: 2, C: 3, Inner: 35, Eps: 1e-5}, sizes: []int{210, 6, 3, 3, 210}, low: 0.1},
		{kernel: kernels.BatchNorm{N: 2, C: 3, Inner: 35, Eps: 1e-5, Act: kernels.ReLU}, sizes: []int{210, 6, 3, 3, 210}, low: 0.1},
		{kernel: kernels.BatchNormStats{N: 2, C: 3, Inner: 200}, sizes: []int{1200, 6}},
		{kernel: kernels.BatchNormGradStats{N: 2, C: 3, Inner: 35, Eps: 1e-5}, sizes: []int{210, 210, 210, 6, 6}, low: 0.1},
		{kernel: kernels.BatchNormGradStats{N: 2, C: 3, Inner: 100, Eps: 1e-5, Act: kernels.ReLU}, sizes: []int{600, 600, 600, 6, 6},
			scale: 2, coarse: true}, // y is 0 here and there
		{kernel: kernels.BatchNormGrad{N: 2, C: 3, Inner: 35, Eps: 1e-5}, sizes: []int{210, 210, 210, 6, 6, 3, 210}, low: 0.1},
		{kernel: kernels.BatchNormGrad{N: 2, C: 3, Inner: 35, Eps: 1e-2, Act: kernels.ReLU}, sizes: []int{210, 210, 210, 6, 6, 3, 210},
			scale: 2, coarse: true},
		{kernel: kernels.MaxPool2D{N: 3, H: 8, W: 10, Window: square(2, 2, 2, 0)}, sizes: []int{240, 60}},
		{kernel: kernels.MaxPool2D{N: 3, H: 9, W: 7, Window: square(3, 3, 2, 0)}, sizes: []int{189, 36}},
		{kernel: kernels.MaxPool2D{N: 3, H: 8, W: 7, Window: square(3, 3, 2, 1)}, sizes: []int{168, 48}, low: -1},
		{kernel: kernels.Swish{Count: 300}, sizes: []int{300, 300}, low: -1, scale: 20},
		{kernel: kernels.SwishGrad{Count: 300}, sizes: []int{300, 300, 300}, low: -1, scale: 20},
		{kernel: kernels.Concat{N: 2, Widths: [kernels.MostParts]int{35, 77}}, sizes: []int{70, 154, 224}},
		{kernel: kernels.Concat{N: 3, Widths: [kernels.MostParts]int{1, 2, 3, 4, 5, 6, 7}}, sizes: []int{3, 6, 9, 12, 15, 18, 21, 84}},
		{kernel: kernels.UpsampleNearest{N: 2, H: 3, W: 5, Factor: 2}, sizes: []int{30, 120}},
		{kernel: kernels.UpsampleNearest{N: 2, H: 3, W: 5, Factor: 3}, sizes: []int{30, 270}},
		{kernel: kernels.UpsampleNearestGrad{N: 2, H: 3, W: 5, Factor: 2}, sizes: []int{120, 30, 30}},
		{kernel: kernels.UpsampleNearestGrad{N: 2, H: 3, W: 5, Factor: 3, Gate: true}, sizes: []int{270, 30, 30}, low: -1},
	}
	for op := kernels.Neg; op <= kernels.Sqrt; op++ {
		c := kernelCase{kernel: kernels.Unary{Count: 300, Op: op}, sizes: []int{300, 300}, low: -1, scale: 5}
		if op == kernels.Log || op == kernels.Reciprocal || op == kernels.Sqrt {
			c.low = 0.01
		}
		all = append(all, c)
	}
	for _, op := range []kernels.UnaryOp{kernels.Sigmoid, kernels.Softplus, kernels.Rectify, kernels.Positive} {
		// Far from zero, where eˣ overflows.
		all = append(all, kernelCase{kernel: kernels.Unary{Count: 300, Op: op}, sizes: []int{300, 300}, low: -1, scale: 200, coarse: true})
	}
	for op := kernels.Add; op <= kernels.WherePos; op++ {
		low := float32(-1)
		if op == kernels.Div {
			low = 0.1
		}
		all = append(all,
			kernelCase{kernel: kernels.Binary{Count: 120, Op: op, Div: 1, Mod: 120}, sizes: []int{120, 120, 120}, low: low},
			kernelCase{kernel: kernels.Binary{Count: 120, Op: op, Div: 10, Mod: 3}, sizes: []int{120, 3, 120}, low: low},
			kernelCase{kernel: kernels.Binary{Count: 120, Op: op, Div: 1, Mod: 1}, sizes: []int{120, 1, 120}, low: low})
	}
	all = append(all,
		kernelCase{kernel: kernels.Box{Count: 210, Epsilons: 1}, sizes: []int{210, 210, 1, 210}, low: -0.5, scale: 1.5},
		kernelCase{kernel: kernels.Box{Count: 210, Epsilons: 35}, sizes: []int{210, 210, 35, 210}, low: -0.5, scale: 1.5},
		kernelCase{kernel: kernels.Band{Rows: 2, In: 5, Out: 1, Inner: 3, Taps: 2}, sizes: []int{30, 3, 6}, coarse: true, scale: 3},
		kernelCase{kernel: kernels.Unary{Count: 300, Op: kernels.Inward}, sizes: []int{300, 300}, low: -1, scale: 70})
	for _, c := range []kernels.MaxPool2DGrad{
		{N: 3, H: 8, W: 10, Window: square(2, 2, 2, 0)}, {N: 3, H: 8, W: 10, Window: square(2, 2, 2, 0), Plus: true, Gate: true}, {N: 2, H: 9, W: 8, Window: square(2, 2, 2, 0), Gate: true},
		{N: 2, H: 9, W: 8, Window: square(3, 3, 2, 0), Plus: true}, {N: 2, H: 9, W: 12, Window: square(3, 3, 3, 0)}, {N: 2, H: 9, W: 8, Window: square(2, 2, 2, 0)},
		{N: 2, H: 9, W: 8, Window: square(3, 3, 2, 0)}, {N: 2, H: 7, W: 7, Window: square(3, 3, 1, 0)},
		{N: 1, H: 9, W: 9, Window: square(2, 2, 3, 0)}, {N: 2, H: 8, W: 7, Window: square(3, 3, 2, 1)},
		{N: 2, H: 8, W: 12, Window: kernels.Window{KH: 2, KW: 3, StrideH: 2, StrideW: 3, DilationH: 1, DilationW: 1}},
		{N: 2, H: 9, W: 11, Window: uneven}, {N: 2, H: 8, W: 9, Window: overEnd(square(3, 3, 2, 0), 1)},
	} {
		ho, wo := c.Over(c.H, c.W)
		sizes := []int{c.N * c.H * c.W, c.N * ho * wo, c.N * c.H * c.W, c.N * c.H * c.W}
		all = append(all, kernelCase{kernel: c, sizes: sizes, low: -1},
			kernelCase{kernel: c, sizes: sizes, low: -1, scale: 2, coarse: true}) // the first of several maxima
	}
	for _, c := range convolutions {
		all = append(all, convolutionCases(c)...)
	}
	of, then := mapOf(390, kernels.Swish{}), kernels.Map{Count: 3, Reads: [kernels.MostReads]kernels.Repeat{{Div: 1, Mod: 3}, {Div: 1, Mod: 3}}}
	then.Terms[0] = kernels.Term{Kernel: kernels.Affine{Scale: 0.5, Shift: -1}}
	then.Terms[1] = kernels.Term{Kernel: kernels.Binary{Op: kernels.Mul}, Of: [2]int8{kernels.MostReads, 1}}
	all = append(all, kernelCase{kernel: kernels.Sum{N: 1, C: 3, Inner: 130, Kept: 1, Of: of, Then: then}, sizes: []int{390, 13, 5, 3, 3}},
		kernelCase{kernel: kernels.Sum{N: 2, C: 3, Inner: 65, Kept: 1, Then: then}, sizes: []int{390, 3, 3}},
		kernelCase{kernel: kernels.Fold{Rows: 3, Inner: 130, Parts: 64, Of: of}, sizes: []int{390, 13, 5, 192}})
	inner := kernels.Conv2D{N: 1, Ca: 70, H: 1, W: 1, Up: 1, Cout: 19, Window: square(1, 1, 1, 0), Groups: 1, Bias: true, Act: kernels.SiLU, Keep: true}
	outer := kernels.Conv2D{N: 1, Ca: 19, H: 1, W: 1, Up: 1, Cout: 300, Window: square(1, 1, 1, 0), Groups: 1, Bias: true, Act: kernels.Logistic}
	plain := outer
	plain.Bias, plain.Act = false, kernels.Identity
	bare := inner
	bare.Bias, bare.Keep, bare.Act = false, false, kernels.ReLU
	all = append(all, kernelCase{kernel: kernels.Squeeze{First: inner, Last: outer}, sizes: []int{70, 1330, 19, 5700, 300, 19, 300}, low: -1},
		kernelCase{kernel: kernels.Squeeze{First: bare, Last: plain}, sizes: []int{70, 1330, 19, 5700, 300, 300}, low: -1},
		kernelCase{kernel: kernels.Squeeze{Pool: kernels.Sum{N: 1, C: 70, Inner: 35, Kept: 1}, First: inner, Last: outer}, sizes: []int{2450, 1330, 19, 5700, 300, 19, 300}, low: -1})
	back := kernels.SqueezeGrad{
		Pool:  kernels.Sum{N: 1, C: 300, Inner: 35, Kept: 1, Of: mapOf(300*35, kernels.Swish{}), Then: then},
		Last:  kernels.Conv2DGradInput{N: 1, Cin: 19, C: 19, H: 1, W: 1, Up: 1, Cout: 300, Window: square(1, 1, 1, 0), Groups: 1, Gate: kernels.SiLU},
		First: kernels.Conv2DGradInput{N: 1, Cin: 70, C: 70, H: 1, W: 1, Up: 1, Cout: 19, Window: square(1, 1, 1, 0), Groups: 1},
	}
	back.Pool.Then.Count, back.Pool.Then.Reads = 300, [kernels.MostReads]kernels.Repeat{{Div: 1, Mod: 300}, {Div: 1, Mod: 300}}
	all = append(all, kernelCase{kernel: back, sizes: []int{300 * 35, 13, 5, 300, 19, 5700, 1330, 70}, low: -1})
	for _, gate := range []kernels.Activation{kernels.SiLU, kernels.ReLU, kernels.Identity} {
		all = append(all, kernelCase{kernel: kernels.SqueezeGrad{
			Last:  kernels.Conv2DGradInput{N: 1, Cin: 19, C: 19, H: 1, W: 1, Up: 1, Cout: 300, Window: square(1, 1, 1, 0), Groups: 1, Gate: gate},
			First: kernels.Conv2DGradInput{N: 1, Cin: 70, C: 70, H: 1, W: 1, Up: 1, Cout: 19, Window: square(1, 1, 1, 0), Groups: 1},
		}, sizes: []int{300, 19, 5700, 1330, 70}, low: -1})
	}
	for op := kernels.Neg; op <= kernels.Round; op++ { // two by two
		if op%2 == 0 {
			all = append(all, kernelCase{kernel: mapOf(130, kernels.Unary{Op: op}, kernels.Unary{Op: min(op+1, kernels.Round)}), sizes: []int{130, 13, 5, 130}, low: 0.1})
		}
	}
	for op := kernels.Add; op <= kernels.Min; op++ {
		all = append(all, kernelCase{kernel: mapOf(130, kernels.Binary{Op: op}, kernels.Swish{}), sizes: []int{130, 13, 5, 130}, low: 0.1})
	}
	all = append(all, kernelCase{kernel: mapOf(130, kernels.Affine{Scale: 3, Shift: -2}, kernels.SwishGrad{}), sizes: []int{130, 13, 5, 130}, low: -1},
		kernelCase{kernel: mapOf(130, kernels.Between{Low: -0.25, High: 0.5, Slope: 0.1}, kernels.Unary{Op: kernels.Sign}), sizes: []int{130, 13, 5, 130}, low: -1})
	for _, c := range []kernels.Conv2D{
		{N: 2, Ca: 3, H: 18, W: 9, Up: 1, Cout: 5, Window: square(3, 3, 1, 1), Groups: 1, Bias: true},
		{N: 2, Ca: 6, H: 7, W: 5, Up: 1, Cout: 6, Window: square(3, 3, 2, 1), Groups: 6, Bias: true},
		{N: 2, Ca: 8, H: 6, W: 5, Up: 1, Cout: 7, Window: square(1, 1, 1, 0), Groups: 1},
	} {
		all = append(all, endings(c)...)
	}
	return all
}

// mapOf is some functions one after another, each of what was made before, of an array of count, one of 13 by tens and
// one of five again and again.
func mapOf(count int, functions ...kernels.Elementwise) kernels.Map {
	k := kernels.Map{Count: count, Reads: [kernels.MostReads]kernels.Repeat{{Div: 1, Mod: count}, {Div: 10, Mod: 13}, {Div: 1, Mod: 5}}}
	k.Terms[0] = kernels.Term{Kernel: kernels.Binary{Op: kernels.Add}, Of: [2]int8{0, 1}}
	for i, f := range functions {
		k.Terms[1+i] = kernels.Term{Kernel: f, Of: [2]int8{int8(kernels.MostReads + i), 2}}
	}
	return k
}

// endings are a convolution and its input gradient with all that may be done with their sums.
func endings(c kernels.Conv2D) (cases []kernelCase) {
	ho, wo := c.Out()
	x, w, y := c.N*c.Ca*c.H*c.W, c.Cout*c.Ca/c.Groups*c.KH*c.KW, c.N*c.Cout*ho*wo
	for _, end := range []kernels.Conv2D{{Plus: true, Act: kernels.ReLU}, {Act: kernels.SiLU}, {Plus: true, Act: kernels.SiLU, Keep: true}, {Act: kernels.Logistic}} {
		k := c
		k.Plus, k.Act, k.Keep = end.Plus, end.Act, end.Keep
		sizes := []int{x, second(c), w, c.Cout}
		for _, there := range []bool{k.Plus, k.Keep, true} {
			if there {
				sizes = append(sizes, y)
			}
		}
		cases = append(cases, kernelCase{kernel: k, sizes: sizes, low: -1})
	}
	for _, end := range []kernels.Conv2DGradInput{{Plus: true}, {Gate: kernels.SiLU}, {Plus: true, Gate: kernels.ReLU}, {Plus: true, Gate: kernels.SiLU}} {
		k := kernels.Conv2DGradInput{N: c.N, Cin: c.Ca, C: c.Ca, H: c.H, W: c.W, Up: 1, Cout: c.Cout, Window: c.Window, Groups: c.Groups, Plus: end.Plus, Gate: end.Gate}
		sizes := []int{y, x, w}
		if k.Plus {
			sizes = append(sizes, x)
		}
		cases = append(cases, kernelCase{kernel: k, sizes: append(sizes, x), low: -1})
	}
	return cases
}

// square moves a filter by the same stride and padding on all sides.
func square(kh, kw, stride, pad int) kernels.Window {
	return kernels.Window{KH: kh, KW: kw, StrideH: stride, StrideW: stride, DilationH: 1, DilationW: 1, Top: pad, Left: pad, Bottom: pad, Right: pad}
}

// overEnd pads more at the end.
func overEnd(w kernels.Window, extra int) kernels.Window {
	w.Bottom, w.Right = w.Bottom+extra, w.Right+extra
	return w
}

// uneven is different in both directions.
var uneven = kernels.Window{KH: 2, KW: 3, StrideH: 2, StrideW: 1, DilationH: 3, DilationW: 2, Top: 2, Left: 1, Bottom: 1, Right: 3}

// convolutions are the shapes in which all three convolution kernels are tested.
var convolutions = []kernels.Conv2D{
	{N: 2, Ca: 3, H: 8, W: 9, Up: 1, Cout: 5, Window: square(3, 3, 1, 1), Groups: 1, Bias: true, Act: kernels.ReLU},
	{N: 1, Ca: 2, Cb: 3, H: 8, W: 12, Up: 2, Cout: 4, Window: square(3, 3, 1, 1), Groups: 1},
	{N: 1, Ca: 4, Cb: 2, H: 6, W: 9, Up: 3, Cout: 3, Window: square(3, 5, 2, 2), Groups: 1, Bias: true},
	{N: 2, Ca: 6, H: 7, W: 7, Up: 1, Cout: 9, Window: square(3, 3, 2, 1), Groups: 3, Bias: true},
	{N: 1, Ca: 2, Cb: 2, H: 6, W: 6, Up: 1, Cout: 4, Window: square(3, 3, 1, 1), Groups: 2},
	{N: 1, Ca: 6, H: 5, W: 5, Up: 1, Cout: 6, Window: square(3, 3, 1, 1), Groups: 6},
	{N: 2, Ca: 8, H: 6, W: 5, Up: 1, Cout: 3, Window: square(1, 1, 1, 0), Groups: 1, Scaled: true, Bias: true},
	{N: 1, Ca: 1, H: 12, W: 11, Up: 1, Cout: 2, Window: square(7, 7, 2, 3), Groups: 1},
	{N: 1, Ca: 2, H: 9, W: 9, Up: 1, Cout: 2, Window: square(2, 2, 2, 0), Groups: 1},
	{N: 1, Ca: 2, H: 11, W: 10, Up: 1, Cout: 3, Window: square(3, 3, 3, 0), Groups: 1},
	{N: 1, Ca: 3, H: 8, W: 10, Up: 1, Cout: 5, Window: overEnd(square(3, 3, 2, 0), 1), Groups: 1},
	{N: 2, Ca: 4, H: 8, W: 6, Up: 1, Cout: 4, Window: overEnd(square(5, 5, 2, 1), 1), Groups: 4},
	{N: 1, Ca: 16, H: 5, W: 6, Up: 1, Cout: 16, Window: square(3, 3, 1, 1), Groups: 4},
	{N: 1, Ca: 24, H: 5, W: 6, Up: 1, Cout: 8, Window: square(3, 3, 1, 1), Groups: 2},
	{N: 2, Ca: 3, H: 9, W: 8, Up: 1, Cout: 5, Window: uneven, Groups: 1, Bias: true, Act: kernels.ReLU},
	{N: 1, Ca: 4, Cb: 2, H: 8, W: 6, Up: 2, Cout: 4, Window: uneven, Groups: 1},
	{N: 1, Ca: 4, H: 9, W: 8, Up: 1, Cout: 4, Window: uneven, Groups: 4},
	{N: 2, Ca: 3, H: 9, W: 13, Up: 1, Cout: 3, Groups: 3, Bias: true,
		Window: kernels.Window{KH: 3, KW: 5, StrideH: 3, StrideW: 2, DilationH: 1, DilationW: 1, Top: 2, Left: 1, Bottom: 1, Right: 4}},
	// Several tiles of every variant, the last of them cut off.
	{N: 2, Ca: 5, H: 35, W: 19, Up: 1, Cout: 11, Window: square(3, 3, 1, 1), Groups: 1, Bias: true},
	{N: 2, Ca: 3, Cb: 2, H: 36, W: 14, Up: 2, Cout: 9, Window: square(3, 3, 1, 1), Groups: 1, Bias: true, Act: kernels.ReLU},
	{N: 1, Ca: 9, H: 18, W: 6, Up: 2, Cout: 8, Window: square(3, 3, 1, 1), Groups: 1, Act: kernels.ReLU},
	{N: 1, Ca: 1, Cb: 2, H: 16, W: 16, Up: 1, Cout: 3, Window: square(3, 3, 1, 1), Groups: 1},
}

// second is how long the second array is that a layer reads.
func second(c kernels.Conv2D) int {
	if c.Scaled {
		return c.N * c.Ca
	}
	return max(1, c.N*c.Cb*c.H*c.W)
}

func convolutionCases(c kernels.Conv2D) []kernelCase {
	ho, wo := c.Out()
	a, b, bias := c.N*c.Ca*(c.H/c.Up)*(c.W/c.Up), second(c), c.Cout
	w, y := c.Cout*(c.Ca+c.Cb)/c.Groups*c.KH*c.KW, c.N*c.Cout*ho*wo
	cases := []kernelCase{
		{kernel: c, sizes: []int{a, b, w, bias, y}, low: -1},
		{kernel: kernels.Conv2DGradWeight{N: c.N, Ca: c.Ca, Cb: c.Cb, H: c.H, W: c.W, Up: c.Up, Cout: c.Cout,
			Window: c.Window, Groups: c.Groups},
			sizes: []int{a, b, y, w}, low: -1},
	}
	for _, gate := range []kernels.Activation{kernels.Identity, kernels.ReLU} {
		grad := kernels.Conv2DGradInput{N: c.N, Cin: c.Ca + c.Cb, C: c.Ca + c.Cb, H: c.H, W: c.W, Cout: c.Cout,
			Window: c.Window, Groups: c.Groups, Up: 1, Gate: gate}
		add := func() {
			dx := c.N * grad.C * (c.H / grad.Up) * (c.W / grad.Up)
			cases = append(cases, kernelCase{kernel: grad, sizes: []int{y, dx, w, dx}, low: -1})
		}
		add()
		if c.Groups == 1 && c.Cb > 0 {
			grad.First, grad.C = c.Ca, c.Cb
			add()
		}
		if c.Up > 1 {
			grad.First, grad.C, grad.Up = 0, c.Ca, c.Up
			add()
		}
	}
	return cases
}
