package study

import (
	"fmt"
	"slices"

	"segfault/build/study/stats"
	"segfault/core"
	"segfault/core/attack"
)

// section is what a report says of one task, in numbers. Its template turns them
// into words; what a design did not try is nil.
type section struct {
	Result
	models []measured // by size
	pooled measured

	Epsilon    float32       // at which attacks are compared
	Main       attack.Method // the one with the training loss
	Slices     int
	Units      int    // that are drawn and compared: images, or patients
	Unit       string // "image" or "patient"
	Vulnerable vulnerability
	Size       *size
	Other      *otherLosses
	Gradient   *atLogits
	Scheme     *alternative
	Label      *alternative
	Shared     *alternative

	families []*family
}

// trainingLoss is the one of core.Losses that is closest to what the bundled
// models were trained with.
const trainingLoss = core.DiceFocal

// newSection computes a task's numbers.
func newSection(r Result) (*section, error) {
	s := &section{Result: r}
	var err error
	if s.models, err = r.measure(); err != nil {
		return nil, err
	}
	patient, err := patients(r.Patient)
	if err != nil {
		return nil, err
	}
	s.pooled = pooled(s.models, patient)
	d := r.Design
	s.Epsilon = d.Epsilons[len(d.Epsilons)/2]
	if len(d.Crossed) > 0 {
		s.Epsilon = d.Crossed[0]
	}
	s.Main = s.with(trainingLoss, false)
	if !s.tried(s.Main) {
		s.Main = s.with(d.Losses[0], d.Swapped[0])
	}
	s.Slices = len(s.pooled.slices())
	if s.Units, s.Unit = len(s.pooled.patients), "image"; r.Patient != "" {
		s.Unit = "patient"
	}
	s.Vulnerable = s.vulnerability()
	s.Size = s.size()
	s.Other = s.otherLosses()
	s.Gradient = s.atLogits()
	s.Scheme = s.alternative("scheme", func(a *attack.Method, changed bool) { a.Rule = either(changed, attack.Blend, attack.Additive) })
	s.Label = s.alternative("label", func(a *attack.Method, changed bool) { a.Target = either(changed, attack.Prediction, attack.Truth) })
	s.Shared = s.alternative("channels", func(a *attack.Method, changed bool) { a.Grey = changed })
	return s, nil
}

// with is the attack with a loss, at the compared ε and otherwise as the design's
// first.
func (s *section) with(loss core.Loss, swapped bool) attack.Method {
	m := attack.FGSM()
	m.Epsilon, m.Rule = s.Epsilon, s.Design.Schemes[0]
	m.Objective = attack.Objective{Loss: loss, Swapped: swapped, Target: s.Design.Labels[0]}
	return m
}

func (s *section) tried(a attack.Method) bool { return len(s.pooled.rows[a]) > 0 }

// ways lists the losses in both orders as far as they were tried.
func (s *section) ways() []attack.Method {
	var list []attack.Method
	for _, swapped := range []bool{false, true} {
		for _, loss := range core.Losses {
			if a := s.with(loss, swapped); s.tried(a) {
				list = append(list, a)
			}
		}
	}
	return list
}

// beside lists the ways, and noise of their size as far as it was tried.
func (s *section) beside() []attack.Method {
	list := s.ways()
	if a := noise(s.Epsilon); s.tried(a) {
		list = append(list, a)
	}
	return list
}

// way names a loss with its order, in the page's words.
func way(a attack.Method) string {
	if a.Name != "" {
		return "as much " + a.Name
	}
	if a.Swapped {
		return a.Loss.Short() + ", " + attack.Orders()[1].Title
	}
	return a.Loss.Short()
}

// all are the models and, if there are several, their mean.
func (s *section) all() []measured {
	if len(s.models) == 1 {
		return s.models
	}
	return append(slices.Clone(s.models), s.pooled)
}

// vulnerability says what the main attack does to each model.
type vulnerability struct {
	Yes, Of     int // models whose drop's interval is above 0
	Least, Most effect
	// FewestLost and MostLost are shares of the slices found before.
	FewestLost, MostLost float64
	Right                stats.Interval // drop of the true class's Dice, in the mean over models
	RightKnown           bool
	Noise                [2]float64 // the least and the most that as much noise takes, in the mean over slices
	NoiseKnown           bool
}

// effect is an attack's on one model.
type effect struct {
	Model         string
	Before, After float64
	Drop          stats.Interval
	Lost          float64 // share of the slices found before
	Found         int
}

func (m measured) effect(a attack.Method) effect {
	e := effect{Model: m.Label, Before: m.average(before, a), After: m.average(after, a), Drop: m.mean(drop, a)}
	e.Lost, e.Found = m.success(a)
	return e
}

func (s *section) vulnerability() vulnerability {
	v := vulnerability{Of: len(s.models)}
	for i, m := range s.models {
		e := m.effect(s.Main)
		if e.Drop.Low > 0 {
			v.Yes++
		}
		if a := noise(s.Epsilon); len(m.rows[a]) > 0 {
			by := m.average(drop, a)
			if !v.NoiseKnown {
				v.Noise, v.NoiseKnown = [2]float64{by, by}, true
			}
			v.Noise = [2]float64{min(v.Noise[0], by), max(v.Noise[1], by)}
		}
		if i == 0 || e.Lost < v.FewestLost {
			v.FewestLost = e.Lost
		}
		v.MostLost = max(v.MostLost, e.Lost)
		if i == 0 || e.Drop.Estimate < v.Least.Drop.Estimate {
			v.Least = e
		}
		if i == 0 || e.Drop.Estimate > v.Most.Drop.Estimate {
			v.Most = e
		}
	}
	v.Right, v.RightKnown = s.pooled.mean(trueDrop, s.Main), s.pooled.average(trueBefore, s.Main) > 0
	return v
}

// Empty is what the paper's measure gives a prediction of nothing, where each slice has one of several classes; 0 where there is one.
func (s *section) Empty() float64 {
	if n := len(s.Models[0].Classes); n > 1 {
		return float64(n-1) / float64(n)
	}
	return 0
}

// FewUnits says that an interval over so few patients covers less than it says.
func (s *section) FewUnits() bool { return s.Unit == "patient" && s.Units < 20 }

// LeftOut lists what was left out; what many share is one line.
func (s *section) LeftOut() []string {
	images := map[string][]string{} // by reason
	for _, l := range s.left {
		images[l.why] = append(images[l.why], l.image)
	}
	var lines []string
	for _, l := range s.left {
		const few = 5
		switch n := len(images[l.why]); {
		case n <= few:
			lines = append(lines, l.image+": "+l.why)
		case l.image == images[l.why][0]:
			lines = append(lines, fmt.Sprintf("%s and %d more: %s", l.image, n-1, l.why))
		}
	}
	return lines
}
