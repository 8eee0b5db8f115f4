package study

import (
	"fmt"
	"math"
	"strings"

	"segfault/build/study/stats"

	"gonum.org/v1/gonum/stat"
)

// Verdict is what a claim comes to.
type Verdict string

// The verdicts. Absence of evidence, and of rows, is undecided.
const (
	Yes        Verdict = "yes"
	No         Verdict = "no"
	Negligible Verdict = "negligible"
	Matters    Verdict = "matters"
	More       Verdict = "more"
	Equal      Verdict = "equal"
	Undecided  Verdict = "undecided"
)

// Answer is what a verdict says of the claim: yes, no or undecided.
func (v Verdict) Answer() Verdict {
	switch v {
	case Negligible, More:
		return Yes
	case Matters, Equal:
		return No
	}
	return v
}

// Estimate is a number with its intervals, wide of 95 % and narrow of 90 %.
type Estimate struct {
	Of           string // the model, or what is measured
	Wide, Narrow stats.Interval
	N            int
	Verdict      Verdict // by the claim's rule, of this number alone; empty where it is no primary one
	p            float64 // of the verdict
}

// Claim is a hypothesis of the protocol on one data set.
type Claim struct {
	Name      string
	Verdict   Verdict
	Lacking   []string // what the protocol asks for and is not there; with any of it nothing is decided
	Masked    []string // models of which an attack without gradients finds more than all with them
	Estimates []Estimate
	p         float64
	draw      func(file string) (*figure, error) // nil where there is nothing to draw
}

// The protocol's bounds.
const (
	vulnerableAbove, vulnerableBelow = 0.10, 0.02
	sizeCorridor                     = 0.01 // of Dice a doubling
	lossCorridor                     = 0.02 // of Dice
	hypotheses                       = 6    // three on two data sets
)

// What the second hypothesis takes the slopes of.
const slopeOfRobust, slopeOfDrop = "R", "relative drop"

// Claims decides the three hypotheses on a data set's rows, by the protocol. patient is a regular expression for the part of a file's
// name that is the patient's, parameters are those of each model.
func Claims(task string, rows []Tested, patient string, parameters map[string]int) ([]Claim, error) {
	of, err := patients(patient)
	if err != nil {
		return nil, err
	}
	c := newCohort(task, rows, of)
	tried := newBattery()
	noise, attacks := namesOf(tried.noise), namesOf(tried.attacks)
	whole, absent, partly := c.members(task, parameters, tried)
	var lacking []string
	if len(absent) > 0 {
		lacking = append(lacking, fmt.Sprintf("%d of the %d models (%d widths, %d seeds)", len(absent), len(Widths)*Seeds, len(Widths), Seeds))
	}
	if len(partly) > 0 {
		lacking = append(lacking, "attacks or slices of "+strings.Join(partly, ", "))
	}
	for _, m := range whole {
		if why := c.unsound(m.name, tried); why != "" {
			lacking = append(lacking, "sound rows, as "+why)
		}
	}
	claims := []Claim{c.vulnerable(whole, noise, attacks), c.size(whole, attacks), c.loss(whole, tried)}
	p := make([]float64, hypotheses)
	for i := range p {
		p[i] = 1 // of a hypothesis that is not asked here
	}
	for _, m := range whole {
		if c.masked(m.name, tried) {
			claims[0].Masked = append(claims[0].Masked, m.name)
		}
	}
	for i := range claims {
		claims[i].Lacking = lacking
		p[i] = claims[i].p
	}
	for i, holm := range stats.Holm(p)[:len(claims)] {
		if len(lacking) > 0 || holm >= significance {
			claims[i].Verdict = Undecided
		}
	}
	return claims, nil
}

// ClaimsTable is what claims came to, in Markdown.
func ClaimsTable(claims []Claim) string {
	var b strings.Builder
	b.WriteString("| claim | of | estimate | 95 % interval | 90 % interval | n | by itself |\n|---|---|---:|---:|---:|---:|---|\n")
	for _, c := range claims {
		fmt.Fprintf(&b, "| **%s: %s** |  |  |  |  |  |  |\n", c.Name, c.Verdict.Answer())
		for _, e := range c.Estimates {
			fmt.Fprintf(&b, "|  | %s | %s | [%s, %s] | [%s, %s] | %d | %s |\n", e.Of, number(e.Wide.Estimate), number(e.Wide.Low), number(e.Wide.High),
				number(e.Narrow.Low), number(e.Narrow.High), e.N, e.Verdict)
		}
	}
	if len(claims) > 0 && len(claims[0].Lacking) > 0 {
		fmt.Fprintf(&b, "\nUndecided, since the protocol asks for more: %s.\n", strings.Join(claims[0].Lacking, "; "))
	}
	if len(claims) > 0 && len(claims[0].Masked) > 0 {
		fmt.Fprintf(&b, "\nGradients are masked, since an attack without them finds more than all with them, of %s.\n", strings.Join(claims[0].Masked, ", "))
	}
	return b.String()
}

// vulnerable is the first hypothesis: what attacks take beyond the worst noise, of each model, with simultaneous intervals.
func (c *cohort) vulnerable(models []member, noise, attacks []string) Claim {
	claim := Claim{Name: "vulnerable", Verdict: Undecided, p: 1}
	for _, m := range models {
		var d []float64
		for _, p := range c.patients {
			d = append(d, c.robust(m.name, noise, p)-c.robust(m.name, attacks, p))
		}
		e := estimate(m.name, stats.Student(d, float64(len(models))))
		e.decide(Yes, e.Wide.Low > vulnerableAbove, e.P(vulnerableAbove))
		e.decide(No, e.Wide.High < vulnerableBelow, e.P(vulnerableBelow))
		claim.Estimates = append(claim.Estimates, e.Estimate)
	}
	if len(models) > 0 {
		claim.draw = drawVulnerable(models, claim.Estimates)
	}
	claim.agree()
	return claim
}

// size is the second: the slope of R, and of the relative drop, for each doubling of the parameters. Every model is attacked on every
// patient, so that the mixed model's slope is the straight line's through the models' means, and its error that of the models about it: what patients
// have in common cancels, what seeds have not is in the means. A bootstrap of patients and of the seeds of each width checks it: both must say the same.
func (c *cohort) size(models []member, attacks []string) Claim {
	claim := Claim{Name: "size is negligible", Verdict: Undecided, p: 1}
	var x []float64
	var robust, drop [][]float64 // model by model, of each patient
	for _, m := range models {
		r, lost := make([]float64, len(c.patients)), make([]float64, len(c.patients))
		for i, p := range c.patients {
			left, clean := c.robust(m.name, attacks, p), c.clean(m.name, attacks[0], p)
			if r[i] = left; clean > 0 {
				lost[i] = (clean - left) / clean
			}
		}
		x, robust, drop = append(x, math.Log2(float64(m.parameters))), append(robust, r), append(drop, lost)
	}
	for _, of := range []struct {
		name string
		y    [][]float64
	}{{slopeOfRobust, robust}, {slopeOfDrop, drop}} {
		means := make([]float64, len(of.y))
		for i, patients := range of.y {
			means[i] = stat.Mean(patients, nil)
		}
		line, ok := stats.Slope(x, means)
		if !ok {
			continue
		}
		e := estimate(of.name, line)
		e.decide(Negligible, within(e.Narrow, sizeCorridor), e.outside(sizeCorridor))
		e.decide(Matters, beyond(e.Wide, sizeCorridor), e.beyond(sizeCorridor))
		claim.Estimates = append(claim.Estimates, e.Estimate)
		if drawn, ok := stats.DrawnSlope(x, of.y); ok {
			e := judged{Estimate: Estimate{Of: of.name + ", patients and seeds drawn", Wide: drawn.Interval(0.95), Narrow: drawn.Interval(0.90), N: stats.Resamples, Verdict: Undecided}}
			e.decide(Negligible, within(e.Narrow, sizeCorridor), 0)
			e.decide(Matters, beyond(e.Wide, sizeCorridor), 0)
			claim.Estimates = append(claim.Estimates, e.Estimate)
		}
	}
	if len(models) > 0 {
		var slope *Estimate
		if len(claim.Estimates) > 0 {
			slope = &claim.Estimates[0]
		}
		claim.draw = drawSize(models, robust, slope)
	}
	claim.agree()
	return claim
}

// within says that an interval lies in a corridor about 0, beyond that it lies outside.
func within(i stats.Interval, corridor float64) bool { return i.Low > -corridor && i.High < corridor }
func beyond(i stats.Interval, corridor float64) bool { return i.Low > corridor || i.High < -corridor }

// loss is the third: what cross-entropy takes more than Dice and focal, in the right order, by one step (primary) and by 40.
func (c *cohort) loss(models []member, tried battery) Claim {
	claim := Claim{Name: "another loss does more", Verdict: Undecided, p: 1}
	one, forty := tried.one(), tried.forty()
	var pairs []pair
	own, all := func(t Tested) float64 { return t.True }, func(t Tested) float64 { return t.After }
	for i, two := range []struct {
		this, that, measure string
		left                func(Tested) float64
	}{{tried.pushes[0].Name, one, "", own}, {tried.pushes[0].Name, one, ", any class", all}, {tried.pushes[1].Name, forty, "", own}, {maskPush, one, "", own}} {
		if len(models) == 0 {
			break
		}
		compared := pair{name: two.this + " less " + two.that + two.measure}
		for k := range models {
			compared.each = append(compared.each, stats.Student(c.differences(models[k:k+1], two.this, two.that, two.left), 1).Interval(stats.Confidence))
		}
		pairs = append(pairs, compared)
		e := estimate(compared.name, stats.Student(c.differences(models, two.this, two.that, two.left), 1))
		if e.Verdict = ""; i == 0 {
			e.Verdict = Undecided
			e.decide(More, e.Wide.Low > 0 && e.Wide.Estimate >= lossCorridor, e.P(0))
			e.decide(Equal, within(e.Narrow, lossCorridor), e.outside(lossCorridor))
		}
		claim.Estimates = append(claim.Estimates, e.Estimate)
	}
	if len(models) > 0 {
		claim.draw = drawLoss(models, pairs)
	}
	claim.agree()
	return claim
}

// differences are, patient by patient and in the mean of models, what one method takes more than another of what left says.
func (c *cohort) differences(models []member, this, that string, left func(Tested) float64) (d []float64) {
	for _, p := range c.patients {
		sum := 0.0
		for _, m := range models {
			more, less := c.models[m.name][this][p], c.models[m.name][that][p]
			for i := range more {
				sum += apart(left(less[i]), left(more[i])) / float64(len(more)*len(models))
			}
		}
		d = append(d, sum)
	}
	return d
}

// agree makes the claim's verdict that of its primary numbers, where all have the same.
func (c *Claim) agree() {
	for i, e := range c.Estimates {
		if e.Verdict == "" {
			continue
		}
		if i == 0 {
			c.Verdict, c.p = e.Verdict, 0
		}
		if c.p = max(c.p, e.p); e.Verdict != c.Verdict || e.Verdict == Undecided {
			c.Verdict, c.p = Undecided, 1
			return
		}
	}
}

// judged is an estimate while it is decided on.
type judged struct {
	Estimate
	stats.Line
}

func estimate(of string, l stats.Line) judged {
	return judged{Estimate{Of: of, Wide: l.Interval(0.95), Narrow: l.Interval(0.90), N: l.N, Verdict: Undecided, p: 1}, l}
}

func (e *judged) decide(v Verdict, holds bool, p float64) {
	if holds {
		e.Verdict, e.p = v, p
	}
}

// outside is the p of lying beyond a corridor about 0: the larger of two one-sided tests'.
func (e *judged) outside(v float64) float64 { return max(e.P(v), e.P(-v)) / 2 }

// beyond is the p of lying in a corridor about 0 after all: of the test against the nearer bound.
func (e *judged) beyond(v float64) float64 { return max(e.P(v), e.P(-v)) }
