package attack

import (
	"segfault/core"
	"segfault/core/names"
)

// Weight is how much the loss of each element counts, by what the network makes of it. An element is a pixel of a class, with
// the probability q = σ((2t−1)·z) of what is true of it: a pixel of two classes, in the papers' words. Weights are numbers to the gradient.
type Weight string

// The weights.
const (
	Even     Weight = "" // all alike
	SegPGD   Weight = "segpgd"
	CosPGD   Weight = "cospgd"
	Right    Weight = "right"
	Balanced Weight = "balanced"
)

type weight struct {
	names.Entry
	// of builds it. before is λ, the part of an iteration that is over, from 0 to a half.
	of func(m measured, before *core.Node) *core.Node
}

// measured is what a weight knows of each element.
type measured struct {
	target *core.Node
	left   *core.Node // 1 where there is something to do: where it is right, or of a target that is sought where it is not
	cosine *core.Node // of (q, 1−q) and (1, 0), or of a target that is sought 1 less it
}

var weights = []*weight{
	// Gu et al. 2022, equations 6 to 8: 1−λ where right, λ where wrong, λ = (t−1)/2T. Their algorithm begins at a random point; so does
	// this where the method says so. For a target CosPGD's code, which has SegPGD too, swaps the two.
	{names.Entry{Name: string(SegPGD), Title: "SegPGD", About: "At first what is right alone, at last right and wrong nearly alike (Gu et al. 2022, equations 6 to 8)."},
		func(m measured, before *core.Node) *core.Node {
			return core.Add(core.Mul(m.left, core.Affine(before, -2, 1)), before)
		}},
	// Agnihotri et al. 2024, equation 5, in its form for two classes: the softmax is (q, 1−q). Their code takes a softmax over
	// the classes of a pixel; over sigmoids it would be wrong, since the background has no class.
	{names.Entry{Name: string(CosPGD), Title: "CosPGD", About: "The cosine of the prediction and the label (Agnihotri et al. 2024, equation 5)."},
		func(m measured, _ *core.Node) *core.Node { return m.cosine }},
	// Xie et al. 2017, algorithm 1: the active set. Croce et al. 2024 call it masked cross-entropy.
	{names.Entry{Name: string(Right), Title: "right pixels", About: "What is still right alone (Xie et al. 2017, algorithm 1)."},
		func(m measured, _ *core.Node) *core.Node { return m.left }},
	// Croce et al. 2024, section 3.2: pixels of all classes count the same. Theirs are counted in the data set, these in the target.
	{names.Entry{Name: string(Balanced), Title: "balanced", About: "What is still right, the few pixels of a class as much as the many that are not (Croce et al. 2024)."},
		func(m measured, _ *core.Node) *core.Node {
			n := float32(m.target.Shape.Count())
			ones := core.Total(m.target)
			part := func(count *core.Node) *core.Node { // n/2 over the count, 0 where there is none
				return core.Mul(core.Positive(count), core.Div(core.Constant(n/2), core.Max(count, core.Constant(1))))
			}
			zeros := core.Affine(ones, -1, n)
			each := core.Add(core.Mul(m.target, core.Sub(part(ones), part(zeros))), part(zeros))
			return core.Mul(m.left, each)
		}},
}

// Weights lists them, but for that which is none.
func Weights() []names.Entry { return names.Entries(weights) }

// measures are what weights are made of.
func measures(logits, target *core.Node, sought bool) measured {
	found := core.Positive(logits)
	wrong := core.Abs(core.Sub(found, target))
	q := core.Sigmoid(core.Mul(logits, core.Affine(target, 2, -1)))
	p := core.Affine(q, -1, 1)
	m := measured{target, core.Affine(wrong, -1, 1), core.Div(q, core.Sqrt(core.Add(core.Mul(q, q), core.Mul(p, p))))}
	if sought {
		m.left, m.cosine = wrong, core.Affine(m.cosine, -1, 1)
	}
	return m
}

// halves are λ of every step.
func halves(steps int) []float32 {
	list := make([]float32, steps)
	for i := range list {
		list[i] = float32(i) / float32(2*steps)
	}
	return list
}
