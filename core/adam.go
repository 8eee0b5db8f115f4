package core

import (
	"math"

	"segfault/kernels"
)

// AdamW is the optimiser of Loshchilov and Hutter 2019 (Adam for Decay 0).
type AdamW struct {
	Beta1, Beta2, Eps float32
	Decay             float32 // taken from parameters of two or more dimensions
}

// DefaultAdamW has PyTorch's constants.
var DefaultAdamW = AdamW{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Decay: 0.01}

// Moments are an optimiser's running averages for one parameter.
type Moments struct{ First, Second *Tensor }

// NewMoments are the moments before the first step.
func NewMoments(shape Shape) Moments { return Moments{NewTensor(shape...), NewTensor(shape...)} }

// Update is the effect of one step on parameter p with gradient g. rate has
// three values, which Rate gives for every step.
func (a AdamW) Update(p, g, rate *Node, m Moments) *Node {
	mutable("AdamW", p)
	decay := a.Decay
	if len(p.Shape) < 2 {
		decay = 0
	}
	return effect(kernels.Adam{Count: p.Shape.Count(), Beta1: a.Beta1, Beta2: a.Beta2, Eps: a.Eps, Decay: decay},
		g, rate, p, NewParameter(p.Name+".first", m.First), NewParameter(p.Name+".second", m.Second))
}

// Rate is the value of Update's rate at a step, counted from 1.
func (a AdamW) Rate(learning float64, step int) []float32 {
	t := float64(step)
	return []float32{float32(learning),
		float32(1 - math.Pow(float64(a.Beta1), t)), float32(1 - math.Pow(float64(a.Beta2), t))}
}

// Cosine is a learning rate that falls from high to low along half a cosine
// (Loshchilov and Hutter 2017), after a linear rise over the first warm steps.
func Cosine(high, low float64, step, warm, steps int) float64 {
	if step < warm {
		return high * float64(step+1) / float64(warm)
	}
	t := float64(step-warm) / float64(max(steps-warm, 1))
	return low + (high-low)*(1+math.Cos(math.Pi*min(t, 1)))/2
}
