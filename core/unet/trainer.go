package unet

import (
	"fmt"
	"math"
	"math/rand/v2"

	"segfault/core"
	"segfault/kernels"
)

// Trainer is a Params for training: weights that an optimiser changes,
// batch-norm by the batch's own statistics with running averages beside, and
// residual branches that are left out at random. One Trainer serves graphs of
// several batch and image sizes, which share its tensors.
type Trainer struct {
	Spec    Spec
	Tensors map[string]*core.Tensor // by the library's names, but for statistics
	Order   []string                // of trainable tensors, as first built

	random *rand.Rand
	// what the last Build made
	parameters []*core.Node
	effects    []*core.Node
	drops      []drop
}

// drop is an input that says which images of a batch keep a residual branch.
type drop struct {
	name  string
	batch int
	rate  float64
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
// and the effects that keep the running statistics. Where the network has
// stochastic depth the graph has more inputs, see Survival.
func (t *Trainer) Build(x *core.Node) (logits *core.Node, parameters, effects []*core.Node) {
	t.parameters, t.effects, t.drops = nil, nil, nil
	logits = t.Spec.Build(t, x)
	return logits, t.parameters, t.effects
}

// Survival draws the inputs that the last Build needs for stochastic depth, by
// name: for each image 0 where the branch is left out, else the factor that
// keeps its mean. A new draw is due at every step.
func (t *Trainer) Survival(r *rand.Rand) map[string][]float32 {
	inputs := map[string][]float32{}
	for _, d := range t.drops {
		keep := make([]float32, d.batch)
		for i := range keep {
			if r.Float64() >= d.rate {
				keep[i] = float32(1 / (1 - d.rate))
			}
		}
		inputs[d.name] = keep
	}
	return inputs
}

// Drop implements Params.
func (t *Trainer) Drop(x *core.Node, rate float64) *core.Node {
	if rate == 0 {
		return x
	}
	d := drop{fmt.Sprintf("survival.%d", len(t.drops)), x.Shape[0], rate}
	t.drops = append(t.drops, d)
	return core.Scale(x, core.NewInput(d.name, d.batch))
}

// Conv implements Params.
func (t *Trainer) Conv(l Layer, x *core.Node) *core.Node {
	w := t.parameter(l.Name+".weight", l.weightShape(x), t.initial(l))
	if l.Norm == "" {
		l.Conv.Bias = t.parameter(l.Name+".bias", core.Shape{l.Width}, constant(0))
		return core.Conv2D(x, w, l.Conv)
	}
	act := l.Conv.Act
	l.Conv.Act = kernels.Identity
	gamma := t.parameter(l.Norm+".weight", core.Shape{l.Width}, constant(1))
	beta := t.parameter(l.Norm+".bias", core.Shape{l.Width}, constant(0))
	y, stats := core.BatchNorm(core.Conv2D(x, w, l.Conv), gamma, beta, float32(l.Eps), act)
	running := t.tensor(l.Norm+statistics, core.Shape{2, l.Width}, constant(0))
	t.effects = append(t.effects, core.Follow(core.NewParameter(l.Norm+statistics, running), stats, batchNormMomentum))
	return y
}

// Idle implements Params: the tensors are drawn, for the checkpoint's sake, and
// stay as they are.
func (t *Trainer) Idle(l Layer, x *core.Node) {
	t.tensor(l.Name+".weight", l.weightShape(x), t.initial(l))
	t.tensor(l.Norm+".weight", core.Shape{l.Width}, constant(1))
	t.tensor(l.Norm+".bias", core.Shape{l.Width}, constant(0))
	t.tensor(l.Norm+statistics, core.Shape{2, l.Width}, constant(0))
}

// initial draws a layer's weights.
func (t *Trainer) initial(l Layer) func() float32 {
	fanOut := l.Width * l.Size * l.Size / max(l.Conv.Groups, 1)
	scale := math.Sqrt(2 / float64(fanOut))
	if l.Name == "segmentation_head.0" {
		scale = 0.01 // begin undecided
	}
	return func() float32 { return float32(t.random.NormFloat64() * scale) }
}

func constant(v float32) func() float32 { return func() float32 { return v } }

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
