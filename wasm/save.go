//go:build js && wasm

package main

import (
	"fmt"
	"slices"

	"segfault/core/lab"
)

// saveable is what files can be made of: a result, or the results of a whole volume.
type saveable interface {
	about() *lab.Subject
	// attacked are the scan's values with those that the attack changed.
	attacked() ([]float32, error)
	// mask is a label map in the scan's own pixels of the slices that there are, from the first on: "before", "after", "truth" or "region".
	mask(name string) (labels []uint8, first int, err error)
}

// save makes a file: the attacked scan, or a mask.
func save(e *engine, c *call) (any, error) {
	id, err := c.params.index("of")
	if err != nil {
		return nil, err
	}
	thing, ok := e.things.Get(id).(saveable)
	if !ok {
		return nil, fmt.Errorf("segfault: what should be saved is not there any more; compute it again")
	}
	what, err := c.params.text("what")
	if err != nil {
		return nil, err
	}
	format, err := c.params.text("format")
	if err != nil {
		return nil, err
	}
	f, err := e.host.files()
	if err != nil {
		return nil, err
	}
	if what == "scan" {
		return saveScan(f, thing, c.params)
	}
	labels, first, err := thing.mask(what)
	if err != nil {
		return nil, err
	}
	return f.saveMask(thing.about().Scan, format, labels, first)
}

func saveScan(f files, thing saveable, p params) (any, error) {
	identity, err := p.flag("identity")
	if err != nil {
		return nil, err
	}
	values, err := thing.attacked()
	if err != nil {
		return nil, err
	}
	return f.save(thing.about().Scan, values, identity)
}

func (r *result) about() *lab.Subject { return r.subject }

func (r *result) attacked() ([]float32, error) {
	if r.subject.Scan.Normalised && r.adversarial != nil {
		return r.adversarial, nil
	}
	if r.own == nil {
		return nil, fmt.Errorf("segfault: this attack moved the model's input, which no file of the scan can hold; attack the scan's own pixels to save it")
	}
	values := slices.Clone(r.subject.Scan.Values)
	copy(values[r.slice*len(r.own.Values):], r.own.Values)
	return values, nil
}

func (r *result) mask(name string) ([]uint8, int, error) {
	labels, err := r.labels(name)
	return labels, r.slice, err
}

// labels are those of a prediction, the truth or the region in the scan's own pixels.
func (r *result) labels(name string) ([]uint8, error) {
	switch {
	case name == "before" && r.before != nil:
		return r.subject.Labels(r.model.Model, r.before)
	case name == "after" && r.after != nil:
		return r.subject.Labels(r.model.Model, r.after)
	case name == "truth" && r.subject.Truth != nil:
		return r.subject.Truth.Flat(r.slice)
	case name == "region" && r.subject.Region != nil:
		return r.subject.Region.Flat(r.slice)
	}
	return nil, fmt.Errorf("segfault: there is no mask %q to save", name)
}
