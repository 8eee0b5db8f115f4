package lab

import (
	"time"

	"segfault/core/attack"
	"segfault/core/picture"
)

// Sketch is what an attack has reached on its way.
type Sketch struct {
	Points  []attack.Point `json:"points"`  // before each step of the run under way
	Sought  bool           `json:"sought"`  // whether their Dice is that with a target that is sought
	Outline string         `json:"outline"` // of what the model finds at the last of them, on its input's grid
	// Dice of all classes together and of the truth's own, when it was first looked at and at the last of them; none without a truth.
	Union attack.Pair `json:"union"`
	True  attack.Pair `json:"true"`
}

// pace is how often a run is looked at: on a GPU a look waits for the steps before it, so some make a batch.
type pace struct {
	batch, since int
	last         time.Time
}

// looks is how often a run should be looked at.
const looks = 100 * time.Millisecond

// due counts a step, and says whether to look after it.
func (p *pace) due() bool {
	p.since++
	return p.since >= p.batch
}

// looked makes batches longer where they are quick, and shorter where they are slow.
func (p *pace) looked() {
	switch took := time.Since(p.last); {
	case took < looks/2:
		p.batch *= 2
	case took > 2*looks:
		p.batch = max(p.batch/2, 1)
	}
	p.since, p.last = 0, time.Now()
}

// enough says whether the best until now is.
func (c *call) enough() bool { return c.alone && c.watch.Enough != nil && c.watch.Enough() }

// steps tells of an attack's steps, and ends it where it is enough.
func (c *call) steps(q *question, truth []uint8) func(*attack.Step) bool {
	height, width := q.subject.InputSize(q.model.Model)
	shape := q.model.Net.Shape()
	logits := make([]float32, shape.Classes*height*width)
	at, now := pace{1, 0, time.Now()}, &Sketch{}
	q.ended = nil
	return func(s *attack.Step) bool {
		var points []attack.Point
		if s.Look != nil && c.watch.Sketch != nil && !c.hushed() && at.due() {
			c.looks = true
			points, _ = s.Look(c, logits) // where it fails, so does what follows
			c.looks = false
			at.looked()
		}
		if points != nil {
			now = &Sketch{points, q.how.Target.Sought(), picture.Outline(picture.Top(attack.Odds(shape, logits), shape.Foreground()), width, height, 0), now.Union, now.True}
			if truth != nil {
				o := attack.Compare(shape, attack.Mask(shape, logits), truth)
				now.Union, now.True = since(now.Union, o.Union), since(now.True, o.True)
			}
			c.watch.Sketch(s.Done, s.All, now)
		} else {
			c.progress("step", s.Done, s.All)
		}
		if q.how.Stop == s.Done || c.enough() {
			q.how.Stop, q.ended = s.Done, &CutShort{s.Done, s.All}
			return false
		}
		return true
	}
}

// since is a score now beside what it was at first.
func since(p attack.Pair, now float64) attack.Pair {
	if p.Before == nil {
		p.Before = &now
	}
	return attack.Pair{Before: p.Before, After: &now}
}
