package study

import (
	"fmt"

	"segfault/build/study/stats"
	"segfault/core/attack"
)

// tally is a comparison of two attacks' drops on every model.
type tally struct {
	This, That attack.Method
	Each       []*comparison
	Pooled     stats.Interval // of the mean over models
	Often      float64        // share of slices on which this does more, all models taken together
}

func (s *section) compare(this, that attack.Method) *tally {
	t := &tally{This: this, That: that, Pooled: stats.Mean(s.pooled.clusters(drop, this, that))}
	more, all := 0, 0
	for _, m := range s.models {
		c := m.compare(drop, this, that)
		t.Each = append(t.Each, &c)
		for i, r := range m.rows[this] {
			if all++; drop(r) > drop(m.rows[that][i]) {
				more++
			}
		}
	}
	t.Often = float64(more) / float64(all)
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

// Way names this attack's loss and order.
func (t *tally) Way() string { return way(t.This) }

// Verdict is a tally in words, after "more on".
func (t *tally) Verdict() string {
	return fmt.Sprintf("%d of %s, less on %d, in their mean by %s", t.Better(), plural(t.Of(), "model"), t.Worse(), interval(t.Pooled))
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
		f.all[i].Holm = v
	}
	f.Testable = stats.LeastSignFlip(s.Units)*float64(len(p)) < significance
	s.families = append(s.families, f)
	return f
}
