package net

import (
	"fmt"

	"segfault/core"
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
			return nil, fmt.Errorf("net: a mean needs networks alike; one has %d input channels and %d classes, another %d and %d",
				shape.In, shape.Classes, other.In, other.Classes)
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

// common is the greatest common divisor.
func common(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
