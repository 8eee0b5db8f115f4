// Package net says what can be attacked: a Network, which makes logits of an
// image. Networks around networks are Networks, too: the mean of some, and one
// that sees an image only through a transform.
package net

import (
	"fmt"

	"segfault/core"
)

// Network is a segmentation network in evaluation mode.
type Network interface {
	// Logits builds the network on x, N×In×H×W with values in [0, 1]; it gives
	// N×Classes×H×W.
	Logits(x *core.Node) *core.Node
	Shape() Shape
}

// Shape is what a network takes and gives.
type Shape struct {
	In, Classes int // channels of its input and of its logits
	Multiple    int // what height and width of its input must be multiples of
}

// Check refuses an input that the network cannot take.
func (s Shape) Check(height, width int) error {
	if k := s.Multiple; height < k || width < k || height%k != 0 || width%k != 0 {
		return fmt.Errorf("net: an input of %d×%d does not fit the model; height and width must be multiples of %d", height, width, k)
	}
	return nil
}
