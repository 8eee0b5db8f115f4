package main

import (
	"fmt"
	"math"
	"strings"

	"segfault/core/attack"
)

// The numbers of a replay may differ by float32 sums in another order, which flip pixels whose probability is near one half.
const (
	diceTolerance   = 0.005
	changeTolerance = 1e-3 // of the change, relatively
)

// looseness is how many times as far the numbers of many steps may be apart: a sign that differs takes the next gradient elsewhere.
const looseness = 4

// comparison prints what a recipe says beside what came of it here, and keeps where they disagree.
type comparison struct {
	many bool // steps
	off  []string
}

func (c *comparison) line(name string, there, here, tolerance float64) {
	fmt.Printf("%-14s %.6f there, %.6f here\n", name, there, here)
	if c.many {
		tolerance *= looseness
	}
	if math.Abs(there-here) > tolerance {
		c.off = append(c.off, name)
	}
}

// score compares scores, of which there is none where it would say nothing; earlier recipes have a 1 there.
func (c *comparison) score(name string, there, here *float64, tolerance float64) {
	switch {
	case there != nil && here != nil:
		c.line(name, *there, *here, tolerance)
	case here != nil || there != nil && *there != 1:
		fmt.Printf("%-14s only on one side\n", name)
		c.off = append(c.off, name)
	}
}

func (c *comparison) err() error {
	if len(c.off) > 0 {
		return fmt.Errorf("attack: the replay disagrees with the recipe in: %s", strings.Join(c.off, ", "))
	}
	return nil
}

func (r *recipe) comparison() comparison { return comparison{many: r.Attack.Steps > 1} }

// compare fails where the numbers of a slice disagree with the recipe's.
func (r *recipe) compare(m attack.Metrics) error {
	c := r.comparison()
	there, here := r.Metrics.Dice.Union, m.Score().Union
	c.score("Dice before", there.Before, here.Before, diceTolerance)
	c.score("Dice after", there.After, here.After, diceTolerance)
	c.line("largest change", r.Metrics.LInf, m.LInf, changeTolerance*max(m.LInf, 1e-6))
	c.line("total change", r.Metrics.L2, m.L2, changeTolerance*max(m.L2, 1e-6))
	return c.err()
}

// slice compares a slice's numbers. Of a small area a few pixels are much of its Dice: two may differ.
func (c *comparison) slice(there, here sliceNumbers) {
	tolerance := max(diceTolerance, 4/float64(here.Reference))
	name := func(what string) string { return fmt.Sprintf("slice %d, %s", here.Slice, what) }
	c.score(name("Dice before"), there.Before, here.Before, tolerance)
	c.score(name("Dice after"), there.After, here.After, tolerance)
	c.line(name("largest change"), there.LInf, here.LInf, changeTolerance*max(here.LInf, 1e-6))
}
