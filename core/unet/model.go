package unet

import (
	"fmt"

	"segfault/core"
)

// Model is a network in evaluation mode: a Spec with its weights, batch-norm
// folded into the convolutions. Graphs built from one Model share its tensors.
type Model struct {
	Spec   Spec
	folded map[string]*core.Tensor
	input  [2]float32 // what the network expects where the image is 0 and 1
}

// NewModel takes a checkpoint's tensors and recognises their architecture.
func NewModel(tensors map[string]*core.Tensor) (*Model, error) {
	s, err := Recognise(tensors)
	if err != nil {
		return nil, err
	}
	m := &Model{Spec: s, folded: map[string]*core.Tensor{}, input: [2]float32{0, 1}}
	s.Build(folder{m, tensors}, core.NewInput("x", 1, s.In, s.Multiple(), s.Multiple()))
	return m, nil
}

// SetRange says which values the network was trained on, such as −1 to 1 or 0
// to 255. Images, attacks and their budgets stay in [0, 1]: Logits converts.
func (m *Model) SetRange(low, high float32) error {
	if !(low < high) || low-low != 0 || high-high != 0 {
		return fmt.Errorf("unet: an input range from %v to %v; expected two numbers, the lower one first, such as 0 and 1", low, high)
	}
	m.input = [2]float32{low, high}
	return nil
}

// Logits builds the network on x, N×In×H×W with values in [0, 1].
func (m *Model) Logits(x *core.Node) *core.Node {
	if low, high := m.input[0], m.input[1]; low != 0 || high != 1 {
		x = core.Affine(x, high-low, low)
	}
	return m.Spec.Build(m, x)
}

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
