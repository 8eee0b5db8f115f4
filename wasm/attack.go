//go:build js && wasm

package main

import (
	"fmt"

	"segfault/core"
	"segfault/core/attack"
)

func attackSlice(e *engine, c *call) (any, error) {
	q, err := e.question(c)
	if err != nil {
		return nil, err
	}
	if err := q.read(c.params); err != nil {
		return nil, err
	}
	a, err := e.gradient(c, q)
	if err != nil {
		return nil, err
	}
	var f *attack.Fault
	err = e.with(c, q, "predict", func(s *attack.Session) error {
		f, err = s.Apply(c, a.image, a.gradient, q.attack)
		return err
	})
	if err != nil {
		return nil, err
	}
	r := q.newResult()
	r.image, r.adversarial, r.truth, r.before, r.after = a.image, f.Adversarial, a.truth, a.gradient.Logits, f.Logits
	metrics, err := attack.Measure(a.image, a.gradient, f, a.truth, r.classes, r.height, r.width)
	if err != nil {
		return nil, err
	}
	return e.noted(c, object{
		"id": e.keep(r), "width": r.width, "height": r.height, "classes": q.model.Classes,
		"image": r.image, "adversarial": r.adversarial, "gradient": a.gradient.Values,
		"before":  object{"logits": r.before, "mask": attack.Mask(r.before)},
		"after":   object{"logits": r.after, "mask": attack.Mask(r.after)},
		"metrics": describeMetrics(metrics, r), "milliseconds": e.watch.milliseconds(),
	}), nil
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
	var loss, scheme, label, gradient string
	for name, to := range map[string]*string{"loss": &loss, "scheme": &scheme, "label": &label, "gradient": &gradient} {
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
	if err := q.attack.Check(); err != nil {
		return err
	}
	if q.attack.Label == attack.Truth && !known {
		return fmt.Errorf("segfault: the scan has no truth to attack with; add a mask, or take the prediction as label")
	}
	return nil
}

// describeMetrics is fault.metrics. What a page says in words is counted here too: how much of the reference
// is missed, and how much is found that is not there.
func describeMetrics(m attack.Metrics, r *result) object {
	pair := func(before, after any) object { return object{"before": before, "after": after} }
	reference := r.reference()
	before, after := attack.Mask(r.before), attack.Mask(r.after)
	wanted := 0
	for _, v := range r.any(reference) {
		wanted += int(v)
	}
	return object{
		"reference": string(m.Reference),
		"dice": object{
			"before": m.Before.Dice, "after": m.After.Dice,
			"mean": pair(m.Before.MeanDice, m.After.MeanDice), "union": pair(m.Before.Union, m.After.Union),
		},
		"iou": object{
			"before": m.Before.IoU, "after": m.After.IoU, "mean": pair(m.Before.MeanIoU, m.After.MeanIoU),
		},
		"drop": m.Drop, "success": m.Success, "threshold": attack.Threshold,
		"pixels":   object{"reference": wanted, "before": r.count(before), "after": r.count(after)},
		"missed":   pair(r.lacking(reference, before), r.lacking(reference, after)),
		"invented": pair(r.lacking(before, reference), r.lacking(after, reference)),
		"flipped":  m.Flipped, "elements": m.Elements, "loss": m.Loss,
		"linf": m.LInf, "l2": m.L2, "psnr": m.PSNR, "ssim": m.SSIM,
	}
}

// count is the number of pixels of each class.
func (r *result) count(planes []uint8) []int {
	counts := make([]int, r.classes)
	for i, v := range planes {
		counts[i/(r.height*r.width)] += int(v)
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
