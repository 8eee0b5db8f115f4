package unet

import (
	"fmt"
	"math"
	"strings"

	"segfault/core"
)

// Checkpoint is the state dict under the library's names. A VGG encoder with
// batch-norm is folded into the plain one, which computes the same: a network
// trained as vgg13_bn is published as vgg13.
func (t *Trainer) Checkpoint() (Spec, map[string]*core.Tensor) {
	return t.CheckpointOf(t.Tensors)
}

// CheckpointOf is the state dict of other tensors under the trainer's names,
// such as averages of them.
func (t *Trainer) CheckpointOf(tensors map[string]*core.Tensor) (Spec, map[string]*core.Tensor) {
	e := exporter{tensors: tensors, out: map[string]*core.Tensor{}}
	published := t.Spec
	if base, folds := strings.CutSuffix(t.Spec.Encoder, normSuffix); folds {
		published.Encoder = base
		e.renamed = folding(t.Spec.Encoder)
	}
	t.Spec.Build(&e, t.Spec.smallest())
	return published, e.out
}

// folding are the layers of an encoder with batch-norm, and their names in the plain one.
func folding(encoder string) map[string]string {
	var names []string
	vggLayers(encoder, func(_, layer int) { names = append(names, fmt.Sprintf("encoder.features.%d", layer)) })
	renamed := map[string]string{}
	vggLayers(strings.TrimSuffix(encoder, normSuffix), func(_, layer int) {
		renamed[names[len(renamed)]] = fmt.Sprintf("encoder.features.%d", layer)
	})
	return renamed
}

// exporter is a Params that writes a checkpoint.
type exporter struct {
	tensors map[string]*core.Tensor
	out     map[string]*core.Tensor
	renamed map[string]string // layers that take up their batch-norm, and their new names
}

// Conv implements Params.
func (e *exporter) Conv(l Layer, x *core.Node) *core.Node {
	e.Idle(l, x)
	return core.Conv2D(x, core.NewParameter(l.Name, e.tensors[l.Name+".weight"]), l.Conv)
}

// Idle implements Params.
func (e *exporter) Idle(l Layer, x *core.Node) {
	w := e.tensors[l.Name+".weight"]
	if l.Norm == "" {
		e.out[l.Name+".weight"], e.out[l.Name+".bias"] = w, e.tensors[l.Name+".bias"]
		return
	}
	gamma, beta, running := e.tensors[l.Norm+".weight"], e.tensors[l.Norm+".bias"], e.tensors[l.Norm+statistics]
	mean := &core.Tensor{Shape: core.Shape{l.Width}, Data: running.Data[:l.Width]}
	variance := &core.Tensor{Shape: core.Shape{l.Width}, Data: running.Data[l.Width:]}
	if name := e.renamed[l.Name]; name != "" {
		e.out[name+".weight"], e.out[name+".bias"] = core.FoldBatchNorm(w, nil, gamma, beta, mean, variance, l.Eps)
		return
	}
	e.out[l.Norm+".weight"], e.out[l.Norm+".bias"] = gamma, beta
	e.out[l.Name+".weight"], e.out[l.Norm+runningMean], e.out[l.Norm+runningVar] = standardise(w, mean, variance, l.Eps)
}

// standardise divides a convolution and its running mean by the running standard
// deviation, which becomes 1: the batch-norm after it computes the same, and
// statistics of any size fit a float16.
func standardise(w, mean, variance *core.Tensor, eps float64) (weight, m, v *core.Tensor) {
	width := len(mean.Data)
	weight, m, v = core.NewTensor(w.Shape...), core.NewTensor(width), core.NewTensor(width)
	inner := len(w.Data) / width
	for c := range width {
		deviation := math.Sqrt(float64(variance.Data[c]) + eps)
		for i, x := range w.Data[c*inner : (c+1)*inner] {
			weight.Data[c*inner+i] = float32(float64(x) / deviation)
		}
		m.Data[c] = float32(float64(mean.Data[c]) / deviation)
		v.Data[c] = float32(1 - eps)
	}
	return weight, m, v
}

// Drop implements Params.
func (e *exporter) Drop(x *core.Node, _ float64) *core.Node { return x }
