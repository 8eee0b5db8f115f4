package recipe

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"segfault/core/attack"
	"segfault/core/lab"
)

// The numbers of a replay may differ by float32 sums in another order, which flip pixels whose probability is near one half.
const (
	diceTolerance   = 0.005
	changeTolerance = 1e-3 // of the change, relatively
)

// looseness is how many times as far the numbers of many steps may be apart: a sign that differs takes the next gradient elsewhere.
const looseness = 4

// Comparison is what a recipe says beside what came of it here.
type Comparison struct {
	Lines []string // one a number
	many  bool     // steps
	off   []string // where they disagree
}

// Err names the numbers in which they disagree.
func (c *Comparison) Err() error {
	if len(c.off) > 0 {
		return fmt.Errorf("recipe: the replay disagrees in: %s", strings.Join(c.off, ", "))
	}
	return nil
}

func (c *Comparison) number(name string, there, here, tolerance float64) {
	c.Lines = append(c.Lines, fmt.Sprintf("%-14s %.6f there, %.6f here", name, there, here))
	if c.many {
		tolerance *= looseness
	}
	if math.Abs(there-here) > tolerance {
		c.off = append(c.off, name)
	}
}

// score compares scores, of which there is none where it would say nothing; earlier recipes have a 1 there.
func (c *Comparison) score(name string, there, here *float64, tolerance float64) {
	switch {
	case there != nil && here != nil:
		c.number(name, *there, *here, tolerance)
	case here != nil || there != nil && *there != 1:
		c.Lines = append(c.Lines, fmt.Sprintf("%-14s only on one side", name))
		c.off = append(c.off, name)
	}
}

func (c *Comparison) scores(what string, there, here attack.Pair, tolerance float64) {
	c.score(what+"Dice before", there.Before, here.Before, tolerance)
	c.score(what+"Dice after", there.After, here.After, tolerance)
}

// own compares scores of the true class, which earlier recipes have not.
func (c *Comparison) own(what string, there, here attack.Pair, tolerance float64) {
	if there != (attack.Pair{}) {
		c.scores(what+"true class, ", there, here, tolerance)
	}
}

func (c *Comparison) change(name string, there, here float64) {
	c.number(name, there, here, changeTolerance*max(here, 1e-6))
}

// slice compares the numbers of a slice.
func (c *Comparison) slice(there, here *lab.Metrics) {
	c.scores("", there.Dice.Union, here.Dice.Union, diceTolerance)
	c.own("", there.Dice.True, here.Dice.True, diceTolerance)
	c.change("largest change", there.LInf, here.LInf)
	c.change("total change", there.L2, here.L2)
}

// beside compares what stands beside an attack; what a recipe does not have of it is not compared.
func (c *Comparison) beside(there, here []lab.Control) {
	for _, one := range there {
		k := slices.IndexFunc(here, func(h lab.Control) bool { return h.Method == one.Method })
		if k < 0 {
			c.off = append(c.off, one.Method+", which does not stand beside such an attack")
			continue
		}
		const tolerance = diceTolerance * looseness // square accepts or not, step by step
		c.scores(one.Method+", ", one.Metrics.Dice.Union, here[k].Metrics.Dice.Union, tolerance)
		c.own(one.Method+", ", one.Metrics.Dice.True, here[k].Metrics.Dice.True, tolerance)
	}
}

// volume compares the numbers of every slice, and of all as one volume. Of a small area a few pixels are much of its Dice: two may differ.
func (c *Comparison) volume(there *Metrics, here *lab.VolumeMetrics) {
	for i, row := range here.Slices {
		of := fmt.Sprintf("slice %d, ", row.Slice)
		tolerance := max(diceTolerance, 4/float64(row.Reference))
		c.scores(of, there.Slices[i].Pair, row.Pair, tolerance)
		c.own(of, there.Slices[i].True, row.True, tolerance)
		c.change(of+"largest change", there.Slices[i].LInf, row.LInf)
	}
	c.scores("", there.Dice.Union, here.Dice.Union, diceTolerance)
	c.own("", there.Dice.True, here.Dice.True, diceTolerance)
}

// universal compares the means of both parts.
func (c *Comparison) universal(there *Metrics, here *lab.UniversalFault) {
	for _, part := range []struct {
		name        string
		there, here *lab.Carried
	}{{"made of, ", &there.Made, &here.Made}, {"held out, ", &there.Held, &here.Held}} {
		c.scores(part.name, part.there.Union, part.here.Union, diceTolerance)
		c.scores(part.name+"true class, ", part.there.True, part.here.True, diceTolerance)
	}
}
