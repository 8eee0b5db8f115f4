package net

import (
	"fmt"

	"segfault/core"
	"segfault/core/names"
)

// Transform is what is done to an image, N×In×H×W, before a network sees it: a
// defence, or the units that the network was trained on.
type Transform func(x *core.Node) *core.Node

// Through is a network that sees an image only after a transform. An attack goes
// through both.
func Through(t Transform, n Network) Network { return through{n, t} }

type through struct {
	Network
	transform Transform
}

// Logits implements Network.
func (t through) Logits(x *core.Node) *core.Node { return t.Network.Logits(t.transform(x)) }

// Straight is a transform with the gradient of one that does nothing, for a
// transform that has no useful gradient of its own (Athalye et al. 2018).
func Straight(t Transform) Transform {
	return func(x *core.Node) *core.Node { return core.StraightThrough(t(x), x) }
}

// Range is for a network that was trained on values such as −1 to 1 or 0 to 255.
// Images, attacks and their budgets stay in [0, 1].
func Range(low, high float32) (Transform, error) {
	if !(low < high) || !finite(low) || !finite(high) {
		return nil, fmt.Errorf("net: an input range from %v to %v; expected two numbers, the lower one first, such as 0 and 1", low, high)
	}
	return func(x *core.Node) *core.Node { return core.Affine(x, high-low, low) }, nil
}

// Moments is for a network that was trained on (x − mean)/deviation, with
// numbers of their own for each of the in channels, as ImageNet's are.
func Moments(in int, mean, deviation []float32) (Transform, error) {
	if len(mean) != in || len(deviation) != in {
		return nil, fmt.Errorf("net: found %s and %s; the network has %s", names.Counted(len(mean), "mean"), names.Counted(len(deviation), "deviation"), names.Counted(in, "input channel"))
	}
	weight, bias := core.NewTensor(in, 1, 1, 1), core.NewTensor(in)
	for i, d := range deviation {
		if !(d > 0) || !finite(d) || !finite(mean[i]) {
			return nil, fmt.Errorf("net: channel %d has mean %v and deviation %v; expected numbers, the deviation above 0", i+1, mean[i], d)
		}
		weight.Data[i], bias.Data[i] = 1/d, -mean[i]/d
	}
	return func(x *core.Node) *core.Node { // a depthwise convolution of one tap
		return core.Conv2D(x, core.NewParameter("input.weight", weight), core.Conv{Groups: in, Bias: core.NewParameter("input.bias", bias)})
	}, nil
}

// Standardise is for a network that was trained on images less their own mean,
// over their own deviation, channel by channel.
func Standardise(x *core.Node) *core.Node {
	centred := core.Sub(x, core.Mean(x, 2, 3))
	return core.Div(centred, core.Affine(core.Sqrt(core.Mean(core.Mul(centred, centred), 2, 3)), 1, 1e-8))
}

func finite(v float32) bool { return v-v == 0 }
