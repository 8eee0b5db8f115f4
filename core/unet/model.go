package unet

import (
	"fmt"
	"slices"

	"segfault/core"
	"segfault/core/net"
	"segfault/core/weights"
)

// Model is a network in evaluation mode: a Spec with its weights, batch-norm
// folded into the convolutions. Graphs built from one Model share its tensors.
type Model struct {
	Spec   Spec
	folded map[string]*core.Tensor
}

// Load recognises a checkpoint's architecture and reads its weights.
func Load(w weights.Weights) (*Model, error) {
	w = unwrap(w)
	s, err := recognise(w.Shapes())
	if err != nil {
		return nil, err
	}
	m := &Model{Spec: s, folded: map[string]*core.Tensor{}}
	f := folder{Model: m, weights: w}
	s.Build(&f, s.smallest())
	return m, f.err
}

// NewModel loads a checkpoint whose tensors are in memory.
func NewModel(tensors map[string]*core.Tensor) (*Model, error) { return Load(weights.Memory(tensors)) }

// Shape implements net.Network.
func (m *Model) Shape() net.Shape {
	return net.Shape{In: m.Spec.In, Classes: m.Spec.Classes, Multiple: m.Spec.Multiple()}
}

// Logits implements net.Network.
func (m *Model) Logits(x *core.Node) *core.Node { return m.Spec.Build(m, x) }

// Conv implements Params.
func (m *Model) Conv(l Layer, x *core.Node) *core.Node {
	l.Conv.Bias = core.NewParameter(l.Name+".bias", m.folded[l.Name+".bias"])
	return core.Conv2D(x, core.NewParameter(l.Name+".weight", m.folded[l.Name+".weight"]), l.Conv)
}

// Idle implements Params.
func (m *Model) Idle(Layer, *core.Node) {}

// Drop implements Params.
func (m *Model) Drop(x *core.Node, _ float64) *core.Node { return x }

// folder is a Params that reads a model's tensors and folds them, and keeps
// the first error.
type folder struct {
	*Model
	weights weights.Weights
	err     error
}

// Conv implements Params.
func (f *folder) Conv(l Layer, x *core.Node) *core.Node {
	w := f.read(l.Name+".weight", l.weightShape(x))
	var b *core.Tensor
	if l.Bias {
		b = f.read(l.Name+".bias", core.Shape{l.Width})
	}
	if l.Norm != "" {
		at := func(name string) *core.Tensor { return f.read(l.Norm+name, core.Shape{l.Width}) }
		variance := at(runningVar)
		if low := slices.Min(variance.Data); low < 0 && f.err == nil {
			f.err = fmt.Errorf("unet: tensor %q holds %v; a variance is not negative", l.Norm+runningVar, low)
		}
		w, b = core.FoldBatchNorm(w, b, at(".weight"), at(".bias"), at(runningMean), variance, l.Eps)
	}
	f.folded[l.Name+".weight"], f.folded[l.Name+".bias"] = w, b
	return f.Model.Conv(l, x)
}

// read reads a tensor of a known shape; after an error they are all zero.
func (f *folder) read(name string, shape core.Shape) *core.Tensor {
	if f.err == nil {
		t, err := f.weights.Tensor(name)
		if err == nil {
			err = weights.Finite(name, t)
		}
		if err == nil {
			return t
		}
		f.err = err
	}
	return core.NewTensor(shape...)
}
