package unet

import (
	"fmt"
	"strings"

	"segfault/core"
)

// NamedShape is a tensor of a state dict.
type NamedShape struct {
	Name  string
	Shape core.Shape
}

// Tensors lists the network's state dict, without num_batches_tracked, in the
// order of its layers.
func (s Spec) Tensors() []NamedShape {
	var list lister
	s.Build(&list, core.NewInput("x", 1, s.In, s.Multiple(), s.Multiple()))
	return list
}

// Parameters counts what training would change: weights and biases, batch-norm
// included, running statistics not.
func (s Spec) Parameters() int {
	n := 0
	for _, t := range s.Tensors() {
		if !isStatistic(t.Name) {
			n += t.Shape.Count()
		}
	}
	return n
}

// lister is a Params that only notes what a network asks for.
type lister []NamedShape

// Conv implements Params.
func (l *lister) Conv(name, norm string, x *core.Node, cout, size int, o core.Conv) *core.Node {
	w := weightShape(x, cout, size, o)
	*l = append(*l, NamedShape{name + ".weight", w})
	if hasBias(name, norm) {
		*l = append(*l, NamedShape{name + ".bias", core.Shape{cout}})
	}
	if norm != "" {
		for _, part := range []string{".weight", ".bias", runningMean, runningVar} {
			*l = append(*l, NamedShape{norm + part, core.Shape{cout}})
		}
	}
	return core.Conv2D(x, core.NewInput(name, w...), o)
}

const (
	runningMean = ".running_mean"
	runningVar  = ".running_var"
)

// hasBias follows the library: the decoder's convolutions before a batch-norm
// have none, VGG's have one all the same.
func hasBias(name, norm string) bool { return norm == "" || strings.HasPrefix(name, "encoder.") }

func isStatistic(name string) bool {
	return strings.HasSuffix(name, runningMean) || strings.HasSuffix(name, runningVar)
}

func weightShape(x *core.Node, cout, size int, o core.Conv) core.Shape {
	in := x.Shape[1]
	if o.Skip != nil {
		in += o.Skip.Shape[1]
	}
	return core.Shape{cout, in / max(o.Groups, 1), size, size}
}

// check compares tensors with what the network needs and names the first that
// does not fit.
func (s Spec) check(tensors map[string]*core.Tensor) error {
	for _, want := range s.Tensors() {
		t := tensors[want.Name]
		if t == nil {
			return fmt.Errorf("unet: the %s checkpoint lacks tensor %q of shape %v", s.Encoder, want.Name, want.Shape)
		}
		if !t.Shape.Equal(want.Shape) {
			return fmt.Errorf("unet: tensor %q has shape %v; a %s network expects %v", want.Name, t.Shape, s.Encoder, want.Shape)
		}
		for i, v := range t.Data {
			if v-v != 0 { // NaN or infinite
				return fmt.Errorf("unet: tensor %q holds %v at position %d; expected finite weights", want.Name, v, i)
			}
		}
	}
	return nil
}
