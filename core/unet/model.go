package unet

import (
	"segfault/core"
)

// Model is a network in evaluation mode: a Spec with its weights, batch-norm
// folded into the convolutions. Graphs built from one Model share its tensors.
type Model struct {
	Spec   Spec
	folded map[string]*core.Tensor
}

// NewModel takes a checkpoint's tensors and recognises their architecture.
func NewModel(tensors map[string]*core.Tensor) (*Model, error) {
	s, err := Recognise(tensors)
	if err != nil {
		return nil, err
	}
	m := &Model{Spec: s, folded: map[string]*core.Tensor{}}
	s.Build(folder{m, tensors}, core.NewInput("x", 1, s.In, s.Multiple(), s.Multiple()))
	return m, nil
}

// Logits builds the network on x, N×In×H×W.
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

// folder is a Params that fills a model's folded tensors.
type folder struct {
	*Model
	tensors map[string]*core.Tensor
}

// Conv implements Params.
func (f folder) Conv(l Layer, x *core.Node) *core.Node {
	w, b := f.tensors[l.Name+".weight"], f.tensors[l.Name+".bias"]
	if l.Norm != "" {
		w, b = core.FoldBatchNorm(w, b, f.tensors[l.Norm+".weight"], f.tensors[l.Norm+".bias"],
			f.tensors[l.Norm+runningMean], f.tensors[l.Norm+runningVar], l.Eps)
	}
	f.folded[l.Name+".weight"], f.folded[l.Name+".bias"] = w, b
	return f.Model.Conv(l, x)
}
