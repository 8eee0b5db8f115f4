package study

import (
	"math"

	"segfault/build/study/stats"
	"segfault/core"
	"segfault/core/attack"
)

// otherLosses compares every loss and order with the training loss.
type otherLosses struct {
	Each []*tally // against the main attack, all but itself
	// Swapped compares cross-entropy with the training loss as the code of
	// arXiv 2401.11224 calls them, Right with the arguments in the right order.
	Swapped, Right *tally
	Claim, All     *family       // Swapped and Right; Each but Right
	Units          string        // how many images, or patients where they are known
	Few            bool          // units, see section.FewUnits
	Trained, Of    int           // models of whose training loss cross-entropy is a part, and all
	Strongest      attack.Method // the largest mean drop over models
	StrongestDrop  stats.Interval
	MainDrop       stats.Interval
	Main           attack.Method
	paper          [4]attack.Method // what the paper's own measure is shown of
}

func (s *section) otherLosses() *otherLosses {
	bce, training := s.with(core.BCE, true), s.with(trainingLoss, true)
	if s.Main != s.with(trainingLoss, false) || !s.tried(bce) || !s.tried(training) || !s.tried(s.with(core.BCE, false)) {
		return nil
	}
	o := &otherLosses{Main: s.Main, Units: plural(s.Units, s.Unit), Few: s.FewUnits(), MainDrop: s.pooled.mean(drop, s.Main)}
	for _, a := range s.ways() {
		if d := s.pooled.mean(drop, a); o.StrongestDrop == (stats.Interval{}) || d.Estimate > o.StrongestDrop.Estimate {
			o.Strongest, o.StrongestDrop = a, d
		}
	}
	for _, m := range s.Models {
		if o.Of++; m.BCE {
			o.Trained++
		}
	}
	o.Swapped, o.Right = s.compare(bce, training), s.compare(s.with(core.BCE, false), s.Main)
	var others []*tally
	for _, a := range s.ways() {
		switch {
		case a == s.Main:
		case a == o.Right.This: // asked once, in the family of the claim
			o.Each = append(o.Each, o.Right)
		default:
			others = append(others, s.compare(a, s.Main))
			o.Each = append(o.Each, others[len(others)-1])
		}
	}
	o.Claim, o.All = s.family("claim", o.Swapped, o.Right), s.family("losses", others...)
	o.paper = [4]attack.Method{training, bce, s.Main, s.with(core.BCE, false)}
	for i := range o.paper {
		o.paper[i].Rule = attack.Blend
	}
	return o
}

// Near lists the comparisons of either family that another draw of signs could decide otherwise.
func (o *otherLosses) Near() []string { return append(o.Claim.Near(), o.All.Near()...) }

// Beating lists the losses in one order that do more than the training loss on
// more than half of the models.
func (o *otherLosses) Beating(swapped bool) []string {
	var names []string
	for _, t := range o.Each {
		if t.This.Swapped == swapped && t.Mostly() {
			names = append(names, t.This.Loss.Short())
		}
	}
	return names
}

// Against is the comparison of an attack with the training loss.
func (o *otherLosses) Against(a attack.Method) *tally {
	for _, t := range o.Each {
		if t.This == a {
			return t
		}
	}
	return nil
}

// alternative is a change of the main attack: another scheme, label or sharing.
type alternative struct {
	*tally
	Without, With []effect // of each model
	Share         float64  // of the mean drop over models that is left
}

// alternative compares the main attack as set makes it with a change and without, where both were tried.
func (s *section) alternative(question string, set func(a *attack.Method, changed bool)) *alternative {
	a, plain := s.Main, s.Main
	set(&a, true)
	set(&plain, false)
	if !s.tried(a) || !s.tried(plain) {
		return nil
	}
	alt := &alternative{tally: s.compare(a, plain), Share: s.pooled.average(drop, a) / s.pooled.average(drop, plain)}
	s.family(question, alt.tally)
	for _, m := range s.models {
		alt.Without, alt.With = append(alt.Without, m.effect(plain)), append(alt.With, m.effect(a))
	}
	return alt
}

func either[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// negligible is the difference of Dice that has no practical size.
const negligible = 0.005

// Same says that the change makes no difference of any practical size, and Within what it is below.
func (a *alternative) Same() bool { return a.Within() < negligible }

// Within is the end of the interval that is farther from 0.
func (a *alternative) Within() float64 { return max(math.Abs(a.Pooled.Low), math.Abs(a.Pooled.High)) }

// atLogits is what the losses' gradients at the logits look like.
type atLogits struct {
	Rows     []direction
	Swapped  direction // of cross-entropy, swapped
	Rounding float64   // of 1/N to float32, in the unit of the deviation
	Pairs    int       // of a model and a slice
	Exact    bool      // the deviation is rounding
}

// direction compares a gradient with −label, over all models and slices.
type direction struct {
	Attack    attack.Method
	Cosine    float64 // mean
	Least     float64 // cosine
	Deviation float64 // largest
}

func (s *section) atLogits() *atLogits {
	g := &atLogits{Rounding: math.Pow(2, -24)}
	for _, a := range s.ways() {
		d := direction{Attack: a, Least: 1}
		n := 0
		for _, m := range s.models {
			for _, r := range m.rows[a] {
				n++
				d.Cosine += r.Alignment
				d.Least, d.Deviation = min(d.Least, r.Alignment), max(d.Deviation, r.Deviation)
			}
		}
		d.Cosine /= float64(n)
		g.Rows = append(g.Rows, d)
		if a == s.with(core.BCE, true) {
			g.Swapped, g.Pairs = d, n
		}
	}
	if g.Pairs == 0 {
		return nil
	}
	g.Exact = g.Swapped.Deviation <= 2*g.Rounding
	return g
}
