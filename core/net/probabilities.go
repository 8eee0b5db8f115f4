package net

import "segfault/core"

// LogOdds makes logits of probabilities, as far as float32 tells them from 0 and 1.
func LogOdds(p *core.Node, a Activation) *core.Node {
	const least = 1e-7
	p = core.Clamp(p, least, 1-least)
	if a == Softmax {
		return core.Log(p)
	}
	return core.Sub(core.Log(p), core.Log(core.Affine(p, -1, 1)))
}

// OfProbabilities is a network that gives probabilities where its logits should be: logits are made of them.
func OfProbabilities(n Network) Network { return probable{n} }

type probable struct{ Network }

// Logits implements Network.
func (p probable) Logits(x *core.Node) *core.Node {
	return LogOdds(p.Network.Logits(x), p.Shape().Activation)
}
