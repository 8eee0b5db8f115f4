package unet

import (
	"fmt"
	"math"

	"segfault/core"
	"segfault/core/weights"
)

// Adopt takes up the weights of a checkpoint, to train on or to publish: of another trainer, with batch-norm and biases as the
// library has them, or a published one, whose encoder has taken up its batch-norm.
func (t *Trainer) Adopt(w weights.Weights) error {
	w = unwrap(w)
	s, err := recognise(w.Shapes())
	if err != nil {
		return err
	}
	a := adopter{trainer: t, weights: w}
	if s.Encoder+normSuffix == t.Spec.Encoder {
		a.folded = folding(t.Spec.Encoder)
		s.Encoder = t.Spec.Encoder
	}
	if s.Name() != t.Spec.Name() || s.Parameters() != t.Spec.Parameters() {
		return fmt.Errorf("unet: the checkpoint is a %s of %d parameters; expected a %s of %d", s.Name(), s.Parameters(), t.Spec.Name(), t.Spec.Parameters())
	}
	t.Spec.Build(&a, t.Spec.smallest())
	return a.err
}

// adopter is a Params that fills a trainer's tensors from a checkpoint, and keeps the first error.
type adopter struct {
	trainer *Trainer
	weights weights.Weights
	folded  map[string]string // layers whose batch-norm the checkpoint has in its convolution, and their names there
	err     error
}

// Conv implements Params.
func (a *adopter) Conv(l Layer, x *core.Node) *core.Node {
	a.Idle(l, x)
	return core.Conv2D(x, core.NewParameter(l.Name, core.NewTensor(l.weightShape(x)...)), l.Conv)
}

// Idle implements Params.
func (a *adopter) Idle(l Layer, x *core.Node) {
	from, folded := a.folded[l.Name]
	if !folded {
		from = l.Name
	}
	a.give(l.Name+".weight", a.read(from+".weight", l.weightShape(x)))
	vector := func(name string) *core.Tensor { return a.read(name, core.Shape{l.Width}) }
	if l.Norm == "" {
		a.give(l.Name+".bias", vector(l.Name+".bias"))
		return
	}
	gamma, beta, running := core.NewTensor(l.Width), core.NewTensor(l.Width), core.NewTensor(2, l.Width)
	mean, variance := running.Data[:l.Width], running.Data[l.Width:]
	if folded { // what the batch-norm does is in the convolution: this one does nothing but add the bias
		copy(beta.Data, vector(from+".bias").Data)
		for c := range l.Width {
			gamma.Data[c], variance[c] = float32(math.Sqrt(1+l.Eps)), 1
		}
	} else {
		gamma, beta = vector(l.Norm+".weight"), vector(l.Norm+".bias")
		copy(mean, vector(l.Norm+runningMean).Data)
		copy(variance, vector(l.Norm+runningVar).Data)
		if l.Bias { // which a batch-norm takes away again
			for c, v := range vector(l.Name + ".bias").Data {
				mean[c] -= v
			}
		}
	}
	a.give(l.Norm+".weight", gamma)
	a.give(l.Norm+".bias", beta)
	a.give(l.Norm+statistics, running)
}

// give fills a tensor of the trainer's, in place where graphs may share it.
func (a *adopter) give(name string, t *core.Tensor) {
	if drawn := a.trainer.Tensors[name]; drawn != nil {
		copy(drawn.Data, t.Data)
		return
	}
	a.trainer.Tensors[name] = t
}

// Drop implements Params.
func (a *adopter) Drop(x *core.Node, _ float64) *core.Node { return x }

// read reads a tensor of a known shape; after an error they are all zero.
func (a *adopter) read(name string, shape core.Shape) *core.Tensor {
	if a.err == nil {
		t, err := a.weights.Tensor(name)
		if err == nil && !t.Shape.Equal(shape) {
			err = fmt.Errorf("unet: tensor %q has shape %v; expected %v", name, t.Shape, shape)
		}
		if err == nil {
			err = weights.Finite(name, t)
		}
		if err == nil {
			return t
		}
		a.err = err
	}
	return core.NewTensor(shape...)
}
