package attack

import "segfault/core/metrics"

// Scores are overlaps before and after an attack as they are told. A score is nil where it would say nothing: of a class that
// neither the reference nor either prediction has, and before the attack where the clean prediction itself is the reference.
type Scores struct {
	Dice, IoU PerClass
	Union     Pair // Dice of all classes together
	True      Pair // Dice of the reference's own classes; of a reference with none, Union
}

// PerClass are the scores of each class, and their mean over the classes that have one.
type PerClass struct {
	Before []*float64 `json:"before"`
	After  []*float64 `json:"after"`
	Mean   Pair       `json:"mean"`
}

// Pair is a score before and after the attack.
type Pair struct {
	Before *float64 `json:"before"`
	After  *float64 `json:"after"`
}

// Score says what there is to tell of a slice's overlaps.
func (m Metrics) Score() Scores { return Score(m.Reference, m.Before, m.After) }

// Score says what there is to tell of the overlaps of two predictions with one reference.
func Score(reference Target, before, after metrics.Overlap) Scores {
	pair := func(there bool, b, a float64) (p Pair) {
		if there {
			p.After = &a
			if reference == Truth {
				p.Before = &b
			}
		}
		return p
	}
	classes := func(b, a []float64) (s PerClass) {
		var sum [2]float64
		count := 0.0
		for k := range b {
			there := !(before.Empty[k] && after.Empty[k])
			p := pair(there, b[k], a[k])
			s.Before, s.After = append(s.Before, p.Before), append(s.After, p.After)
			if there {
				sum[0], sum[1], count = sum[0]+b[k], sum[1]+a[k], count+1
			}
		}
		s.Mean = pair(count > 0, sum[0]/count, sum[1]/count)
		return s
	}
	return Scores{
		Dice: classes(before.Dice, after.Dice), IoU: classes(before.IoU, after.IoU),
		Union: pair(!(before.Nothing && after.Nothing), before.Union, after.Union),
		True:  pair(!(before.Nothing && after.Nothing), before.True, after.True),
	}
}

// Drop is by how much a score fell; nil where one of the two is not there.
func (p Pair) Drop() *float64 {
	if p.Before == nil || p.After == nil {
		return nil
	}
	drop := *p.Before - *p.After
	return &drop
}
