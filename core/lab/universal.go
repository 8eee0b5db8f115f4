package lab

import (
	"context"
	"errors"
	"fmt"

	"segfault/core/attack"
)

// UniversalParams are scans that one change is made for, and how.
type UniversalParams struct {
	Scans []int `json:"scans"`
	AttackVolumeOptions
}

// NewUniversal is one change by the simplest of the methods that can make one.
func NewUniversal(scans ...int) *UniversalParams {
	p := &UniversalParams{Scans: scans}
	if err := p.Take(attack.Common); err != nil {
		panic("lab: " + err.Error())
	}
	return p
}

// UniversalFault is one change for all slices of some scans. It is made of every other slice; what it does to those that are held out
// says whether it carries.
type UniversalFault struct {
	Width  int       `json:"width"` // of the change
	Height int       `json:"height"`
	Change []float32 `json:"change"` // of the model's input, channels×height×width
	UniversalNumbers
	Painted PaintedVolumes `json:"painted"` // of the only scan; of several none
	Info    *Info          `json:"info,omitempty"`
}

// UniversalNumbers are metrics.json of a universal change.
type UniversalNumbers struct {
	Attack       VolumeAttack     `json:"attack"`
	Made         Carried          `json:"made"`
	Held         Carried          `json:"held"`
	Noise        Carried          `json:"chance"` // what as much noise does to all slices
	Slices       []UniversalSlice `json:"slices"`
	Milliseconds Milliseconds     `json:"milliseconds"`
}

// Carried are means over a part of the slices, of those that have a Dice; where some have a truth, of those.
type Carried struct {
	Slices    int         `json:"slices"` // of the part
	Union     attack.Pair `json:"union"`
	True      attack.Pair `json:"true"`
	Succeeded int         `json:"succeeded"` // in how many of them the attack did
}

// UniversalSlice is what a universal change does to a slice.
type UniversalSlice struct {
	Scan  int  `json:"scan"` // which of those given, from 0
	Slice int  `json:"slice"`
	Held  bool `json:"held"` // the change was made without it
	Outcome
}

// Universal makes one change for many slices, and tries it on all of them.
func (l *Lab) Universal(ctx context.Context, p *UniversalParams) (*UniversalFault, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	asked, f, err := c.universal(p)
	if err != nil {
		return nil, err
	}
	answers, problems := make([]*answer, len(asked)), []attack.Problem{}
	for i := range asked {
		if answers[i], err = c.known(&asked[i]); err != nil {
			return nil, err
		}
		if !f.Slices[i].Held {
			problems = append(problems, answers[i].problem())
		}
	}
	first := &asked[0]
	if err := c.with(first, "", func(s *attack.Session) (err error) {
		f.Change, err = s.Universal(c, problems, first.how.Method, func(done, all int) { c.progress("universal", done, all) })
		return err
	}); err != nil {
		return nil, err
	}
	var made, held, noise carried
	for i := range asked {
		c.progress("slice", i, len(asked))
		row, a := &f.Slices[i], answers[i]
		if row.Outcome, err = c.judged(&asked[i], a, attack.Carry(a.image, f.Change)); err != nil {
			return nil, err
		}
		if row.Held {
			held.add(row)
		} else {
			made.add(row)
		}
		strewn := *row
		if strewn.Outcome, err = c.strewn(asked[i]); err != nil {
			return nil, err
		}
		noise.add(&strewn)
	}
	f.Made, f.Held, f.Noise, f.Milliseconds, f.Info = made.told(), held.told(), noise.told(), c.milliseconds(), c.noted()
	return f, nil
}

// strewn is what as much noise does to a question's slice. Its draws are the same for all slices, as the change is.
func (c *call) strewn(q question) (o Outcome, err error) {
	c.quiet = func() bool { return true }
	defer func() { c.quiet = nil }()
	if q.how, err = controls[0].as(q.how, q.values()); err != nil {
		return o, err
	}
	if err := q.how.settle(q.subject, q.labels != nil); err != nil {
		return o, err
	}
	q.whole = true
	r, err := c.fault(&q)
	if err != nil {
		return o, err
	}
	return Outcome{r.metrics.Dice.Union, r.metrics.Dice.True, r.metrics.Ending}, nil
}

// universal are the slices that a universal change is asked for, as questions and as rows to be filled.
func (c *call) universal(p *UniversalParams) (asked []question, f *UniversalFault, err error) {
	how := p.How
	switch {
	case how.On == OnScan:
		return nil, nil, errors.New("segfault: a universal change is one of the model's input, since scans have pixels of their own; leave out on: scan")
	case how.Where == InRegion:
		return nil, nil, errors.New("segfault: a universal change is made everywhere, since slices have regions of their own; leave out where: region")
	case how.Stop != 0:
		return nil, nil, errors.New("segfault: a universal change takes no stop; leave it out")
	}
	how.On, how.Where = OnInput, Everywhere
	f = &UniversalFault{}
	for i, id := range p.Scans {
		q, err := c.question(id, 0, p.Model)
		if err != nil {
			return nil, nil, err
		}
		if err := q.ask(how, nil); err != nil {
			return nil, nil, err
		}
		if len(p.Scans) == 1 {
			if f.Painted, err = c.lab.paintedSlices(q.subject); err != nil {
				return nil, nil, err
			}
		}
		q.subject = c.lab.snapshot(q.subject)
		height, width := q.subject.InputSize(q.model.Model)
		if i == 0 {
			f.Height, f.Width, f.Attack = height, width, VolumeAttack{q.model.about.Name, q.how.Explicit()}
		} else if height != f.Height || width != f.Width {
			return nil, nil, fmt.Errorf("segfault: a universal change is of one size; the model sees the first scan at %d×%d pixels and scan %d at %d×%d", f.Width, f.Height, i+1, width, height)
		}
		for q.slice = range q.subject.Scan.Slices {
			f.Slices = append(f.Slices, UniversalSlice{Scan: i, Slice: q.slice, Held: len(asked)%2 == 1})
			asked = append(asked, q)
		}
	}
	if len(asked) < 2 {
		return nil, nil, fmt.Errorf("segfault: a universal change needs two slices at least, one that it is made of and one that is held out; found %d", len(asked))
	}
	return asked, f, nil
}

// carried collects the slices of a part.
type carried struct {
	Carried
	union, own means
}

func (c *carried) add(s *UniversalSlice) {
	if c.Slices++; s.Ending.Success() {
		c.Succeeded++
	}
	c.union.add(s.Union)
	c.own.add(s.True)
}

func (c *carried) told() Carried {
	c.Union, c.True = c.union.told(), c.own.told()
	return c.Carried
}
