package unet

import (
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
	s.Build(&list, s.smallest())
	return list
}

// Parameters counts what training would change in the library: weights and
// biases, batch-norm included, running statistics not.
func (s Spec) Parameters() int {
	n := 0
	for _, t := range s.Tensors() {
		if !isStatistic(t.Name) {
			n += t.Shape.Count()
		}
	}
	return n
}

const (
	runningMean = ".running_mean"
	runningVar  = ".running_var"
)

func isStatistic(name string) bool {
	return strings.HasSuffix(name, runningMean) || strings.HasSuffix(name, runningVar)
}

// lister is a Params that only notes what a network asks for.
type lister []NamedShape

// Conv implements Params.
func (l *lister) Conv(layer Layer, x *core.Node) *core.Node {
	l.Idle(layer, x)
	return core.Conv2D(x, core.NewInput(layer.Name, layer.weightShape(x)...), layer.Conv)
}

// Idle implements Params.
func (l *lister) Idle(layer Layer, x *core.Node) { *l = append(*l, layer.tensors(x)...) }

// Drop implements Params.
func (l *lister) Drop(x *core.Node, _ float64) *core.Node { return x }
