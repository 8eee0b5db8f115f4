package attack

import (
	"segfault/core"
	"segfault/core/names"
)

// Weight is how much the loss of each element counts, by what the network makes of it. An element is a pixel of a class, with
// the probability q = σ((2t−1)·z) of what is true of it: a pixel of two classes, in the papers' words. Under a loss of exclusive classes
// it is a pixel with a softmax, as in the papers. Weights are numbers to the gradient.
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
	share  *core.Node // of all elements times the number of classes, those of the element's own class
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
	// Agnihotri et al. 2024, equation 5: of a softmax and a label that is one class, that class's probability over the length of all. Of
	// sigmoids it is the form for two classes, (q, 1−q): over the classes of a pixel it would be wrong, since the background has none.
	{names.Entry{Name: string(CosPGD), Title: "CosPGD", About: "The cosine of the prediction and the label (Agnihotri et al. 2024, equation 5)."},
		func(m measured, _ *core.Node) *core.Node { return m.cosine }},
	// Xie et al. 2017, algorithm 1: the active set. Croce et al. 2024 call it masked cross-entropy.
	{names.Entry{Name: string(Right), Title: "right pixels", About: "What is still right alone (Xie et al. 2017, algorithm 1)."},
		func(m measured, _ *core.Node) *core.Node { return m.left }},
	// Croce et al. 2024, section 3.2: pixels of all classes count the same. Theirs are counted in the data set, these in the target.
	{names.Entry{Name: string(Balanced), Title: "balanced", About: "What is still right, the few pixels of a class as much as the many that are not (Croce et al. 2024)."},
		func(m measured, _ *core.Node) *core.Node {
			return core.Div(m.left, m.share)
		}},
}

// Weights lists them, but for that which is none.
func Weights() []names.Entry { return names.Entries(weights) }

// measures are what weights are made of.
func (o *Objective) measures(logits, target *core.Node) (m measured) {
	if o.Loss.Exclusive() {
		t, p := core.Chosen(core.Rivals(target)), core.Softmax(core.Rivals(logits), 1)
		m.left = core.Sum(core.Mul(core.Chosen(core.Rivals(logits)), t), 1)
		m.cosine = core.Div(core.Sum(core.Mul(p, t), 1), core.Sqrt(core.Sum(core.Mul(p, p), 1)))
		m.share = core.Sum(core.Mul(t, core.Affine(core.Mean(t, 0, 2, 3), float32(t.Shape[1]), 0)), 1)
	} else {
		q := core.Sigmoid(core.Mul(logits, core.Affine(target, 2, -1)))
		p := core.Affine(q, -1, 1)
		m.left = core.Affine(core.Abs(core.Sub(core.Positive(logits), target)), -1, 1)
		m.cosine = core.Div(q, core.Sqrt(core.Add(core.Mul(q, q), core.Mul(p, p))))
		ones := core.Mean(target)
		m.share = core.Affine(core.Add(core.Mul(target, ones), core.Mul(core.Affine(target, -1, 1), core.Affine(ones, -1, 1))), 2, 0)
	}
	if row(targets, string(o.Target)).sought {
		m.left, m.cosine = core.Affine(m.left, -1, 1), core.Affine(m.cosine, -1, 1)
	}
	return m
}
