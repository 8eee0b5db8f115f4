package unet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"segfault/core"
	"segfault/kernels"
)

// Trainer is a Params for training: weights that an optimiser changes,
// batch-norm by the batch's own statistics with running averages beside. One
// Trainer serves graphs of several batch and image sizes, which share its
// tensors.
type Trainer struct {
	Spec    Spec
	Tensors map[string]*core.Tensor // by the library's names, but for statistics
	Order   []string                // of trainable tensors, as first built

	random *rand.Rand
	// what the last Build made
	parameters []*core.Node
	effects    []*core.Node
}

// statistics holds a batch-norm's running means, then variances.
const statistics = ".running_statistics"

// batchNormMomentum is PyTorch's: how far a batch moves the running averages.
const batchNormMomentum = 0.1

// NewTrainer draws initial weights (He et al. 2015, normal, fan-out as
// torchvision's VGG) from a seed.
func NewTrainer(s Spec, seed uint64) *Trainer {
	return &Trainer{Spec: s, Tensors: map[string]*core.Tensor{}, random: rand.New(rand.NewPCG(seed, 0x5e9))}
}

// Build draws the network in training mode. It returns the trainable parameters
// and the effects that keep the running statistics.
func (t *Trainer) Build(x *core.Node) (logits *core.Node, parameters, effects []*core.Node) {
	t.parameters, t.effects = nil, nil
	logits = t.Spec.Build(t, x)
	return logits, t.parameters, t.effects
}

// Conv implements Params.
func (t *Trainer) Conv(name, norm string, x *core.Node, cout, size int, o core.Conv) *core.Node {
	shape := weightShape(x, cout, size, o)
	scale := math.Sqrt(2 / float64(cout*size*size))
	if name == "segmentation_head.0" {
		scale = 0.01 // begin undecided
	}
	w := t.parameter(name+".weight", shape, func() float32 { return float32(t.random.NormFloat64() * scale) })
	if norm == "" {
		o.Bias = t.parameter(name+".bias", core.Shape{cout}, func() float32 { return 0 })
		return core.Conv2D(x, w, o)
	}
	act := o.Act
	o.Act = kernels.Identity
	gamma := t.parameter(norm+".weight", core.Shape{cout}, func() float32 { return 1 })
	beta := t.parameter(norm+".bias", core.Shape{cout}, func() float32 { return 0 })
	y, stats := core.BatchNorm(core.Conv2D(x, w, o), gamma, beta, batchNormEps, act)
	running := t.tensor(norm+statistics, core.Shape{2, cout}, func() float32 { return 0 })
	t.effects = append(t.effects, core.Follow(core.NewParameter(norm+statistics, running), stats, batchNormMomentum))
	return y
}

func (t *Trainer) parameter(name string, shape core.Shape, initial func() float32) *core.Node {
	if t.Tensors[name] == nil {
		t.Order = append(t.Order, name)
	}
	p := core.NewParameter(name, t.tensor(name, shape, initial))
	t.parameters = append(t.parameters, p)
	return p
}

func (t *Trainer) tensor(name string, shape core.Shape, initial func() float32) *core.Tensor {
	v := t.Tensors[name]
	if v == nil {
		v = core.NewTensor(shape...)
		for i := range v.Data {
			v.Data[i] = initial()
		}
		t.Tensors[name] = v
	}
	if !v.Shape.Equal(shape) {
		panic(fmt.Sprintf("unet: tensor %q has shape %v; the network expects %v", name, v.Shape, shape))
	}
	return v
}

// Checkpoint is the state dict under the library's names. An encoder with
// batch-norm is folded into the plain one, which computes the same: a network
// trained as vgg13_bn is published as vgg13.
func (t *Trainer) Checkpoint() (Spec, map[string]*core.Tensor) {
	out := map[string]*core.Tensor{}
	plain := t.Spec
	plain.Encoder = strings.TrimSuffix(plain.Encoder, "_bn")
	encoder := exporter{t, out, plain}
	t.Spec.Build(&encoder, core.NewInput("x", 1, t.Spec.In, t.Spec.Multiple(), t.Spec.Multiple()))
	return plain, out
}

// exporter is a Params that writes a checkpoint.
type exporter struct {
	t     *Trainer
	out   map[string]*core.Tensor
	plain Spec
}

// Conv implements Params.
func (e *exporter) Conv(name, norm string, x *core.Node, cout, size int, o core.Conv) *core.Node {
	w := e.t.Tensors[name+".weight"]
	y := core.Conv2D(x, core.NewParameter(name, w), o)
	if norm == "" {
		e.out[name+".weight"], e.out[name+".bias"] = w, e.t.Tensors[name+".bias"]
		return y
	}
	gamma, beta, running := e.t.Tensors[norm+".weight"], e.t.Tensors[norm+".bias"], e.t.Tensors[norm+statistics]
	mean := &core.Tensor{Shape: core.Shape{cout}, Data: running.Data[:cout]}
	variance := &core.Tensor{Shape: core.Shape{cout}, Data: running.Data[cout:]}
	if strings.HasPrefix(name, "encoder.") {
		plainName := e.plainLayer(name)
		e.out[plainName+".weight"], e.out[plainName+".bias"] =
			core.FoldBatchNorm(w, nil, gamma, beta, mean, variance, batchNormEps)
		return y
	}
	e.out[name+".weight"] = w
	e.out[norm+".weight"], e.out[norm+".bias"] = gamma, beta
	e.out[norm+runningMean], e.out[norm+runningVar] = mean, variance
	return y
}

// plainLayer renames the encoder's i-th convolution as in the plain encoder.
func (e *exporter) plainLayer(name string) string {
	var from, to int
	for _, convs := range e.plain.depths() {
		for range convs {
			if name == fmt.Sprintf("encoder.features.%d", from) {
				return fmt.Sprintf("encoder.features.%d", to)
			}
			from, to = from+3, to+2
		}
		from, to = from+1, to+1
	}
	panic("unet: no encoder layer " + name)
}
