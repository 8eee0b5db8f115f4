package unet

import (
	"fmt"
	"slices"

	"segfault/core"
	"segfault/kernels"
)

// resNet is the family of He et al. 2016 and its grouped kin, ResNeXt (Xie et
// al. 2017): a stem, then four stages of residual blocks.
type resNet struct{}

// resNetShape is one member. Basic blocks have two 3×3 convolutions;
// bottlenecks have a 3×3 between two 1×1, in groups.
type resNetShape struct {
	blocks []int // in each stage
	groups int   // 0 for basic blocks
	narrow int   // width of a group in the first stage's bottlenecks
}

var resNets = map[string]resNetShape{
	"resnet18":         {blocks: []int{2, 2, 2, 2}},
	"resnet34":         {blocks: []int{3, 4, 6, 3}},
	"resnet50":         {blocks: []int{3, 4, 6, 3}, groups: 1, narrow: 64},
	"resnet101":        {blocks: []int{3, 4, 23, 3}, groups: 1, narrow: 64},
	"resnext50_32x4d":  {blocks: []int{3, 4, 6, 3}, groups: 32, narrow: 4},
	"resnext101_32x8d": {blocks: []int{3, 4, 23, 3}, groups: 32, narrow: 8},
}

func init() {
	for name := range resNets {
		encoders[name] = resNet{}
	}
}

func (resNet) first() string { return "encoder.conv1.weight" }

// size keeps the width of a group and takes fewer groups, but not so few that
// a ResNeXt would become a ResNet.
func (resNet) size(s *Spec, divide int) {
	shape := resNets[s.Encoder]
	if shape.groups == 0 {
		s.Widths = divided(divide, 64, 64, 128, 256, 512)
		return
	}
	s.Widths = divided(divide, 64, 256, 512, 1024, 2048)
	if s.Groups = shape.groups; s.Groups == 1 {
		s.Inner = divided(divide, 64, 128, 256, 512)
		return
	}
	s.Groups = max(s.Groups/divide, 2)
	for stage := range 4 {
		s.Inner = append(s.Inner, s.Groups*shape.narrow<<stage)
	}
}

func (resNet) features(s Spec, p Params, x *core.Node) []*core.Node {
	features := []*core.Node{x}
	x = p.Conv(Layer{Name: "encoder.conv1", Norm: "encoder.bn1", Eps: torchEps, Width: s.Widths[0], Size: 7,
		Conv: core.Conv{Stride: core.Square(2), Pad: core.Around(3), Act: kernels.ReLU}}, x)
	features = append(features, x)
	x = core.MaxPool(x, core.Pool{Size: core.Square(3), Stride: core.Square(2), Pad: core.Around(1)})
	for stage, blocks := range resNets[s.Encoder].blocks[:len(s.Decoder)-1] {
		for i := range blocks {
			stride := 1
			if stage > 0 && i == 0 {
				stride = 2
			}
			x = s.residual(p, fmt.Sprintf("encoder.layer%d.%d", stage+1, i), x, stage, stride)
		}
		features = append(features, x)
	}
	return features
}

// residual is a block: what it computes is added to its input, which is
// projected where their shapes differ.
func (s Spec) residual(p Params, name string, x *core.Node, stage, stride int) *core.Node {
	width := s.Widths[stage+1]
	branch := x
	conv := func(i, width, size int, o core.Conv) {
		branch = p.Conv(Layer{Name: fmt.Sprintf("%s.conv%d", name, i), Norm: fmt.Sprintf("%s.bn%d", name, i),
			Eps: torchEps, Width: width, Size: size, Conv: o}, branch)
	}
	if s.Inner == nil {
		conv(1, width, 3, core.Conv{Stride: core.Square(stride), Pad: core.Around(1), Act: kernels.ReLU})
		conv(2, width, 3, core.Conv{Pad: core.Around(1)})
	} else {
		conv(1, s.Inner[stage], 1, core.Conv{Act: kernels.ReLU})
		conv(2, s.Inner[stage], 3, core.Conv{Stride: core.Square(stride), Pad: core.Around(1), Groups: s.Groups, Act: kernels.ReLU})
		conv(3, width, 1, core.Conv{})
	}
	if stride != 1 || x.Shape[1] != width {
		x = p.Conv(Layer{Name: name + ".downsample.0", Norm: name + ".downsample.1", Eps: torchEps, Width: width, Size: 1,
			Conv: core.Conv{Stride: core.Square(stride)}}, x)
	}
	return core.Rectify(core.Add(branch, x))
}

// read counts blocks, and takes groups from the middle convolution's shape.
func (resNet) read(s *Spec, c *checkpoint) error {
	var blocks []int
	s.Widths = []int{c.width("encoder.conv1.weight")}
	bottleneck := c.dims("encoder.layer1.0.conv3.weight") != nil
	for stage := 1; stage <= 4; stage++ {
		blocks = append(blocks, 1+c.last(fmt.Sprintf("encoder.layer%d.", stage)))
		name := fmt.Sprintf("encoder.layer%d.0.", stage)
		if !bottleneck {
			s.Widths = append(s.Widths, c.width(name+"conv2.weight"))
			continue
		}
		s.Widths = append(s.Widths, c.width(name+"conv3.weight"))
		s.Inner = append(s.Inner, c.width(name+"conv2.weight"))
	}
	if d := c.dims("encoder.layer1.0.conv2.weight"); s.Inner != nil && d != nil {
		s.Groups = max(d[0]/max(d[1], 1), 1)
	}
	for name, shape := range resNets {
		if slices.Equal(shape.blocks, blocks) && (shape.groups == 0) == (s.Inner == nil) && (shape.groups > 1) == (s.Groups > 1) {
			s.Encoder = name
			return nil
		}
	}
	return fmt.Errorf("unet: the checkpoint's encoder has stages of %d residual blocks, bottleneck %t, in %d groups, which no supported ResNet or ResNeXt has",
		blocks, s.Inner != nil, max(s.Groups, 1))
}
