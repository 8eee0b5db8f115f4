package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"segfault/build/study/stats"
	"segfault/core/attack"

	"gonum.org/v1/gonum/stat"
)

// tally is a comparison of two attacks' drops on every model.
type tally struct {
	This, That attack.Method
	Each       []*comparison
	Pooled     stats.Interval // of the mean over models
	// Shares of slices on which this does more, as much and less, all models taken together, and the median difference there.
	More, Equal, Less, Median float64
}

func (s *section) compare(this, that attack.Method) *tally {
	t := &tally{This: this, That: that, Pooled: stats.Mean(s.pooled.differences(drop, this, that))}
	var all []float64
	for _, m := range s.models {
		c := m.compare(drop, this, that)
		t.Each = append(t.Each, &c)
		all = append(all, slices.Concat(m.differences(drop, this, that)...)...)
	}
	slices.Sort(all)
	one := 1 / float64(len(all))
	for _, d := range all {
		switch {
		case d > 0:
			t.More += one
		case d < 0:
			t.Less += one
		default:
			t.Equal += one
		}
	}
	t.Median = stat.Quantile(0.5, stat.LinInterp, all, nil)
	return t
}

func (t *tally) count(f func(comparison) bool) int {
	n := 0
	for _, c := range t.Each {
		if f(*c) {
			n++
		}
	}
	return n
}

// Better, Worse and Of count models: on how many this does more than that, does
// less, and in all.
func (t *tally) Better() int { return t.count(comparison.Better) }
func (t *tally) Worse() int  { return t.count(comparison.Worse) }
func (t *tally) Of() int     { return len(t.Each) }

// Mostly says that this does more on more than half of the models.
func (t *tally) Mostly() bool { return 2*t.Better() > t.Of() }

// Mixed says that this does more on some models, but not on most.
func (t *tally) Mixed() bool { return t.Better() > 0 && !t.Mostly() }

// Untypical says that this does more in the mean, but not on half of the slices.
func (t *tally) Untypical() bool { return t.Pooled.Low > 0 && t.More <= 0.5 }

// Way names this attack's loss and order.
func (t *tally) Way() string { return way(t.This) }

// Verdict is a tally in words: on how many models this does more and less, and by how much.
func (t *tally) Verdict() string {
	var parts []string
	for _, side := range []struct {
		name string
		of   func(comparison) bool
	}{{"more", comparison.Better}, {"less", comparison.Worse}} {
		var by []float64
		for _, c := range t.Each {
			if side.of(*c) {
				by = append(by, math.Abs(c.Difference.Estimate))
			}
		}
		if len(by) == 0 {
			continue
		}
		text := side.name + " on " + share(len(by), t.Of()) + ", by " + number(slices.Min(by))
		if high := number(slices.Max(by)); high != number(slices.Min(by)) {
			text += " to " + high
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		parts = []string{"no difference shown on " + share(0, t.Of())}
	}
	mean := "in their mean " + interval(t.Pooled)
	if !t.Pooled.Excludes(0) {
		mean = "in their mean nothing is shown, " + interval(t.Pooled)
	}
	return strings.Join(append(parts, mean), "; ")
}

// share counts models of all; 0 is any.
func share(n, of int) string {
	switch {
	case of == 1:
		return "the model"
	case n == 0:
		return fmt.Sprintf("any of %d models", of)
	case n == of && of == 2:
		return "both models"
	case n == of:
		return fmt.Sprintf("all %d models", of)
	}
	return fmt.Sprintf("%d of %d models", n, of)
}

// family are the comparisons that answer one question. Their p-values are
// corrected together.
type family struct {
	question string
	all      []*comparison
	// Testable says that there are units enough for a p to be significant after
	// correction.
	Testable bool
}

// Near are the comparisons that another draw of signs could decide otherwise, by their models and losses.
func (f *family) Near() (list []string) {
	for _, c := range f.all {
		if c.Near() {
			list = append(list, way(c.This)+" on "+c.Model)
		}
	}
	return list
}

// Size is the number of comparisons.
func (f *family) Size() int { return len(f.all) }

// family corrects the comparisons of tallies.
func (s *section) family(question string, tallies ...*tally) *family {
	f := &family{question: question}
	var p []float64
	for _, t := range tallies {
		for _, c := range t.Each {
			f.all, p = append(f.all, c), append(p, c.P)
		}
	}
	for i, v := range stats.Holm(p) {
		c := f.all[i]
		c.Holm, c.Error = v, stats.SignFlipError(c.units, c.P)*v/c.P
	}
	f.Testable = stats.LeastSignFlip(s.Units)*float64(len(p)) < significance
	s.families = append(s.families, f)
	return f
}
