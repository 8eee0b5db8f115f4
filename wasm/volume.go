//go:build js && wasm

package main

import (
	"fmt"
	"slices"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/scan"
)

// volume is what the attack on every slice of a scan left behind.
type volume struct {
	subject *lab.Subject
	values  []float32          // nil where the model's input was attacked
	masks   map[string][]uint8 // label maps in the scan's own pixels, by name
}

// attackVolume attacks every slice.
func attackVolume(e *engine, c *call) (any, error) {
	q, err := e.question(c)
	if err != nil {
		return nil, err
	}
	if err := q.read(c.params); err != nil {
		return nil, err
	}
	if q.labels != nil {
		return nil, fmt.Errorf("segfault: labels of one slice were given, but all are attacked; add a mask of the whole scan")
	}
	v := &volume{subject: q.subject, masks: map[string][]uint8{}}
	if q.ground == lab.OnScan {
		v.values = slices.Clone(q.subject.Scan.Values)
	}
	var whole attack.Volume
	var rows []object
	count := q.subject.Scan.Slices
	err = e.faults(c, q, func(k int, r *result, m attack.Metrics) error {
		if r.own != nil {
			copy(v.values[k*len(r.own.Values):], r.own.Values)
		}
		for _, name := range []string{"before", "after"} {
			labels, err := r.labels(name)
			if err != nil {
				return err
			}
			v.masks[name] = append(v.masks[name], labels...)
		}
		whole.Add(r.reference(), attack.Mask(r.before), attack.Mask(r.after), r.classes)
		scores := m.Score()
		rows = append(rows, object{
			"slice": k, "before": scores.Union.Before, "after": scores.Union.After, "reference": r.wanted(),
			"flipped": m.Flipped, "linf": m.LInf,
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	before, after := whole.Overlaps()
	reference := attack.Truth
	if q.subject.Truth == nil {
		reference = attack.Prediction
	}
	painted, err := e.painted(q.subject, func(o object, mask *scan.Mask) (err error) {
		runs := make([][]int, count)
		for k := range runs {
			if runs[k], err = mask.Runs(k); err != nil {
				return err
			}
		}
		o["slices"] = runs
		return nil
	})
	if err != nil {
		return nil, err
	}
	about := q.describe()
	delete(about, "slice")
	return e.noted(c, object{
		"id": e.things.KeepResult(v), "classes": q.model.Classes, "attack": about, "painted": painted, "reference": string(reference), "slices": rows,
		"dice":         describeDice(attack.Score(reference, before, after)),
		"milliseconds": e.watch.milliseconds(),
	}), nil
}

// faults attacks every slice and passes the results on in order. On a GPU two are under way at once, so that it computes
// one while the results of the other travel back and are worked on.
func (e *engine) faults(c *call, q question, each func(k int, r *result, m attack.Metrics) error) error {
	type fault struct {
		*result
		attack.Metrics
	}
	count, done := q.subject.Scan.Slices, 0
	c.progress("slice", done, count)
	e.watch.lane.Unlock() // the slices' goroutines compute
	defer e.watch.lane.Lock()
	return attack.Pipeline(count, func() int {
		if done == 0 || !e.compute.GPU() { // the first loads programs and measures shaders, for which the GPU must be idle
			return 1
		}
		return 2
	}, func(k int) (fault, error) {
		e.watch.lane.Lock()
		defer e.watch.lane.Unlock()
		if err := c.Err(); err != nil {
			return fault{}, err
		}
		q := q
		q.slice = k
		r, m, err := e.fault(c, q)
		return fault{r, m}, err
	}, func(k int, f fault) error {
		if done++; done < count {
			c.progress("slice", done, count)
		}
		return each(k, f.result, f.Metrics)
	})
}

func (v *volume) about() *lab.Subject { return v.subject }

func (v *volume) attacked() ([]float32, error) {
	if v.values == nil {
		return nil, fmt.Errorf("segfault: this attack moved the model's input, which no file of the scan can hold; attack the scan's own pixels to save it")
	}
	return v.values, nil
}

func (v *volume) mask(name string) ([]uint8, int, error) {
	labels := v.masks[name]
	mask := map[string]*scan.Mask{"truth": v.subject.Truth, "region": v.subject.Region}[name]
	if mask != nil {
		for k := range v.subject.Scan.Slices {
			flat, err := mask.Flat(k)
			if err != nil {
				return nil, 0, err
			}
			labels = append(labels, flat...)
		}
	}
	if labels == nil {
		return nil, 0, fmt.Errorf("segfault: there is no mask %q to save", name)
	}
	return labels, 0, nil
}
