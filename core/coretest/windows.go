package coretest

import (
	"segfault/core"
	"segfault/kernels"
)

func conv(name string, x, skip, w core.Shape, bias bool, o core.Conv) Case {
	shapes := []core.Shape{x, w}
	if skip != nil {
		shapes = append(shapes, skip)
	}
	if bias {
		shapes = append(shapes, core.Shape{w[0]})
	}
	return Case{Name: "conv2d " + name, Shapes: shapes, Smooth: o.Act == kernels.Identity,
		Build: func(in []*core.Node) *core.Node {
			o := o
			next := 2
			if skip != nil {
				o.Skip = in[next]
				next++
			}
			if bias {
				o.Bias = in[next]
			}
			return core.OnImages(in[0], func(x *core.Node) *core.Node { return core.Conv2D(x, core.AsImages(in[1]), o) })
		}}
}

func pool(name string, x core.Shape, f func(*core.Node, core.Pool) *core.Node, o core.Pool) Case {
	return Case{Name: name, Shapes: []core.Shape{x}, Rays: true, Build: func(in []*core.Node) *core.Node {
		return core.OnImages(in[0], func(x *core.Node) *core.Node { return f(x, o) })
	}}
}

// windowCases are convolutions and pools.
func windowCases() []Case {
	type s = core.Shape
	relu := kernels.ReLU
	square, around := core.Square, core.Around
	cases := []Case{
		conv("3×3 padded", s{2, 3, 9, 11}, nil, s{5, 3, 3, 3}, true, core.Conv{Pad: around(1)}),
		conv("3×3 relu", s{1, 8, 16, 30}, nil, s{8, 8, 3, 3}, true, core.Conv{Pad: around(1), Act: relu}),
		conv("3×3 without padding or bias", s{1, 4, 7, 8}, nil, s{4, 4, 3, 3}, false, core.Conv{}),
		conv("1×1", s{2, 6, 5, 5}, nil, s{3, 6, 1, 1}, true, core.Conv{}),
		conv("5×3", s{1, 2, 8, 9}, nil, s{3, 2, 5, 3}, true, core.Conv{Pad: around(1)}),
		conv("7×7 stride 2", s{1, 3, 18, 21}, nil, s{6, 3, 7, 7}, false, core.Conv{Stride: square(2), Pad: around(3)}),
		conv("3×3 stride 2 relu", s{2, 4, 10, 13}, nil, s{4, 4, 3, 3}, true, core.Conv{Stride: square(2), Pad: around(1), Act: relu}),
		conv("3×3 stride 3", s{1, 2, 11, 10}, nil, s{4, 2, 3, 3}, true, core.Conv{Stride: square(3), Pad: around(1)}),
		conv("3×3 in 2 groups", s{1, 6, 8, 8}, nil, s{10, 3, 3, 3}, true, core.Conv{Pad: around(1), Groups: 2}),
		conv("3×3 depthwise relu", s{2, 5, 8, 9}, nil, s{5, 1, 3, 3}, true, core.Conv{Pad: around(1), Groups: 5, Act: relu}),
		conv("3×3 in narrow groups, stride 2", s{2, 12, 8, 9}, nil, s{8, 3, 3, 3}, true, core.Conv{Stride: square(2), Pad: around(1), Groups: 4, Act: relu}),
		conv("3×3 in wide groups", s{1, 24, 6, 7}, nil, s{20, 12, 3, 3}, true, core.Conv{Pad: around(1), Groups: 2}),
		conv("3×3 depthwise, stride 2, padded more at the end", s{2, 5, 8, 10}, nil, s{5, 1, 3, 3}, true, core.Conv{Stride: square(2), Pad: core.Padding{Bottom: 1, Right: 1}, Groups: 5}),
		conv("5×5 depthwise", s{2, 3, 7, 13}, nil, s{3, 1, 5, 5}, true, core.Conv{Pad: around(2), Groups: 3}),
		conv("5×5 depthwise, stride 2, padded more at the end", s{1, 4, 10, 12}, nil, s{4, 1, 5, 5}, false, core.Conv{Stride: square(2), Pad: core.Padding{Top: 1, Left: 1, Bottom: 2, Right: 2}, Groups: 4}),
		conv("5×5 depthwise on one pixel", s{2, 6, 1, 1}, nil, s{6, 1, 5, 5}, false, core.Conv{Pad: around(2), Groups: 6}),
		conv("3×3 stride 2, padded more at the end", s{1, 3, 8, 12}, nil, s{6, 3, 3, 3}, true, core.Conv{Stride: square(2), Pad: core.Padding{Bottom: 1, Right: 1}}),
		conv("1×1 relu on whole strips", s{2, 12, 8, 9}, nil, s{8, 12, 1, 1}, true, core.Conv{Act: relu}),
		conv("1×1 in groups", s{3, 24, 10, 12}, nil, s{16, 12, 1, 1}, false, core.Conv{Groups: 2}),
		conv("1×1 stride 2", s{2, 8, 8, 8}, nil, s{12, 8, 1, 1}, false, core.Conv{Stride: square(2)}),
		conv("1×1 on one pixel", s{3, 33, 1, 1}, nil, s{5, 33, 1, 1}, true, core.Conv{}),
		conv("two sources", s{2, 3, 8, 8}, s{2, 5, 8, 8}, s{6, 8, 3, 3}, true, core.Conv{Pad: around(1)}),
		conv("upsampled with a second source, relu", s{2, 4, 4, 5}, s{2, 3, 8, 10}, s{6, 7, 3, 3}, true, core.Conv{Pad: around(1), Up: 2, Act: relu}),
		conv("upsampled 3 times", s{1, 2, 3, 4}, nil, s{3, 2, 3, 3}, true, core.Conv{Pad: around(1), Up: 3}),
		conv("wide", s{1, 16, 40, 61}, nil, s{12, 16, 3, 3}, true, core.Conv{Pad: around(1)}),
		conv("many channels, few pixels", s{1, 70, 7, 7}, nil, s{66, 70, 3, 3}, true, core.Conv{Pad: around(1), Act: relu}),
		conv("four pads, two strides", s{2, 3, 9, 14}, nil, s{5, 3, 3, 5}, true,
			core.Conv{Stride: core.Extent{Height: 1, Width: 3}, Pad: core.Padding{Top: 2, Left: 1, Right: 4}, Act: relu}),
		conv("more padding than the filter reaches", s{1, 2, 5, 6}, nil, s{3, 2, 1, 3}, true, core.Conv{Pad: core.Padding{Top: 2, Left: 4, Bottom: 1, Right: 3}}),
		conv("negative padding", s{1, 2, 8, 9}, nil, s{3, 2, 3, 3}, true, core.Conv{Pad: core.Padding{Top: -2, Left: 1, Right: -1}}),
		conv("dilated", s{2, 3, 12, 11}, nil, s{5, 3, 3, 3}, true, core.Conv{Dilation: core.Extent{Height: 3, Width: 2}, Pad: core.Padding{Top: 3, Left: 2, Bottom: 3, Right: 2}, Act: relu}),
		conv("dilated, strided, in groups", s{1, 12, 13, 15}, nil, s{8, 3, 3, 3}, true,
			core.Conv{Stride: core.Extent{Height: 2, Width: 3}, Dilation: square(2), Pad: around(2), Groups: 4}),
		conv("dilated with a second source", s{1, 3, 9, 9}, s{1, 2, 9, 9}, s{4, 5, 3, 3}, true, core.Conv{Dilation: square(2), Pad: around(2)}),
		conv("depthwise, dilated", s{2, 5, 14, 13}, nil, s{5, 1, 3, 3}, true, core.Conv{Dilation: core.Extent{Height: 4, Width: 3}, Pad: around(3), Groups: 5}),
		conv("depthwise, dilated and strided", s{1, 5, 14, 13}, nil, s{5, 1, 3, 2}, false,
			core.Conv{Stride: core.Extent{Height: 3, Width: 2}, Dilation: square(2), Pad: core.Padding{Top: 1, Right: 2}, Groups: 5}),
		conv("depthwise, four pads, two strides", s{2, 3, 9, 13}, nil, s{3, 1, 3, 5}, true,
			core.Conv{Stride: core.Extent{Height: 3, Width: 2}, Pad: core.Padding{Top: 2, Left: 1, Bottom: 1, Right: 4}, Groups: 3, Act: relu}),
		conv("of a line", s{2, 3, 20}, nil, s{4, 3, 5}, true, core.Conv{Stride: core.Extent{Width: 2}, Pad: core.Padding{Left: 2, Right: 1}}),
		conv("of a volume of depth 1", s{1, 3, 1, 7, 8}, nil, s{4, 3, 1, 3, 3}, true, core.Conv{Pad: around(1), Act: relu}),
		pool("max_pool2d", s{2, 3, 8, 10}, core.MaxPool, core.Pool{Size: square(2), Stride: square(2)}),
		pool("max_pool2d overlapping", s{1, 2, 9, 9}, core.MaxPool, core.Pool{Size: square(3), Stride: square(2)}),
		pool("max_pool2d padded", s{2, 2, 8, 11}, core.MaxPool, core.Pool{Size: square(3), Stride: square(2), Pad: around(1)}),
		pool("max_pool2d, windows of 2×3", s{2, 2, 8, 12}, core.MaxPool, core.Pool{Size: core.Extent{Height: 2, Width: 3}, Stride: core.Extent{Height: 2, Width: 3}}),
		pool("max_pool2d dilated", s{1, 2, 11, 12}, core.MaxPool,
			core.Pool{Size: core.Extent{Height: 2, Width: 3}, Stride: core.Extent{Height: 2, Width: 1}, Dilation: core.Extent{Height: 3, Width: 2}, Pad: core.Padding{Top: 2, Left: 1, Bottom: 1, Right: 2}}),
		pool("max_pool2d overhanging", s{2, 2, 8, 9}, core.MaxPool, core.Pool{Size: square(3), Stride: square(2), Ceil: true}),
		pool("max_pool2d overhanging halves", s{1, 2, 7, 9}, core.MaxPool, core.Pool{Size: square(2), Stride: square(2), Ceil: true}),
		pool("max_pool2d of a line", s{2, 3, 9}, core.MaxPool, core.Pool{Size: core.Extent{Width: 3}, Stride: core.Extent{Width: 2}}),
		{Name: "global average pool", Shapes: []s{{2, 3, 5, 7}}, Smooth: true, Build: func(in []*core.Node) *core.Node { return core.GlobalAveragePool(in[0]) }},
	}
	for name, o := range map[string]core.Pool{"": {Size: square(2), Stride: square(2)}, " padded": {Size: square(3), Stride: square(2), Pad: around(1)}} {
		c := pool("max_pool2d"+name+" ties", s{1, 2, 8, 8}, core.MaxPool, o)
		c.Fixed = map[int]func(int, float32) float32{0: binary}
		cases = append(cases, c)
	}
	for name, o := range map[string]core.Pool{
		"":                           {Size: square(2), Stride: square(2)},
		" padded":                    {Size: square(3), Stride: square(2), Pad: core.Padding{Top: 1, Left: 2, Right: 1}},
		" padded, padding counted":   {Size: square(3), Stride: square(2), Pad: around(1), CountPad: true},
		" overhanging":               {Size: square(3), Stride: square(2), Ceil: true},
		" overhanging, with padding": {Size: square(3), Stride: square(3), Pad: around(1), Ceil: true, CountPad: true},
		" dilated":                   {Size: square(2), Dilation: core.Extent{Height: 2, Width: 3}},
	} {
		c := pool("average pool"+name, s{2, 3, 9, 11}, core.AveragePool, o)
		c.Smooth, c.Rays = true, false
		cases = append(cases, c)
	}
	return cases
}
