package attack

import (
	"fmt"

	"segfault/core"
	"segfault/core/net"
)

// Problem is what an attack is about.
type Problem struct {
	Image []float32 // the network's input, In×H×W in [0, 1]
	Truth []uint8   // Classes×H×W of 0 and 1, a background among them; nil where it is not known
	// Goal is what the model is to find, Classes×H×W of 0 and 1: of a painted target; others make theirs where it is nil.
	Goal []uint8
	// Inside is by which part of ε each pixel may change, from 0 to 1, as large as one channel of what is moved; nil is all of it
	// everywhere. A region is 1 in it and 0 elsewhere.
	Inside []float32
	// From is where loops begin, of the size of what is moved; nil is where the method says.
	From []float32
	// Own is what is moved instead of the network's input.
	Own *Own
}

// Own is a grey image that is moved in place of the network's input, which is made of it: a scan's own pixels.
type Own struct {
	View  View
	Image []float32 // height×width in [0, 1]
	// Inputs are values of inputs that the view's graph has.
	Inputs map[string][]float32
	// Settle makes the network's input of a moved image, exactly as it will be made of a saved copy.
	Settle func(moved []float32) (image []float32, err error)
	// Within is told of a search the ε of each attack before it, within which Settle is to stay; nil where nobody asks.
	Within func(epsilon float32)
}

// View is how a network's input comes from an image, as part of the graph: what the loop follows between the first
// image and the last, which it takes as they are given. It must be comparable.
type View interface {
	Size() (height, width int)
	// See makes the network's input, 1×In×H×W, of the image, 1×1×height×width.
	See(image *core.Node) *core.Node
}

// moved is what an attack moves at first.
func (p *Problem) moved() []float32 {
	if p.Own != nil {
		return p.Own.Image
	}
	return p.Image
}

// check refuses a problem that the session is not for.
func (s *Session) check(p *Problem, o *Objective) error {
	shape, n := s.Network.Shape(), s.Height*s.Width
	if len(p.Image) != shape.In*n {
		return fmt.Errorf("attack: the image has %d values; the model expects %d×%d×%d", len(p.Image), shape.In, s.Height, s.Width)
	}
	if p.Truth != nil && len(p.Truth) != shape.Classes*n {
		return fmt.Errorf("attack: the truth has %d values; the model expects %d×%d×%d", len(p.Truth), shape.Classes, s.Height, s.Width)
	}
	if p.Truth == nil && o.Target == Truth {
		return fmt.Errorf("attack: there is no truth to attack with; expected %d×%d×%d values", shape.Classes, s.Height, s.Width)
	}
	if err := s.checkGoal(p, o); err != nil {
		return err
	}
	height, width := s.Height, s.Width
	if p.Own != nil {
		height, width = p.Own.View.Size()
		if len(p.Own.Image) != height*width {
			return fmt.Errorf("attack: the image to be moved has %d values; expected %d×%d", len(p.Own.Image), height, width)
		}
	}
	if p.Inside != nil && len(p.Inside) != height*width {
		return fmt.Errorf("attack: the region has %d values; what is moved has %d×%d pixels", len(p.Inside), height, width)
	}
	for i, v := range p.Inside {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("attack: the region has %v at pixel %d; expected parts of epsilon, from 0 to 1", v, i)
		}
	}
	if p.From != nil && len(p.From) != len(p.moved()) {
		return fmt.Errorf("attack: the image to begin at has %d values; what is moved has %d", len(p.From), len(p.moved()))
	}
	return nil
}

// checkGoal refuses a target that the session's network cannot be brought to.
func (s *Session) checkGoal(p *Problem, o *Objective) error {
	shape, n := s.Network.Shape(), s.Height*s.Width
	classes := shape.Classes
	switch {
	case o.Class > shape.Foreground():
		return fmt.Errorf("attack: class %d; the model has %d, counted from 1", o.Class, shape.Foreground())
	case p.Goal == nil && o.Target == Painted:
		return fmt.Errorf("attack: there is no painted mask for the model to find; expected %d×%d×%d values", classes, s.Height, s.Width)
	case p.Goal != nil && !o.Target.Sought():
		return fmt.Errorf("attack: there is a mask for the model to find, but the label is %s; take %s", o.Target, Painted)
	case p.Goal != nil && len(p.Goal) != classes*n:
		return fmt.Errorf("attack: the mask to be found has %d values; the model expects %d×%d×%d", len(p.Goal), classes, s.Height, s.Width)
	}
	return nil
}

// limits are the inputs of a step: its size, the budget, and where.
func (s *Session) limits(p *Problem, m *Method) values {
	in := values{"step": {m.size()}, "epsilon": {m.Epsilon}}
	if p.Inside != nil {
		in["region"] = p.Inside
	}
	return in
}

// reference is what predictions are compared with: the truth, or else the clean prediction.
func (p *Problem) reference(shape net.Shape, clean []float32) []uint8 {
	if p.Truth != nil {
		return p.Truth
	}
	return Mask(shape, clean)
}

// target is what the loss compares with. clean are the clean image's logits, where that is the prediction from it.
func (p *Problem) target(shape net.Shape, o *Objective, clean []float32) []float32 {
	switch {
	case o.Target.Sought():
		return floats(p.Goal)
	case o.Target == Truth:
		return floats(p.Truth)
	}
	return floats(Mask(shape, clean))
}

func floats(planes []uint8) []float32 {
	f := make([]float32, len(planes))
	for i, v := range planes {
		f[i] = float32(v)
	}
	return f
}
