package lab

import (
	"context"
	"errors"
	"math"

	"segfault/core/attack"
	"segfault/core/report"
)

// Control is what stands beside an attack on a slice, so that it can be judged: another change of the same size, measured alike.
type Control struct {
	Method  string  `json:"method"`
	Title   string  `json:"title"`
	Meaning string  `json:"meaning"` // what it says of the attack, in a sentence
	Metrics Metrics `json:"metrics"`
}

// VolumeControl is the same of an attack on a volume.
type VolumeControl struct {
	Method  string      `json:"method"`
	Title   string      `json:"title"`
	Meaning string      `json:"meaning"`
	Slices  []int       `json:"slices"` // that were changed: all or, where each takes many predictions, those on which the attack did the most
	Dice    attack.Pair `json:"dice"`   // of all classes together: what the attack and what the control leaves
	True    attack.Pair `json:"true"`   // the same of the reference's own classes
}

// control is a method that stands beside every attack. Noise shows what any change of the size does. Square asks for no
// gradient: where it finds more than the attack did, the gradient is hidden, and the attack says little.
type control struct {
	method, title string
	steps         int  // 0 is the method's own
	blind         bool // it takes so many predictions that it is computed where a defence may hide its gradient, or somebody asks
	more, less    string
}

var controls = []control{
	{attack.Noise, "As much noise", 0, false,
		"The same budget, up or down by chance, does as much: this says nothing of the attack.", "The same budget, up or down by chance, does less: it is the attack, and not any change."},
	{attack.Square, "Without gradients", 200, true,
		"It finds more than the attack did, so the gradient is hidden: take this number.", "It finds no more than the attack did, which does not fail for want of a gradient."},
}

// BesideOptions say what is computed.
type BesideOptions struct {
	Blind bool `json:"blind"` // also the attack without gradients where there is no defence
}

// BesideParams is an attack on a slice or on a volume.
type BesideParams struct {
	Of int `json:"of"`
	BesideOptions
}

// Beside is what stands beside an attack: on a slice Controls, on a volume Volume.
type Beside struct {
	Controls []Control       `json:"controls"`
	Volume   []VolumeControl `json:"volume"`
}

// Beside computes what stands beside an attack: with its ε, norm, label, pixels, region and defence.
func (l *Lab) Beside(ctx context.Context, p *BesideParams) (*Beside, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	told := &Beside{Controls: []Control{}, Volume: []VolumeControl{}}
	switch thing := l.things.Get(p.Of).(type) {
	case *Result:
		told.Controls, err = c.controls(thing, p.Blind)
	case *volume:
		told.Volume, err = c.volumeControls(thing, p.Blind)
	default:
		err = errGone("compared")
	}
	return told, err
}

// beside are the controls of an attack. One has none of its kind beside it.
func beside(h *How, blind bool) (list []control) {
	for _, c := range controls {
		if c.method != h.Name && !(c.blind && h.Defence == "" && !blind) {
			list = append(list, c)
		}
	}
	return list
}

// as is a control of the size of an attack. Square knows the maximum norm alone: beside an attack in L2 it may change each of the values by as much
// as all of them may be changed by together, which is no more than the attack may.
func (c control) as(h How, values int) (How, error) {
	q := How{Gradient: h.Gradient, On: h.On, Where: h.Where, Defence: h.Defence}
	err := q.Take(c.method)
	q.Epsilon, q.Norm, q.Target, q.Class = h.Epsilon, h.Norm, h.Target, h.Class
	if c.blind && h.Norm == attack.L2 {
		q.Epsilon, q.Norm = min(h.Epsilon/float32(math.Sqrt(float64(values))), 1), attack.Linf
	}
	if c.steps > 0 {
		q.Steps = c.steps
	}
	return q, err
}

// values is how many numbers an attack moves apart from each other.
func (q *question) values() int {
	if q.how.On == OnScan {
		return q.subject.Scan.Width * q.subject.Scan.Height
	}
	height, width := q.subject.InputSize(q.model.Model)
	if q.how.Gradient == AsGrey {
		return height * width
	}
	return height * width * q.model.Net.Shape().In
}

// worth is how much less of a Dice says that less was done.
const worth = 0.05

// meaning says what a control tells, of the lower Dice of each that are left; of a target, of those that are reached.
func (c control) meaning(attacked, left report.Left, sought bool) string {
	was, is := attacked.Least(), left.Least()
	switch {
	case was == nil:
		return "There is nothing to find here."
	case is == nil: // nor did the control have anything found, as the attack did
		return c.less
	}
	further := *was - *is
	if sought {
		further = -further
	}
	if c.blind && further > worth || !c.blind && further > -worth {
		return c.more
	}
	return c.less
}

// told is what an attack is judged by: the Dice with what the model was to find, or else those of all classes together and of the true class.
func (m *Metrics) told() report.Left {
	if m.Target != nil {
		return report.Left{Dice: m.Target.After}
	}
	return report.Left{Dice: m.Dice.Union.After, True: m.Dice.True.After}
}

// again attacks a result's slice with its labels once more, otherwise.
func (c *call) again(r *Result, h How) (*Result, error) {
	q := r.asked
	if q.subject.version != q.version {
		return nil, errors.New("segfault: the scan's masks have changed since this was attacked; attack it again")
	}
	q.how, q.ended = h, nil
	if err := q.how.settle(q.subject, q.labels != nil); err != nil {
		return nil, err
	}
	return c.fault(&q)
}

// controls computes what stands beside an attack on a slice.
func (c *call) controls(r *Result, blind bool) ([]Control, error) {
	told := []Control{}
	if r.Adversarial == nil {
		return told, errors.New("segfault: this is a prediction, and nothing stands beside one; attack the slice")
	}
	c.hold(r.Subject)
	of := &r.metrics
	for _, one := range beside(&r.How, blind) {
		how, err := one.as(r.How, r.asked.values())
		if err != nil {
			return nil, err
		}
		other, err := c.again(r, how)
		if err != nil {
			return nil, err
		}
		m := other.metrics
		m.Steps = []attack.Point{} // a control's way tells nothing
		told = append(told, Control{one.method, one.title, one.meaning(of.told(), m.told(), m.Target != nil), m})
	}
	return told, nil
}

// volumeControls computes what stands beside an attack on a volume.
func (c *call) volumeControls(v *volume, blind bool) ([]VolumeControl, error) {
	c.hold(v.subject)
	told := []VolumeControl{}
	for _, one := range beside(&v.asked.how, blind) {
		how, err := one.as(v.asked.how, v.asked.values())
		if err != nil {
			return nil, err
		}
		q := v.asked
		q.how = how
		if err := q.how.settle(q.subject, false); err != nil {
			return nil, err
		}
		which, scores := v.told.Worst, controlled{}
		if one.blind {
			scores, err = c.some(&q, v.told)
		} else {
			which = make([]int, 0, len(v.told.Slices))
			for k := range v.told.Slices {
				which = append(which, k)
			}
			scores, err = c.all(&q, v.told)
		}
		if err != nil {
			return nil, err
		}
		meaning := one.meaning(report.Left{Dice: scores.union.Before, True: scores.own.Before}, report.Left{Dice: scores.union.After, True: scores.own.After}, false)
		told = append(told, VolumeControl{one.method, one.title, meaning, which, scores.union, scores.own})
	}
	return told, nil
}

// controlled is what an attack on a volume leaves, and what a control does: of all classes together and of the true class.
type controlled struct{ union, own attack.Pair }

// all changes every slice of a volume, and measures them as one beside what the attack left.
func (c *call) all(q *question, than *VolumeMetrics) (scores controlled, err error) {
	var whole attack.Volume
	if err := c.faults(q, func(_ int, r *Result) error {
		whole.Add(r.reference(), r.Found(r.Before), r.Found(r.After), r.Classes)
		return nil
	}); err != nil {
		return scores, err
	}
	before, after := whole.Overlaps()
	left := attack.Score(reference(q.subject), before, after)
	return controlled{attack.Pair{Before: than.Dice.Union.After, After: left.Union.After}, attack.Pair{Before: than.Dice.True.After, After: left.True.After}}, nil
}

// some changes the slices on which an attack did the most; told are means over them.
func (c *call) some(q *question, than *VolumeMetrics) (scores controlled, err error) {
	var union, own means
	for _, k := range than.Worst {
		one := *q
		one.slice = k
		r, err := c.fault(&one)
		if err != nil {
			return scores, err
		}
		union.add(attack.Pair{Before: than.Slices[k].After, After: r.metrics.Dice.Union.After})
		own.add(attack.Pair{Before: than.Slices[k].True.After, After: r.metrics.Dice.True.After})
	}
	return controlled{union.told(), own.told()}, nil
}
