package lab

import (
	"cmp"
	"context"
	"slices"

	"segfault/core/attack"
)

// SummaryOptions are attacks that were made, to be told of together.
type SummaryOptions struct {
	Attacks []Attacked `json:"attacks"`
}

// SummaryParams are of no scan that a lab still has.
type SummaryParams struct{ SummaryOptions }

// Attacked is what is told of one of many attacks.
type Attacked struct {
	Model string      `json:"model"`
	How   string      `json:"how"` // such as its loss
	Union attack.Pair `json:"union"`
	True  attack.Pair `json:"true"`
	LInf  float64     `json:"linf"`
}

// Summary is of those attacks that have a Dice: means, and by which of them most harm is done.
type Summary struct {
	Attacks int         `json:"attacks"`
	Models  int         `json:"models"`
	Ways    int         `json:"ways"` // to attack
	Union   attack.Pair `json:"union"`
	True    attack.Pair `json:"true"`
	LInf    float64     `json:"linf"`  // the largest change, of all
	Worst   []Harm      `json:"worst"` // that to the most models first
}

// Harm is to how many models a way to attack does the most: the lowest Dice of those that are told counts. A model is counted nowhere where no attack
// took anything of it, or where several left as little.
type Harm struct {
	How    string `json:"how"`
	Models int    `json:"models"`
}

// Summary tells of many attacks together.
func (l *Lab) Summary(_ context.Context, p *SummaryParams) (*Summary, error) {
	s := &Summary{Worst: []Harm{}}
	var union, own means
	worst, tied, ways := map[string]*Attacked{}, map[string]bool{}, map[string]bool{}
	var models []string
	for i := range p.Attacks {
		a := &p.Attacks[i]
		s.LInf = max(s.LInf, a.LInf)
		if a.Union.After == nil || a.True.After == nil {
			continue
		}
		s.Attacks++
		ways[a.How] = true
		union.add(a.Union)
		own.add(a.True)
		if before := worst[a.Model]; before == nil {
			models = append(models, a.Model)
			worst[a.Model] = a
		} else if a.left() <= before.left() {
			tied[a.Model] = a.left() == before.left() && a.How != before.How
			worst[a.Model] = a
		}
	}
	s.Models, s.Ways, s.Union, s.True = len(models), len(ways), union.told(), own.told()
	for _, m := range models {
		if tied[m] || !worst[m].harms() {
			continue
		}
		how := worst[m].How
		at := slices.IndexFunc(s.Worst, func(h Harm) bool { return h.How == how })
		if at < 0 {
			at, s.Worst = len(s.Worst), append(s.Worst, Harm{How: how})
		}
		s.Worst[at].Models++
	}
	slices.SortStableFunc(s.Worst, func(a, b Harm) int { return cmp.Compare(b.Models, a.Models) })
	return s, nil
}

// left is the lowest Dice that an attack leaves, of those that are told.
func (a *Attacked) left() float64 { return min(*a.Union.After, *a.True.After) }

// harms says whether an attack took anything; a first answer agrees with itself.
func (a *Attacked) harms() bool {
	less := func(p attack.Pair) bool {
		if p.Before == nil {
			return *p.After < 1
		}
		return *p.After < *p.Before
	}
	return less(a.Union) || less(a.True)
}

// means are those of scores before and after: of those with a truth, or where none has one of agreements with first answers.
type means struct{ before, after, agreement attack.Mean }

func (m *means) add(p attack.Pair) {
	if p.Before == nil {
		m.agreement.Add(p.After)
		return
	}
	m.before.Add(p.Before)
	m.after.Add(p.After)
}

func (m *means) told() attack.Pair {
	if before := m.before.Value(); before != nil {
		return attack.Pair{Before: before, After: m.after.Value()}
	}
	return attack.Pair{After: m.agreement.Value()}
}
