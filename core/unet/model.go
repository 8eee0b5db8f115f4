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

// batchNormEps is PyTorch's default.
const batchNormEps = 1e-5

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
func (m *Model) Conv(name, _ string, x *core.Node, _, _ int, o core.Conv) *core.Node {
	o.Bias = core.NewParameter(name+".bias", m.folded[name+".bias"])
	return core.Conv2D(x, core.NewParameter(name+".weight", m.folded[name+".weight"]), o)
}

// folder is a Params that fills a model's folded tensors.
type folder struct {
	m       *Model
	tensors map[string]*core.Tensor
}

// Conv implements Params.
func (f folder) Conv(name, norm string, x *core.Node, cout, size int, o core.Conv) *core.Node {
	w, b := f.tensors[name+".weight"], f.tensors[name+".bias"]
	if norm != "" {
		w, b = core.FoldBatchNorm(w, b, f.tensors[norm+".weight"], f.tensors[norm+".bias"],
			f.tensors[norm+runningMean], f.tensors[norm+runningVar], batchNormEps)
	}
	f.m.folded[name+".weight"], f.m.folded[name+".bias"] = w, b
	return f.m.Conv(name, norm, x, cout, size, o)
}
