// Package net says what can be attacked: a Network, which makes logits of an
// image, as graph. Networks around networks are Networks, too: the mean of some
// (Mean), one that sees an image only through a transform (Through), one with
// defences around it (Defend). So an attack on any of them is just an attack,
// whose gradient goes through all that lies before the logits, or straight through
// it where it has none.
//
// Packages unet and onnx are ways to get one.
package net

import (
	"fmt"

	"segfault/core"
)

// Network is a segmentation network in evaluation mode.
type Network interface {
	// Logits builds the network on x, N×In×H×W with values in [0, 1]; it gives
	// N×Classes×H×W. Of an input that does not fit it panics with a
	// core.ShapeError.
	Logits(x *core.Node) *core.Node
	Shape() Shape
}

// Staged is a network into whose decoder one can look.
type Staged interface {
	Network
	// Stages names its stages.
	Stages() []string
	// Stage builds the network, and gives what a stage of it ends in as well, N×C×h×w.
	Stage(x *core.Node, stage string) (features, logits *core.Node)
}

// Shape is what a network takes and gives.
type Shape struct {
	In, Classes   int // channels of its input and of its logits
	Activation    Activation
	Multiple      int // what height and width of its input must be multiples of
	Height, Width int // of its input, where it takes no other; 0 for any
}

// Activation is what makes probabilities of logits.
type Activation int

// The activations.
const (
	Sigmoid Activation = iota // classes may lie over each other
	Softmax                   // a pixel has one class, which may be the background
)

// String is an activation's name.
func (a Activation) String() string {
	if a == Softmax {
		return "softmax"
	}
	return "sigmoid"
}

// As is a network whose file tells nothing, or wrongly, of what makes
// probabilities of its logits: the activation of a name.
func As(activation string, n Network) (Network, error) {
	shape := n.Shape()
	switch activation {
	case Sigmoid.String():
		shape.Activation = Sigmoid
	case Softmax.String():
		shape.Activation = Softmax
	default:
		return nil, fmt.Errorf("net: the activation %.20q is unknown; use sigmoid or softmax", activation)
	}
	if shape.Activation == Softmax && shape.Classes < 2 {
		return nil, fmt.Errorf("net: a network with one output channel has no softmax, which needs a background beside it; use sigmoid")
	}
	if shape == n.Shape() {
		return n, nil
	}
	return as{n, shape}, nil
}

type as struct {
	Network
	shape Shape
}

// Shape implements Network.
func (a as) Shape() Shape { return a.shape }

// Background is how many of the first classes are the background: of classes that
// exclude each other one.
func (s Shape) Background() int {
	if s.Activation == Softmax && s.Classes > 1 {
		return 1
	}
	return 0
}

// Foreground is how many classes can be found: all but the background.
func (s Shape) Foreground() int { return s.Classes - s.Background() }

// Check refuses an input that the network cannot take.
func (s Shape) Check(height, width int) error {
	if s.Height > 0 && s.Height != height || s.Width > 0 && s.Width != width {
		return fmt.Errorf("net: an input of %d×%d does not fit the model, which takes %s", height, width, s.Size())
	}
	if k := s.Multiple; height < k || width < k || height%k != 0 || width%k != 0 {
		return fmt.Errorf("net: an input of %d×%d does not fit the model; height and width must be multiples of %d", height, width, k)
	}
	return nil
}

// Size says in words what sizes of images the network takes.
func (s Shape) Size() string {
	side := func(n int) string {
		if n == 0 {
			return "any"
		}
		return fmt.Sprint(n)
	}
	switch {
	case s.Height > 0 || s.Width > 0:
		return fmt.Sprintf("images of %s×%s pixels", side(s.Height), side(s.Width))
	case s.Multiple > 1:
		return fmt.Sprintf("images of any size that is a multiple of %d", s.Multiple)
	}
	return "images of any size"
}
