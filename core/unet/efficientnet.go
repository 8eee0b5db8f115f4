package unet

import (
	"fmt"
	"math"
	"slices"

	"segfault/core"
)

// efficientNet is the family of Tan and Le 2019: a stem, then seven stages of
// inverted bottlenecks with squeeze and excitation.
type efficientNet struct{}

// efficientNetShape is one member: what b0's widths and depths are multiplied
// by, and the image size that it was made for.
type efficientNetShape struct {
	width, depth float64
	size         int
}

var efficientNets = map[string]efficientNetShape{
	"efficientnet-b0": {1.0, 1.0, 224},
	"efficientnet-b1": {1.0, 1.1, 240},
	"efficientnet-b2": {1.1, 1.2, 260},
	"efficientnet-b3": {1.2, 1.4, 300},
	"efficientnet-b4": {1.4, 1.8, 380},
	"efficientnet-b5": {1.6, 2.2, 456},
	"efficientnet-b6": {1.8, 2.6, 528},
	"efficientnet-b7": {2.0, 3.1, 600},
}

// mbStages are b0's stages.
var mbStages = [7]struct{ repeats, size, stride, expand, width int }{
	{1, 3, 1, 1, 16},
	{2, 3, 2, 6, 24},
	{2, 5, 2, 6, 40},
	{3, 3, 2, 6, 80},
	{3, 5, 1, 6, 112},
	{4, 5, 2, 6, 192},
	{1, 3, 1, 6, 320},
}

const (
	stemWidth, headWidth = 32, 1280 // of b0
	efficientNetEps      = 1e-3     // of its batch-norms
	dropConnect          = 0.2      // of the last block; earlier ones drop less
)

func init() {
	for name := range efficientNets {
		encoders[name] = efficientNet{}
	}
}

func (efficientNet) first() string { return "encoder._conv_stem.weight" }

func (efficientNet) size(s *Spec, divide int) {
	by := efficientNets[s.Encoder].width / float64(divide)
	s.Widths = []int{toEights(stemWidth * by)}
	for _, stage := range mbStages {
		s.Widths = append(s.Widths, toEights(float64(stage.width)*by))
	}
	s.Widths = append(s.Widths, toEights(headWidth*by))
}

// toEights rounds a width to a multiple of 8, and not down by more than a tenth.
func toEights(width float64) int {
	rounded := max(8, int(width+4)/8*8)
	if float64(rounded) < 0.9*width {
		rounded += 8
	}
	return rounded
}

// repeats is how many blocks each stage has.
func (e efficientNetShape) repeats() (n [7]int, total int) {
	for i, stage := range mbStages {
		n[i] = int(math.Ceil(float64(stage.repeats) * e.depth))
		total += n[i]
	}
	return n, total
}

// skips are after how many blocks a feature is taken: before every halving and
// at the end. b0's third is two blocks early, in the library as here.
func (e efficientNetShape) skips() []int {
	n, total := e.repeats()
	second := n[0] + n[1]
	third := second + n[2] + n[3] + n[4]
	if e.depth == 1 {
		third -= 2
	}
	return []int{second, second + n[2], third, total}
}

func (efficientNet) features(s Spec, p Params, x *core.Node) []*core.Node {
	shape := efficientNets[s.Encoder]
	b := mbBuilder{p, shape.size}
	features := []*core.Node{x}
	x = core.Swish(b.conv("encoder._conv_stem", "encoder._bn0", x, s.Widths[0], 3, 2, 1))
	features = append(features, x)
	repeats, total := shape.repeats()
	skips, done := shape.skips(), 0
	for i, stage := range mbStages {
		for j := range repeats[i] {
			name := fmt.Sprintf("encoder._blocks.%d.", done)
			if j == 0 {
				x = b.block(name, x, s.Widths[i+1], stage.size, stage.stride, stage.expand)
			} else {
				branch := b.block(name, x, s.Widths[i+1], stage.size, 1, stage.expand)
				x = core.Add(p.Drop(branch, dropConnect*float64(done)/float64(total)), x)
			}
			done++
			if slices.Contains(skips, done) {
				features = append(features, x)
				if len(features) == len(s.Decoder)+1 && done < total {
					return features
				}
			}
		}
	}
	p.Idle(Layer{Name: "encoder._conv_head", Norm: "encoder._bn1", Eps: efficientNetEps, Width: s.Widths[8], Size: 1}, x)
	return features
}

// mbBuilder draws an EfficientNet's layers and follows the nominal image size
// through them: the library pads every convolution as "same" padding of an
// image of that size would be, whatever size the image has.
type mbBuilder struct {
	p       Params
	nominal int
}

func (b *mbBuilder) conv(name, norm string, x *core.Node, width, size, stride, groups int) *core.Node {
	after := (b.nominal + stride - 1) / stride
	pad := max((after-1)*stride+size-b.nominal, 0)
	b.nominal = after
	return b.p.Conv(Layer{Name: name, Norm: norm, Eps: efficientNetEps, Width: width, Size: size,
		Conv: core.Conv{Stride: core.Square(stride), Groups: groups,
			Pad: core.Padding{Top: pad / 2, Left: pad / 2, Bottom: pad - pad/2, Right: pad - pad/2}}}, x)
}

// block is an inverted bottleneck (MBConv, Sandler et al. 2018): expand,
// convolve each channel, excite, project. Without its shortcut.
func (b *mbBuilder) block(name string, x *core.Node, width, size, stride, expand int) *core.Node {
	branch, inner := x, x.Shape[1]*expand
	if expand > 1 {
		branch = core.Swish(b.conv(name+"_expand_conv", name+"_bn0", branch, inner, 1, 1, 1))
	}
	branch = core.Swish(b.conv(name+"_depthwise_conv", name+"_bn1", branch, inner, size, stride, inner))
	branch = core.Scale(branch, b.excitation(name, branch, max(x.Shape[1]/4, 1)))
	return b.conv(name+"_project_conv", name+"_bn2", branch, width, 1, 1, 1)
}

// excitation is a factor in (0, 1) for each channel, from all channels' means
// (Hu et al. 2018).
func (b *mbBuilder) excitation(name string, x *core.Node, squeezed int) *core.Node {
	conv := func(part string, x *core.Node, width int) *core.Node {
		return b.p.Conv(Layer{Name: name + part, Bias: true, Width: width, Size: 1}, x)
	}
	s := core.Swish(conv("_se_reduce", core.GlobalAveragePool(x), squeezed))
	return core.Sigmoid(conv("_se_expand", s, x.Shape[1]))
}

// read knows an EfficientNet by its number of blocks. b1 and b2 have as many:
// there the widths decide, and where they are nobody's, it is b1.
func (f efficientNet) read(s *Spec, c *checkpoint) error {
	blocks := 1 + c.last("encoder._blocks.")
	var candidates []string
	for name, shape := range efficientNets {
		if _, total := shape.repeats(); total == blocks {
			candidates = append(candidates, name)
		}
	}
	if candidates == nil {
		return fmt.Errorf("unet: the checkpoint's encoder has %d blocks, which no EfficientNet from b0 to b7 has", blocks)
	}
	slices.Sort(candidates)
	s.Encoder = candidates[0]
	repeats, _ := efficientNets[s.Encoder].repeats()
	s.Widths = []int{c.width("encoder._conv_stem.weight")}
	block := 0
	for _, n := range repeats {
		s.Widths = append(s.Widths, c.width(fmt.Sprintf("encoder._blocks.%d._project_conv.weight", block)))
		block += n
	}
	s.Widths = append(s.Widths, c.width("encoder._conv_head.weight"))
	for _, name := range candidates[1:] {
		for divide := 1; divide <= 16; divide++ {
			other := Spec{Encoder: name}
			if f.size(&other, divide); slices.Equal(other.Widths, s.Widths) {
				s.Encoder = name
			}
		}
	}
	return nil
}
