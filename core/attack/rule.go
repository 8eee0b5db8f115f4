package attack

import (
	"segfault/core"
	"segfault/core/names"
)

// Rule is how the direction of steepest ascent moves the image.
type Rule string

// The rules; both keep to [0, 1].
const (
	Additive Rule = "additive"
	Blend    Rule = "blend" // as the code of arXiv 2401.11224 does
)

type rule struct {
	names.Entry
	shrinks bool    // the image is scaled before it is moved
	reach   float64 // the most by which a pixel may change, in ε
}

var rules = []*rule{
	{names.Entry{Name: string(Additive), Title: "additive", About: "x + ε·sign g: every pixel moves by at most ε."}, false, 1},
	{names.Entry{Name: string(Blend), Title: "blend", About: "(1 − ε)·x + ε·sign g, as in the paper’s code: bright pixels move by up to 2ε."}, true, 2},
}

// Reach is the most by which a method may change a pixel, of the range [0, 1], in every norm.
func (m Method) Reach() float64 { return row(rules, string(m.Rule)).reach * float64(m.Epsilon) }

// Rules lists them.
func Rules() []names.Entry { return names.Entries(rules) }

// moment is where a step is taken.
type moment struct {
	origin, image *core.Node // the image at first, and now
	gradient      *core.Node // of the objective, by the image
	inside        *core.Node // 1 where pixels may change, else 0; nil is everywhere
	step, epsilon *core.Node // one number each
}

// move builds the image after a step:
//
//	additive: project(x + s·u) on the ball of ε around the origin,
//	blend:    project((1−s)·x + s·u) on that around (1−ε)·origin,
//
// with u the direction and s the step. A blend of one step of ε from the origin is its
// own bounds: no number of steps moves a pixel by more than 2ε.
func (s *Shape) move(at *moment) *core.Node {
	norm, rule := row(norms, string(s.Norm)), row(rules, string(s.Rule))
	channels := at.image.Shape[1]
	gradient, share := at.gradient, float32(1)
	if at.inside != nil {
		gradient = core.Mul(gradient, at.inside)
	}
	if s.Grey && channels > 1 {
		gradient, share = core.Expand(core.Sum(gradient, 1), gradient.Shape...), 1/float32(channels)
	}
	from, centre := at.image, at.origin
	if rule.shrinks {
		from, centre = shrink(from, at.step), shrink(centre, at.epsilon)
	}
	moved := norm.project(centre, core.Add(from, core.Mul(norm.unit(gradient, share), at.step)), at.epsilon, share)
	if at.inside == nil {
		return moved
	}
	return core.Add(core.Mul(moved, at.inside), core.Mul(at.image, core.Affine(at.inside, -1, 1)))
}

// shrink is (1−by)·x.
func shrink(x, by *core.Node) *core.Node { return core.Mul(x, core.Affine(by, -1, 1)) }
