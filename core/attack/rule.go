package attack

import (
	"segfault/core"
	"segfault/core/names"
)

// Rule is how the direction of steepest ascent moves the image.
type Rule string

// The rules; all keep to [0, 1].
const (
	Additive  Rule = "additive"
	Blend     Rule = "blend"      // as the code of arXiv 2401.11224 does
	Scaled    Rule = "scaled"     // as DAG does
	Momentum  Rule = "momentum"   // as MI-FGSM does
	HeavyBall Rule = "heavy_ball" // as APGD does
)

type rule struct {
	names.Entry
	shrinks bool    // the image is scaled before it is moved
	boxed   bool    // it is of the maximum norm alone
	reach   float64 // the most by which a pixel may change, in ε
	stride  float32 // the length of all steps of an iteration together, in ε, where the method does not say
	// unit is a direction in place of the norm's; nil is the norm's.
	unit func(gradient *core.Node) *core.Node
	// gather makes one gradient of all until now; nil takes the last.
	gather func(b *memory, gradient *core.Node) *core.Node
	// carry goes on from where a step led; nil stays there.
	carry func(b *memory, image, moved *core.Node) *core.Node
}

var rules = []*rule{
	{Entry: names.Entry{Name: string(Additive), Title: "added", About: "The change is added to the scan: every pixel moves by at most ε."}, reach: 1, stride: 2.5},
	{Entry: names.Entry{Name: string(Blend), Title: "mixed in", About: "The change is mixed into the scan, of which 1 − ε stays, as in the paper’s code: bright pixels move by up to 2ε."}, shrinks: true, boxed: true, reach: 2, stride: 2.5},
	{Entry: names.Entry{Name: string(Scaled), Title: "scaled", About: "x + ε·g over the largest |g|: pixels move in proportion to the gradient (Xie et al. 2017, equation 3)."}, boxed: true, reach: 1, stride: 2.5, unit: largest},
	{Entry: names.Entry{Name: string(Momentum), Title: "momentum", About: "Steps follow the sum of all gradients until now, each of size 1 (Dong et al. 2018, equation 6, decay 1)."}, reach: 1, stride: 1, gather: accumulate},
	{Entry: names.Entry{Name: string(HeavyBall), Title: "heavy ball", About: "Three quarters of a step, and one quarter of the step before it (Croce and Hein 2020, equation 2)."}, reach: 1, stride: 2.5, carry: roll},
}

// Reach is the most by which a method may change a pixel, of the range [0, 1], in every norm.
func (m Method) Reach() float64 { return row(rules, string(m.Rule)).reach * float64(m.Epsilon) }

// Rules lists them.
func Rules() []names.Entry { return names.Entries(rules) }

// moment is where a step is taken.
type moment struct {
	origin, image *core.Node // the image at first, and now
	gradient      *core.Node // of the objective, by the image
	inside        *core.Node // the part of ε by which pixels may change; nil is all of it everywhere
	step, epsilon *core.Node // one number each
	memory        *memory    // of the steps before; nil for a step alone
}

// move builds the image after a step:
//
//	additive: project(x + s·u) on the ball of ε around the origin,
//	blend:    project((1−s)·x + s·u) on that around (1−ε)·origin,
//
// with u the direction and s the step. A blend of one step of ε from the origin is its
// own bounds: no number of steps moves a pixel by more than 2ε.
//
// Where a pixel may change by a part w of ε only, the change is w times one that has all of ε: that is what the norm
// measures, and along which the steps go.
func (s *Shape) move(at *moment) *core.Node {
	norm, rule := row(norms, string(s.Norm)), row(rules, string(s.Rule))
	channels := at.image.Shape[1]
	gradient, step := at.gradient, at.step
	to := ball{centre: at.origin, epsilon: at.epsilon, inside: at.inside, share: 1}
	if at.inside != nil {
		gradient, step = core.Mul(gradient, at.inside), core.Mul(at.inside, step)
	}
	if s.Grey && channels > 1 {
		gradient, to.share = core.Expand(core.Sum(gradient, 1), gradient.Shape...), 1/float32(channels)
	}
	if rule.gather != nil && at.memory != nil {
		gradient = rule.gather(at.memory, gradient)
	}
	from := at.image
	if rule.shrinks {
		from, to.centre = shrink(from, step), shrink(at.origin, to.each())
	}
	direction := norm.unit(gradient, to)
	if rule.unit != nil {
		direction = rule.unit(gradient)
	}
	moved := norm.project(core.Add(from, core.Mul(direction, step)), to)
	if rule.carry != nil && at.memory != nil {
		moved = norm.project(rule.carry(at.memory, at.image, moved), to)
	}
	if at.inside == nil {
		return moved
	}
	changes := core.Positive(at.inside)
	return core.Add(core.Mul(moved, changes), core.Mul(at.image, core.Affine(changes, -1, 1)))
}

// shrink is (1−by)·x.
func shrink(x, by *core.Node) *core.Node { return core.Mul(x, core.Affine(by, -1, 1)) }

// tiny keeps a quotient of zeros at 0.
const tiny = 1e-30

// largest is g over its largest absolute value.
func largest(g *core.Node) *core.Node {
	return core.Div(g, core.Affine(core.Reshape(core.ReduceMax(core.Abs(g)), 1), 1, tiny))
}

// accumulate is Dong et al. 2018, equation 6: g ← μ·g + ∇L/‖∇L‖₁ with a decay μ of 1. torchattacks divides by the mean
// of absolutes, which is the same direction; foolbox takes signs before it sums them, which is another attack.
func accumulate(b *memory, gradient *core.Node) *core.Node {
	before := b.keep("momentum", 0, gradient.Shape...)
	size := core.Total(core.Abs(gradient))
	sum := core.Add(before, core.Div(gradient, core.Affine(size, 1, tiny)))
	b.set(before, sum)
	return sum
}

// roll is Croce and Hein 2020, equation 2: x + α·(z − x) + (1 − α)·(x − the image before x), with z where the step leads and α 0.75,
// in the first step 1. Where the schedule has gone back, x is the point that it went back to, and the image before it the last one's,
// as in the authors' code; ART takes the image before the best.
func roll(b *memory, image, moved *core.Node) *core.Node {
	const share = 0.25 // 1 − α
	before, rolling := b.keep("image before", 0, image.Shape...), b.keep("rolling", 0, 1)
	b.set(before, image)
	b.set(rolling, core.Constant(1))
	pull := core.Sub(core.Sub(image, before), core.Sub(moved, image))
	return core.Add(moved, core.Mul(pull, core.Affine(rolling, share, 0)))
}
