package kernels

// convolution is what tiles compute: a Conv2D, or an input gradient as the
// convolution of dy with the filter reversed and its channels exchanged.
type convolution struct {
	kh, kw int
	tileSizes
	packing Packing // but for the tile's own
	bind    [4]int  // what the tile reads beside weights: a, b, bias, gate
	ends    [3]int  // what it adds, and writes
}

// tileSizes are the Sizes of a tile, as far as they are the layer's.
type tileSizes struct {
	N, A, B, H, W, Ho, Wo, M, Groups       int32
	StrideH, StrideW, DilationH, DilationW int32
	Top, Left, SpreadH, SpreadW            int32
	Up, Chunks, Steps, Per, Split, Scaled  int32
	Bias, Plus, Act, Keep, Gate            int32
}

// Packing is how weights are laid out for a tile: for every group and every M
// channels out a panel, in which each step finds its own together. It is the Sizes
// of conv2d_pack.wgsl.
type Packing struct {
	Count                      int32 // of numbers
	M, K                       int32 // channels of a panel and of a step
	KH, KW                     int32 // taps of the filter as it lies
	A, B, Out                  int32 // channels of the sources and out, of one group
	Flat                       int32 // whether a step takes rows of channel and tap
	Sum                        int32 // how many taps in each direction become one, see summed
	Flip                       int32 // whether the filter is reversed
	First, Next, Source, Group int32 // where weights lie: the first, and how far it is to the next channel out, channel in, group
	Panels, Runs               int32 // of k rows
}

// Shader packs weights, the first binding, into the second.
func (p Packing) Shader(half bool) Shader {
	words := int(p.Count)
	if half {
		words /= 2
	}
	return Shader{Name: "conv2d_pack", Constants: []Constant{{"Half", float64(flag(half))}}, Sizes: &p, Bind: []int{0, Packed},
		Groups: grid(words), Needs: Needs{Invocations: invocations}}
}

// Words are how many words packed weights take.
func (p Packing) Words(half bool) int {
	if half {
		return int(p.Count) / 2
	}
	return int(p.Count)
}

func (k Conv2D) convolution() (c convolution, ok bool) {
	if k.Up > 2 || k.Cb > 0 && k.Groups > 1 {
		return c, false
	}
	ho, wo := k.Out()
	cin, cout := (k.Ca+k.Cb)/k.Groups, k.Cout/k.Groups
	c = convolution{kh: k.KH, kw: k.KW, ends: k.ends()}
	c.tileSizes = tileSizes{N: int32(k.N), A: int32(cin - k.Cb), B: int32(k.Cb), H: int32(k.H), W: int32(k.W), Ho: int32(ho), Wo: int32(wo),
		M: int32(cout), Groups: int32(k.Groups), StrideH: int32(k.StrideH), StrideW: int32(k.StrideW), DilationH: int32(k.DilationH), DilationW: int32(k.DilationW),
		Top: int32(k.Top), Left: int32(k.Left), SpreadH: 1, SpreadW: 1, Up: int32(k.Up - 1), Scaled: flag(k.Scaled), Bias: flag(k.Bias), Plus: flag(k.Plus), Act: int32(k.Act), Keep: flag(k.Keep)}
	if k.Cb > 0 || k.Scaled {
		c.bind[1] = 1
	}
	if k.Bias {
		c.bind[2] = 3
	}
	c.packing = Packing{KH: int32(k.KH), KW: int32(k.KW), Sum: 1, Next: int32(cin * k.KH * k.KW), Source: int32(k.KH * k.KW), Group: int32(cout * cin * k.KH * k.KW)}
	return c, true
}

// convolution of an upsampled source's gradient moves by as many pixels as one
// became, with a filter that is as much larger: each of its weights is the sum of
// those that met the same pixel of dy, so that of a 3×3 filter and four pixels 16
// products are left of 36.
func (k Conv2DGradInput) convolution() (c convolution, ok bool) {
	if k.Up > 1 && (k.StrideH*k.StrideW*k.DilationH*k.DilationW > 1 || k.Groups > 1) {
		return c, false
	}
	ho, wo := k.Out()
	reachH, reachW := k.Reach()
	cin, cout := k.Cin/k.Groups, k.Cout/k.Groups
	c = convolution{kh: k.KH + k.Up - 1, kw: k.KW + k.Up - 1, ends: k.ends()}
	c.tileSizes = tileSizes{N: int32(k.N), A: int32(cout), H: int32(ho), W: int32(wo), Ho: int32(k.H / k.Up), Wo: int32(k.W / k.Up),
		M: int32(k.C / k.Groups), Groups: int32(k.Groups), StrideH: int32(k.Up), StrideW: int32(k.Up), DilationH: int32(k.DilationH), DilationW: int32(k.DilationW),
		Top: int32(reachH - 1 - k.Top), Left: int32(reachW - 1 - k.Left), SpreadH: int32(k.StrideH), SpreadW: int32(k.StrideW), Plus: flag(k.Plus), Gate: int32(k.Gate)}
	if k.Gate != Identity {
		c.bind[3] = 1
	}
	c.packing = Packing{KH: int32(k.KH), KW: int32(k.KW), Sum: int32(k.Up), Flip: 1, First: int32(k.First * k.KH * k.KW),
		Next: int32(k.KH * k.KW), Source: int32(cin * k.KH * k.KW), Group: int32(cout * cin * k.KH * k.KW)}
	return c, true
}

// joined is the convolution with an image's pixels as one row, where windows are the pixels.
func (c convolution) joined() convolution {
	if c.kh*c.kw == 1 && c.StrideH*c.StrideW*c.SpreadH*c.SpreadW == 1 && c.Top == 0 && c.Left == 0 && c.Up == 0 && c.H == c.Ho && c.W == c.Wo {
		c.H, c.W, c.Ho, c.Wo = 1, c.H*c.W, 1, c.H*c.W
	}
	return c
}

// tiles that are made, for a layer that they suit: 128×128 where there is enough
// to do, the smaller the less; patches for 3×3.
var tiles = []tile{
	{m: 128, n: 128, tm: 8, tn: 8, k: 16},
	{m: 64, n: 64, tm: 8, tn: 4, k: 16},
	{m: 32, n: 32, tm: 4, tn: 4, k: 16},
	{m: 16, n: 64, tm: 4, tn: 4, k: 16},
	{m: 16, n: 64, tm: 4, tn: 4, k: 16, layout: rowwise},
	{m: 64, n: 256, tm: 8, tn: 8, k: 4, layout: patch},
	{m: 32, n: 128, tm: 8, tn: 4, k: 8, layout: patch},
	{m: 16, n: 256, tm: 4, tn: 4, k: 8, layout: patch},
}

// tilings are the tiles that compute a layer, each in the arrangement that suits it.
func (c convolution) tilings() (list []tile) {
	gradient := c.SpreadH*c.SpreadW > 1
	dense := c.StrideH*c.StrideW*c.DilationH*c.DilationW == 1 && !gradient
	for _, t := range tiles {
		t.kh, t.kw = c.kh, c.kw
		switch t.layout {
		case patch:
			if !dense || c.kh != 3 || c.kw != 3 {
				continue
			}
		case rowwise:
			if padded := (c.A+15)/16*16 + (c.B+15)/16*16; gradient || c.kh*c.kw == 1 || padded*10 < (c.A+c.B)*11 {
				continue // too little would be saved
			}
		default:
			if gradient {
				t.layout = spread
			} else if dense && c.kw <= 3 && c.W%4 == 0 && c.Wo == c.W && 2*int(c.Left) == c.kw-1 {
				t.layout = quad
			}
		}
		list = append(list, t)
	}
	return list
}

// steps are how many steps a tile takes for all channels, and for those of the first source alone.
func (c convolution) steps(t tile) (steps, first int) {
	first = (int(c.A) + t.k - 1) / t.k
	steps = first + (int(c.B)+t.k-1)/t.k
	switch t.layout {
	case rowwise:
		return (int(c.A+c.B)*c.kh*c.kw + t.k - 1) / t.k, first
	case patch:
		return steps, first
	}
	return steps * c.kh * c.kw, first
}

// shader computes the layer with a tile, its inner side split among workgroups.
func (c convolution) shader(t tile, split int) Shader {
	steps, chunks := c.steps(t)
	s := c.tileSizes
	s.Steps, s.Chunks = int32(steps), int32(chunks)
	s.Per = int32((steps + split - 1) / split)
	s.Split = int32((steps + int(s.Per) - 1) / int(s.Per))
	columns := int(s.N*s.Ho*s.Wo+int32(t.n)-1) / t.n
	if t.layout == patch {
		height := t.n / patchWidth
		columns = int(s.N) * ((int(s.Ho) + height - 1) / height) * ((int(s.Wo) + patchWidth - 1) / patchWidth)
	}
	panels := (int(s.M) + t.m - 1) / t.m
	p := c.packing
	p.M, p.K, p.A, p.B, p.Out, p.Flat = int32(t.m), int32(t.k), s.A, s.B, s.M, flag(t.layout == rowwise)
	p.Panels, p.Runs = int32(panels), int32(steps*4*t.panel()/(t.k*t.m))
	p.Count = s.Groups * p.Panels * p.Runs * int32(t.k*t.m)
	v := Shader{Name: t.name(), Sizes: &s, Groups: [3]int{columns, panels, int(s.Split * s.Groups)},
		Bind:    []int{c.bind[0], c.bind[1], Packed, c.bind[2], c.bind[3], c.ends[0], c.ends[1], c.ends[2]},
		Writes:  2,
		Needs:   Needs{Memory: t.memory(), Invocations: t.threads(), Barriers: true},
		Packing: &p, tile: &t}
	if s.Split > 1 {
		outputs := int(s.N * s.Groups * s.M * s.Ho * s.Wo)
		v.Scratch = int(s.Split) * outputs
		v.Bind[6], v.Bind[7] = Spare, Parts
		v.Next = &Shader{Name: "conv2d_sum", Bind: []int{Parts, c.bind[2], c.bind[3], c.ends[0], c.ends[1], c.ends[2]}, Writes: 2, Groups: grid(outputs), Needs: Needs{Invocations: invocations},
			Sizes: &partSizes{int32(outputs), s.Split, s.Ho * s.Wo, s.Groups * s.M, s.Bias, s.Plus, s.Act, s.Keep, s.Gate}}
	}
	return v
}

// partSizes are the Sizes of conv2d_sum.wgsl.
type partSizes struct{ Count, Split, Area, Channels, Bias, Plus, Act, Keep, Gate int32 }

// halfTile is a tile's shader for weights in float16; sums of them are none.
func (s Shader) halfTile() Shader {
	if s.Packing.Sum == 1 {
		t := *s.tile
		t.half = true
		s.tile, s.Name = &t, t.name()
	}
	return s
}

// IsHalf is whether the shader reads packed weights as float16.
func (s Shader) IsHalf() bool { return s.tile != nil && s.tile.half }
