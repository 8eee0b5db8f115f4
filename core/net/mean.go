package net

import (
	"fmt"

	"segfault/core"
	"segfault/core/names"
)

// Mean is an ensemble: the mean of the networks' logits, which is the stronger
// one to attack of the usual three (Dong et al. 2018, section 3.2).
func Mean(networks ...Network) (Network, error) {
	if len(networks) == 0 {
		return nil, fmt.Errorf("net: a mean of no networks; expected at least one")
	}
	shape := networks[0].Shape()
	for _, n := range networks[1:] {
		other := n.Shape()
		if other.In != shape.In || other.Classes != shape.Classes || other.Activation != shape.Activation {
			return nil, fmt.Errorf("net: a mean needs networks alike; one has %s and %s, another %d and %d",
				names.Counted(shape.In, "input channel"), names.Counted(shape.Classes, "class"), other.In, other.Classes)
		}
		if other.Height*shape.Height > 0 && other.Height != shape.Height || other.Width*shape.Width > 0 && other.Width != shape.Width {
			return nil, fmt.Errorf("net: a mean needs networks alike; one takes %s, another %s", shape.Size(), other.Size())
		}
		shape.Height, shape.Width = max(shape.Height, other.Height), max(shape.Width, other.Width)
		shape.Multiple *= other.Multiple / common(shape.Multiple, other.Multiple)
	}
	return mean{networks, shape}, nil
}

type mean struct {
	networks []Network
	shape    Shape
}

// Shape implements Network.
func (m mean) Shape() Shape { return m.shape }

// Logits implements Network.
func (m mean) Logits(x *core.Node) *core.Node {
	sum := m.networks[0].Logits(x)
	for _, n := range m.networks[1:] {
		sum = core.Add(sum, n.Logits(x))
	}
	return core.Affine(sum, 1/float32(len(m.networks)), 0)
}

// Sized is a network that sees every image at one size, and tells what it makes of it at the image's own.
func Sized(n Network, size int) Network { return sized{n, size} }

type sized struct {
	Network
	size int
}

// Shape implements Network. What the network's own size must be does not matter to that of an image.
func (s sized) Shape() Shape {
	shape := s.Network.Shape()
	shape.Multiple, shape.Height, shape.Width = 1, 0, 0
	return shape
}

// Logits implements Network.
func (s sized) Logits(x *core.Node) *core.Node {
	height, width := x.Shape[2], x.Shape[3]
	logits := s.Network.Logits(core.Resample(x, between(s.size, height), between(s.size, width)))
	return core.Resample(logits, between(height, s.size), between(width, s.size))
}

// between interpolates a line of pixels to as many others; of more it takes those beside.
func between(to, from int) *core.Band {
	return core.NewBand(to, from, func(o int) (int, []float64) {
		at := min(max((float64(o)+0.5)*float64(from)/float64(to)-0.5, 0), float64(from-1))
		lo := min(int(at), max(from-2, 0))
		return lo, []float64{1 - at + float64(lo), at - float64(lo)}[:min(from, 2)]
	})
}

// common is the greatest common divisor.
func common(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
