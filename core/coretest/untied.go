package coretest

import (
	"math"
	"testing"

	"segfault/core"
	"segfault/core/unet"
	"segfault/kernels"

	"github.com/stretchr/testify/require"
)

// Untied is a network and an image at which no ReLU and no max-pool is near a tie:
// backends round in orders of their own, and where that cannot decide which way a
// gradient goes, they must agree on it to the last digits.
type Untied struct {
	Name   string
	Divide int // the network's widths
	Side   int // of the image
	Seed   uint64
}

// UntiedNetworks are of every family, with seeds found by search: go test
// ./core/coretest -run Ties -search.
var UntiedNetworks = []Untied{
	{"unet-vgg11", 16, 32, 34},
	{"unet-resnet18", 16, 32, 98},
	{"unet-resnext50_32x4d", 16, 32, 83},
	{"unet-efficientnet-b0", 4, 32, 146},
}

// UntiedMargin is how far from its tie, relative to the largest number of its
// layer, every ReLU and every maximum lies in float32: some fifty times what its
// sums differ from float64's.
const UntiedMargin = 5e-5

// build makes the network with its weights.
func (u Untied) build(t testing.TB) (Oracle, *unet.Model) {
	t.Helper()
	o := Oracle{Seed: u.Seed, HeadGain: 2}
	spec, err := unet.New(u.Name, 3, 2, u.Divide)
	require.NoError(t, err)
	tensors := map[string]*core.Tensor{}
	for _, s := range spec.Tensors() {
		tensors[s.Name] = o.Weight(s.Name, s.Shape)
	}
	model, err := unet.NewModel(tensors)
	require.NoError(t, err)
	return o, model
}

// problem is a plan of logits and the gradients of all losses.
func (u Untied) problem(t testing.TB) (plan *core.Plan, inputs map[string][]float32) {
	o, model := u.build(t)
	x := core.NewInput("x", 1, 3, u.Side, u.Side)
	logits := model.Logits(x)
	target := core.NewInput("target", logits.Shape...)
	outputs := core.Outputs{"logits": logits}
	for _, l := range core.Losses {
		outputs["gradient of "+string(l)] = core.Grad(l.Of(logits, target), x)[0]
	}
	return core.Compile(outputs), map[string][]float32{"x": o.Input(x.Shape...).Data, "target": o.Target(target.Shape...).Data}
}

// CheckGradient compares logits and the gradients of all losses with the scalar CPU's, as closely as
// an op alone: the oracle's tolerance would let pass what the deepest layers do wrong.
func (u Untied) CheckGradient(t *testing.T, backend core.Backend) {
	plan, inputs := u.problem(t)
	want, got := Evaluate(t, Scalar(), plan, inputs), Evaluate(t, backend, plan, inputs)
	for name := range want {
		if e := RelativeError(got[name], want[name]); !(e <= Tolerance) {
			t.Errorf("%s: relative error %.2g, more than %.0g", name, e, Tolerance)
		}
	}
}

// margin is the least distance of a ReLU or a maximum from its tie, relative to
// the largest number of its layer.
func (u Untied) margin(t testing.TB) float64 {
	o, model := u.build(t)
	x := core.NewInput("x", 1, 3, u.Side, u.Side)
	plan := core.Compile(core.Outputs{"logits": model.Logits(x)})
	data := make([][]float32, len(plan.Buffers))
	for i, b := range plan.Buffers {
		if data[i] = make([]float32, b.Count); b.Role == core.Parameter {
			data[i] = b.Value.Data
		}
	}
	copy(data[plan.Inputs["x"]], o.Input(x.Shape...).Data)
	workers, least := kernels.NewWorkers(1), math.Inf(1)
	for _, s := range plan.Steps {
		bind := make([][]float32, len(s.Bind))
		for i, at := range s.Bind {
			bind[i] = data[at]
		}
		switch k := s.Kernel.(type) {
		case kernels.Conv2D:
			if k.Act == kernels.ReLU {
				before := append([][]float32(nil), bind...)
				_, outputs := k.Work()
				before[len(before)-1] = make([]float32, outputs)
				linear := k
				linear.Act = kernels.Identity
				workers.Run(linear.Bind(workers, before))
				least = min(least, nearest(before[len(before)-1]))
			}
		case kernels.Unary:
			if k.Op == kernels.Rectify {
				least = min(least, nearest(bind[0][:k.Count])) // buffers are shared, and may be larger
			}
		case kernels.MaxPool2D:
			least = min(least, closest(k, bind[0]))
		}
		workers.Run(s.Kernel.Bind(workers, bind))
	}
	return least
}

// nearest is how near to 0 any of some numbers comes, relative to the largest.
func nearest(x []float32) float64 {
	least, most := math.Inf(1), 0.0
	for _, v := range x {
		a := math.Abs(float64(v))
		least, most = min(least, a), max(most, a)
	}
	return least / most
}

// closest is how near to the largest number of its window any other comes; where
// that is 0, ReLUs are shut and it does not matter which is taken.
func closest(k kernels.MaxPool2D, x []float32) float64 {
	least, most := math.Inf(1), 0.0
	ho, wo := k.Out()
	for n := range k.N {
		for o := range ho * wo {
			first, second := math.Inf(-1), math.Inf(-1)
			for tap := range k.KH * k.KW {
				y, column := o/wo*k.StrideH-k.Top+tap/k.KW*k.DilationH, o%wo*k.StrideW-k.Left+tap%k.KW*k.DilationW
				if y < 0 || y >= k.H || column < 0 || column >= k.W {
					continue
				}
				v := float64(x[(n*k.H+y)*k.W+column])
				first, second = max(first, v), max(second, min(first, v))
			}
			if most = max(most, first); first > 0 {
				least = min(least, first-second)
			}
		}
	}
	return least / most
}
