//go:build js && wasm

package main

import (
	"fmt"
	"strconv"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/scan"
	"segfault/core/study"
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
		"attack": q.describe(), "scan": r.describeOwn(q.attack), "painted": painted,
		"image": r.image, "adversarial": r.adversarial, "gradient": r.gradient,
		"before":  object{"logits": r.before, "mask": attack.Mask(r.before)},
		"after":   object{"logits": r.after, "mask": attack.Mask(r.after)},
		"metrics": describeMetrics(metrics, r), "milliseconds": e.watch.milliseconds(),
	}), nil
}

// fault attacks a slice and measures what came of it.
func (e *engine) fault(c *call, q question) (*result, attack.Metrics, error) {
	a, err := e.gradient(c, q)
	if err != nil {
		return nil, attack.Metrics{}, err
	}
	if q.inside {
		if q.attack.Region, err = q.subject.Inside(q.slice, q.model.Model, q.ground); err != nil {
			return nil, attack.Metrics{}, err
		}
	}
	r := q.newResult()
	f, err := e.move(c, q, a, r)
	if err != nil {
		return nil, attack.Metrics{}, err
	}
	r.image, r.gradient, r.truth, r.before = a.image, a.gradient.Values, a.truth, a.gradient.Logits
	r.adversarial, r.after = f.Adversarial, f.Logits
	metrics, err := attack.Measure(a.image, a.gradient, f, a.truth, r.classes, r.height, r.width)
	return r, metrics, err
}

// move takes the step on the question's ground, and predicts again.
func (e *engine) move(c *call, q question, a *answer, r *result) (f *attack.Fault, err error) {
	if q.ground == study.Input {
		err = e.with(c, q, "predict", func(s *attack.Session) error {
			f, err = s.Apply(c, a.image, a.gradient, q.attack)
			return err
		})
		return f, err
	}
	values, err := q.subject.Scan.Slice(q.slice)
	if err != nil {
		return nil, err
	}
	if values, err = q.subject.Move(q.slice, q.model.Model, values, a.gradient.Values, q.attack); err != nil {
		return nil, err
	}
	if r.own, err = q.subject.Settle(q.slice, q.model.Model, values); err != nil {
		return nil, err
	}
	logits, err := e.logits(c, q, r.own.Image)
	return &attack.Fault{Adversarial: r.own.Image, Logits: logits}, err
}

// describe is the attack with everything that was left to its default.
func (q question) describe() object {
	gradient, where := "channel", "everywhere"
	if q.inside {
		where = "region"
	}
	if q.attack.Shared || q.ground == study.Scan {
		gradient = "grey"
	}
	return object{
		"model": q.model.name, "slice": q.slice, "epsilon": shortest(q.attack.Epsilon), "loss": string(q.attack.Loss), "swapped": q.attack.Swapped,
		"scheme": string(q.attack.Scheme), "label": string(q.attack.Label), "gradient": gradient, "on": string(q.ground), "where": where,
	}
}

// shortest is the number that a person would have meant: 0.009, not 0.008999999612569809.
func shortest(v float32) float64 {
	number, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
	return number
}

// describeOwn is fault.scan: what a saved copy would hold; nil where the model's input was attacked.
func (r *result) describeOwn(a attack.Attack) any {
	if r.own == nil {
		return nil
	}
	return object{
		"values": r.own.Values, "unit": r.own.Unit, "epsilon": shortest(a.Epsilon) * r.own.Unit, "linf": r.own.LInf,
	}
}

// read takes the attack's options from a call; what is missing is as in the paper's evaluation.
func (q *question) read(p params) (err error) {
	q.attack = attack.FGSM()
	if q.labels, err = p.bytes("truth"); err != nil {
		return err
	}
	if want := q.subject.Scan.Width * q.subject.Scan.Height; q.labels != nil && len(q.labels) != want {
		return fmt.Errorf("segfault: the truth has %d labels, but the slice has %d×%d pixels", len(q.labels), q.subject.Scan.Width, q.subject.Scan.Height)
	}
	known := q.subject.Truth != nil || q.labels != nil
	if !known {
		q.attack.Label = attack.Prediction
	}
	if p.has("epsilon") {
		epsilon, err := p.number("epsilon")
		if err != nil {
			return err
		}
		q.attack.Epsilon = float32(epsilon)
	}
	if q.attack.Swapped, err = p.flag("swapped"); err != nil {
		return err
	}
	var loss, scheme, label, gradient, ground, where string
	for name, to := range map[string]*string{"loss": &loss, "scheme": &scheme, "label": &label, "gradient": &gradient, "on": &ground, "where": &where} {
		if *to, err = p.text(name); err != nil {
			return err
		}
	}
	if loss != "" {
		q.attack.Loss = core.Loss(loss)
	}
	if scheme != "" {
		q.attack.Scheme = attack.Scheme(scheme)
	}
	if label != "" {
		q.attack.Label = attack.Label(label)
	}
	switch gradient {
	case "", "channel":
	case "grey":
		q.attack.Shared = true
	default:
		return fmt.Errorf("segfault: unknown gradient %q; expected channel or grey", gradient)
	}
	switch where {
	case "":
		q.inside = q.subject.Region != nil
	case "region", "everywhere":
		q.inside = where == "region"
	default:
		return fmt.Errorf("segfault: unknown place %q to attack; expected everywhere or region", where)
	}
	if err := q.attack.Check(); err != nil {
		return err
	}
	if q.ground, err = q.subject.Ground(ground); err != nil {
		return err
	}
	if q.attack.Label == attack.Truth && !known {
		return fmt.Errorf("segfault: the scan has no truth to attack with; add a mask, or take the prediction as label")
	}
	return nil
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
