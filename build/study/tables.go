package study

import (
	"fmt"
	"slices"
	"strconv"

	"segfault/core/attack"
)

// The tables of a section, as its template names them.

// ModelTable lists the models and what they do before an attack.
func (s *section) ModelTable() table {
	t := table{Head: []string{"model", "parameters", "input", "Dice on its card", "clean Dice", "clean Dice, mean over classes"}}
	for _, m := range s.models {
		card := "–"
		if m.Dice > 0 {
			card = number(m.Dice)
		}
		t.add(m.Label, millions(m.Parameters), fmt.Sprintf("%d×%d", m.Size, m.Size), card,
			number(m.average(before, s.Main)), number(m.average(meanBefore, s.Main)))
	}
	return t
}

func millions(parameters int) string { return fmt.Sprintf("%.2f M", float64(parameters)/1e6) }

// EpsilonTable shows the main attack at every ε, and what as much noise leaves in the mean of models.
func (s *section) EpsilonTable() table {
	t := table{Head: []string{"model", "ε = 0"}}
	for _, e := range s.Design.Epsilons {
		t.Head = append(t.Head, epsilonText(e))
	}
	t.Head = append(t.Head, "drop at "+epsilonText(s.Epsilon), "lost")
	own := func(measured, attack.Method) []string { return nil } // rows from before there was one have none
	if s.Vulnerable.RightKnown {
		t.Head = append(t.Head, "drop of the true class")
		own = func(m measured, a attack.Method) []string { return []string{number(m.average(trueDrop, a))} }
	}
	for _, m := range s.all() {
		row := []string{m.Label, number(m.average(before, s.Main))}
		for _, a := range s.sweep() {
			row = append(row, number(m.average(after, a)))
		}
		lost := "–" // of a mean, no slice is lost
		if m.Parameters > 0 {
			share, found := m.success(s.Main)
			lost = fmt.Sprintf("%s of %d", percent(share), found)
		}
		t.add(slices.Concat(row, []string{interval(m.mean(drop, s.Main)), lost}, own(m, s.Main))...)
	}
	if a := noise(s.Epsilon); s.tried(a) {
		row := []string{way(a), number(s.pooled.average(before, a))}
		for _, e := range s.Design.Epsilons {
			row = append(row, number(s.pooled.average(after, noise(e))))
		}
		t.add(slices.Concat(row, []string{interval(s.pooled.mean(drop, a)), "–"}, own(s.pooled, a))...)
	}
	return t
}

// sweep is the main attack at every ε.
func (s *section) sweep() []attack.Method {
	var list []attack.Method
	for _, e := range s.Design.Epsilons {
		a := s.Main
		a.Epsilon = e
		list = append(list, a)
	}
	return list
}

// SizeTable correlates parameters with the drop of every loss and order.
func (s *section) SizeTable() table {
	t := table{Head: []string{"loss", "ρ", "p", "p, corrected"}}
	for _, c := range append([]correlation{s.Size.Main}, s.Size.Others...) {
		t.add(way(c.Attack), number(c.Rho), probability(c.P), probability(c.Holm))
	}
	return t
}

// LossTable shows what every loss and order does to every model, and what as much noise does.
func (s *section) LossTable() table {
	t := table{Head: []string{"loss"}}
	all := s.all()
	for _, m := range all {
		t.Head = append(t.Head, m.Label)
	}
	for _, a := range s.beside() {
		row := []string{way(a)}
		for _, m := range all {
			row = append(row, interval(m.mean(drop, a)))
		}
		t.add(row...)
	}
	return t
}

// ComparisonTable compares every loss and order with the training loss.
func (s *section) ComparisonTable() table {
	t := table{Head: []string{"loss", "drop more than the training loss's", "median", "slices: more / equal / less", "models on which it does more", "less", "no difference shown"}}
	for _, c := range s.Other.Each {
		t.add(c.Way(), interval(c.Pooled), number(c.Median), fmt.Sprintf("%.0f / %.0f / %.0f %%", 100*c.More, 100*c.Equal, 100*c.Less), strconv.Itoa(c.Better()), strconv.Itoa(c.Worse()), strconv.Itoa(c.Of()-c.Better()-c.Worse()))
	}
	return t
}

// ClaimTable asks the paper's third claim model by model, in both orders.
func (s *section) ClaimTable() table {
	t := table{Head: []string{"model", "as in the paper: BCE more than DiceFocal", "p", "as in training: BCE more than DiceFocal", "p"}}
	for i, m := range s.models {
		a, b := s.Other.Swapped.Each[i], s.Other.Right.Each[i]
		t.add(m.Label, interval(a.Difference), probability(a.Holm), interval(b.Difference), probability(b.Holm))
	}
	if len(s.models) > 1 {
		t.add(s.pooled.Label, interval(s.Other.Swapped.Pooled), "", interval(s.Other.Right.Pooled), "")
	}
	return t
}

// PaperTable is the paper's own measure: Dice in the mean over classes after its
// blend, with its losses as its code calls them and as in training. It is
// nil where the design left that out.
func (s *section) PaperTable() *table {
	t := &table{Head: []string{"model", "clean"}}
	for _, a := range s.Other.paper {
		if !s.tried(a) {
			return nil
		}
		t.Head = append(t.Head, way(a))
	}
	for _, m := range s.all() {
		clean := m.average(meanBefore, s.Main)
		row := []string{m.Label, number(clean)}
		for _, a := range s.Other.paper {
			row = append(row, number(clean-m.average(meanDrop, a)))
		}
		t.add(row...)
	}
	return t
}

// GradientTable compares the losses' gradients at the logits with −mask.
func (s *section) GradientTable() table {
	t := table{Head: []string{"loss", "cosine, mean", "cosine, least", "largest deviation of N·gradient from −mask"}}
	for _, d := range s.Gradient.Rows {
		t.add(way(d.Attack), number(d.Cosine), number(d.Least), fmt.Sprintf("%.2g", d.Deviation))
	}
	return t
}

// ChangeTable shows the main attack without and with a change.
func (s *section) ChangeTable(a *alternative, without, with string) table {
	t := table{Head: []string{"model", "drop, " + without, "drop, " + with, "difference", "p"}}
	for i, e := range a.Without {
		c := a.Each[i]
		t.add(e.Model, interval(e.Drop), interval(a.With[i].Drop), interval(c.Difference), probability(c.Holm))
	}
	if len(s.models) > 1 {
		t.add(s.pooled.Label, interval(s.pooled.mean(drop, s.Main)), interval(s.pooled.mean(drop, a.This)), interval(a.Pooled), "")
	}
	return t
}
