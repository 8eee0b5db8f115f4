//go:build js && wasm

package main

import (
	"fmt"
	"strconv"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/scan"
)

func attackSlice(e *engine, c *call) (any, error) {
	q, err := e.question(c)
	if err != nil {
		return nil, err
	}
	if err := q.read(c.params); err != nil {
		return nil, err
	}
	r, metrics, err := e.fault(c, q)
	if err != nil {
		return nil, err
	}
	painted, err := e.painted(q.subject, func(o object, mask *scan.Mask) (err error) {
		o["runs"], err = mask.Runs(q.slice)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e.noted(c, object{
		"id": e.things.KeepResult(r), "width": r.width, "height": r.height, "classes": q.model.Classes,
		"attack": q.describe(), "scan": r.describeOwn(q.method), "painted": painted,
		"image": r.image, "adversarial": r.adversarial, "gradient": r.gradient,
		"before":  object{"logits": r.before, "mask": attack.Mask(r.before)},
		"after":   object{"logits": r.after, "mask": attack.Mask(r.after)},
		"metrics": describeMetrics(metrics, r), "milliseconds": e.watch.milliseconds(),
	}), nil
}

// fault attacks a slice and measures what came of it.
func (e *engine) fault(c *call, q question) (*result, attack.Metrics, error) {
	a, err := e.known(c, q)
	if err != nil {
		return nil, attack.Metrics{}, err
	}
	p, err := q.subject.Problem(q.slice, q.model.Model, a.image, a.truth, q.method, q.ground, q.inside)
	if err != nil {
		return nil, attack.Metrics{}, err
	}
	f, err := e.move(c, q, a, p)
	if err != nil {
		return nil, attack.Metrics{}, err
	}
	r := q.newResult()
	if q.ground == lab.OnScan {
		if r.own, err = q.subject.Settle(q.slice, q.model.Model, q.method, f.Moved); err != nil {
			return nil, attack.Metrics{}, err
		}
	}
	r.image, r.gradient, r.truth, r.before = a.image, a.gradient.Values, a.truth, a.gradient.Logits
	r.adversarial, r.after, r.points = f.Adversarial, f.Logits, f.Points
	metrics, err := attack.Measure(a.image, a.gradient, f, a.truth, r.classes, r.height, r.width)
	return r, metrics, err
}

// move takes one step along the gradient, which is kept, or goes through the loop, which finds it on the way.
func (e *engine) move(c *call, q question, a *answer, p attack.Problem) (f *attack.Fault, err error) {
	if q.method.Single() {
		if err := e.gradient(c, q, a); err != nil {
			return nil, err
		}
		err = e.with(c, q, "predict", func(s *attack.Session) error {
			f, err = s.Apply(c, p, a.gradient, q.method)
			return err
		})
		return f, err
	}
	fresh, runs := a.gradient == nil, q.method.Restarts+1
	err = e.with(c, q, "", func(s *attack.Session) error {
		done := 0
		g, found, err := s.Run(c, p, q.method, func(_, steps int) {
			done++
			c.progress("step", done, runs*steps)
		})
		if err == nil {
			a.gradient, f = g, found
		}
		return err
	})
	if err == nil && fresh {
		e.gradients.add(a)
	}
	return f, err
}

// describe is the attack with everything that was left to its default.
func (q question) describe() object {
	gradient, where := "channel", "everywhere"
	if q.inside {
		where = "region"
	}
	m := q.method.Explicit()
	if m.Grey || q.ground == lab.OnScan {
		gradient = "grey"
	}
	return object{
		"model": q.model.name, "slice": q.slice, "epsilon": shortest(m.Epsilon), "loss": string(m.Loss), "swapped": m.Swapped,
		"scheme": string(m.Rule), "label": string(m.Target), "gradient": gradient, "on": string(q.ground), "where": where,
		"norm": string(m.Norm), "steps": m.Steps, "step": shortest(m.Step), "schedule": string(m.Schedule),
		"start": string(m.Start), "restarts": m.Restarts, "seed": float64(m.Seed),
	}
}

// shortest is the number that a person would have meant: 0.009, not 0.008999999612569809.
func shortest(v float32) float64 {
	number, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
	return number
}

// describeOwn is fault.scan: what a saved copy would hold; nil where the model's input was attacked.
func (r *result) describeOwn(m attack.Method) any {
	if r.own == nil {
		return nil
	}
	return object{
		"values": r.own.Values, "unit": r.own.Unit, "epsilon": shortest(m.Epsilon) * r.own.Unit, "linf": r.own.LInf,
	}
}

// read takes the attack's options from a call; what is missing is as in the paper's evaluation.
func (q *question) read(p params) (err error) {
	q.method = attack.FGSM()
	if q.labels, err = p.bytes("truth"); err != nil {
		return err
	}
	if want := q.subject.Scan.Width * q.subject.Scan.Height; q.labels != nil && len(q.labels) != want {
		return fmt.Errorf("segfault: the truth has %d labels, but the slice has %d×%d pixels", len(q.labels), q.subject.Scan.Width, q.subject.Scan.Height)
	}
	known := q.subject.Truth != nil || q.labels != nil
	if !known {
		q.method.Target = attack.Prediction
	}
	if err := p.method(&q.method); err != nil {
		return err
	}
	ground, err := p.text("on")
	if err != nil {
		return err
	}
	where, err := p.text("where")
	if err != nil {
		return err
	}
	switch where {
	case "":
		q.inside = q.subject.Region != nil
	case "region", "everywhere":
		q.inside = where == "region"
	default:
		return fmt.Errorf("segfault: unknown place %q to attack; expected everywhere or region", where)
	}
	if q.ground, err = q.subject.Ground(ground); err != nil {
		return err
	}
	if q.method.Target == attack.Truth && !known {
		return fmt.Errorf("segfault: the scan has no truth to attack with; add a mask, or take the prediction as label")
	}
	return nil
}

// method reads how to attack; what is missing stays.
func (p params) method(m *attack.Method) error {
	r := reader{params: p}
	r.single("epsilon", &m.Epsilon)
	r.single("step", &m.Step)
	r.whole("steps", &m.Steps)
	r.whole("restarts", &m.Restarts)
	r.word("loss", (*string)(&m.Loss))
	r.word("scheme", (*string)(&m.Rule))
	r.word("label", (*string)(&m.Target))
	r.word("norm", (*string)(&m.Norm))
	r.word("schedule", (*string)(&m.Schedule))
	r.word("start", (*string)(&m.Start))
	gradient, seed := "channel", float64(m.Seed)
	r.word("gradient", &gradient)
	r.number("seed", &seed)
	if r.err != nil {
		return r.err
	}
	var err error
	if m.Swapped, err = p.flag("swapped"); err != nil {
		return err
	}
	if m.Seed, err = lab.Seed(seed); err != nil {
		return err
	}
	if gradient != "channel" && gradient != "grey" {
		return fmt.Errorf("segfault: unknown gradient %q; expected channel or grey", gradient)
	}
	m.Grey = gradient == "grey"
	return m.Check()
}

// reader reads parameters until one is wrong; what is missing stays.
type reader struct {
	params
	err error
}

func (r *reader) number(name string, to *float64) {
	if r.err == nil && r.has(name) {
		*to, r.err = r.params.number(name)
	}
}

func (r *reader) single(name string, to *float32) {
	v := float64(*to)
	r.number(name, &v)
	*to = float32(v)
}

func (r *reader) whole(name string, to *int) {
	if r.err == nil && r.has(name) {
		*to, r.err = r.index(name)
	}
}

func (r *reader) word(name string, to *string) {
	if r.err == nil && r.has(name) {
		*to, r.err = r.text(name)
	}
}

// changeBins is how many bins the histogram of changes has.
const changeBins = 41

// describeMetrics is fault.metrics. What a page says in words is counted here too: how much of the reference
// is missed, and how much is found that is not there.
func describeMetrics(m attack.Metrics, r *result) object {
	reference := r.reference()
	before, after := attack.Mask(r.before), attack.Mask(r.after)
	limit, counts := attack.Changes(r.image, r.adversarial, changeBins)
	missed, invented := r.lacking(reference, before), r.lacking(before, reference)
	told := func(before *float64, after float64) object {
		if m.Reference == attack.Prediction { // which before is the reference itself
			before = nil
		}
		return object{"before": before, "after": after}
	}
	scores := m.Score()
	return object{
		"changes":   object{"limit": limit, "counts": counts},
		"reference": string(m.Reference),
		"dice":      describeDice(scores),
		"iou":       describeClasses(scores.IoU),
		"drop":      scores.Union.Drop(), "success": m.Success, "threshold": attack.Threshold,
		"pixels":   object{"reference": r.wanted(), "before": r.count(before), "after": r.count(after)},
		"missed":   told(&missed, r.lacking(reference, after)),
		"invented": told(&invented, r.lacking(after, reference)),
		"steps":    r.describePoints(),
		"flipped":  m.Flipped, "elements": m.Elements, "loss": m.Loss,
		"linf": m.LInf, "l2": m.L2, "psnr": m.PSNR, "ssim": m.SSIM,
	}
}

func describePair(p attack.Pair) object { return object{"before": p.Before, "after": p.After} }

func describeClasses(s attack.PerClass) object {
	return object{"before": s.Before, "after": s.After, "mean": describePair(s.Mean)}
}

// describeDice is metrics.dice of a slice, and dice of a volume.
func describeDice(s attack.Scores) object {
	dice := describeClasses(s.Dice)
	dice["union"] = describePair(s.Union)
	return dice
}

// describePoints are the loss and the Dice of the clean image and after each step; empty after a single one.
func (r *result) describePoints() []object {
	points := make([]object, len(r.points))
	for i, p := range r.points {
		points[i] = object{"loss": p.Loss, "dice": p.Dice}
	}
	return points
}

// wanted is the number of pixels of the reference, of any class.
func (r *result) wanted() (pixels int) {
	for _, v := range r.any(r.reference()) {
		pixels += int(v)
	}
	return pixels
}

// count is the number of pixels of each class.
func (r *result) count(planes []uint8) []int {
	counts := make([]int, r.classes)
	n := r.height * r.width
	for c := range counts {
		for _, v := range planes[c*n : (c+1)*n] {
			counts[c] += int(v)
		}
	}
	return counts
}

// lacking is the share of one mask's area, of any class, that another has not; 0 where there is none.
func (r *result) lacking(of, in []uint8) float64 {
	area, lacking := 0, 0
	there := r.any(in)
	for i, v := range r.any(of) {
		if v > 0 {
			area++
			if there[i] == 0 {
				lacking++
			}
		}
	}
	if area == 0 {
		return 0
	}
	return float64(lacking) / float64(area)
}
