package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// saveable is what files can be made of: a result, or the results of a whole volume.
type saveable interface {
	about() *Subject
	// attacked are the scan's values with those that the attack changed.
	attacked() ([]float32, error)
	// classes are those of its labels, by name.
	classes() []string
	// mask is a label map in the scan's own pixels of the slices that there are, from the first on: "before", "after", "truth" or "region".
	mask(name string) (labels []uint8, first int, err error)
}

// SaveOptions say what is to be in a file.
type SaveOptions struct {
	What     string `json:"what"`     // scan, before, after, truth, region or target
	Format   string `json:"format"`   // of a mask
	Identity bool   `json:"identity"` // keep what the scan's file says of the patient
}

// SaveParams is a file of a result.
type SaveParams struct {
	Of int `json:"of"`
	SaveOptions
}

// Save makes a file of what was attacked: the scan in the kind of file that it came in, or a mask.
func (l *Lab) Save(ctx context.Context, p *SaveParams) (*Saved, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	thing, ok := l.things.Get(p.Of).(saveable)
	if !ok {
		return nil, errGone("saved")
	}
	c.hold(thing.about())
	s, saved := thing.about().Scan, &Saved{}
	if p.What != "scan" {
		labels, first, err := thing.mask(p.What)
		if err != nil {
			return nil, err
		}
		names := labelled(p.What, thing)
		err = c.away(func() (err error) {
			*saved, err = l.host.WriteMask(c, p.Format, labels, names, first, s)
			return err
		})
		return saved, err
	}
	values, err := thing.attacked()
	if err != nil {
		return nil, err
	}
	err = c.away(func() (err error) {
		*saved, err = l.host.Copy(c, s, values, p.Identity)
		return as(BadFile, err)
	})
	return saved, err
}

// labelled are the names of a mask's labels.
func labelled(what string, thing saveable) []string {
	switch s := thing.about(); {
	case what == region:
		return []string{"region of interest"}
	case what == truth && !s.Named && s.Truth.Highest() <= 1: // which may be any class
		return []string{"truth"}
	}
	return thing.classes()
}

var errNotSaveable = errors.New("segfault: this attack moved the model's input, which no file of the scan can hold; attack the scan's own pixels to save it")

func (r *Result) about() *Subject { return r.Subject }

func (r *Result) classes() []string { return r.Model.Classes }

func (r *Result) attacked() ([]float32, error) {
	if r.Subject.Scan.Normalised && r.Adversarial != nil {
		return r.Adversarial, nil
	}
	if r.Adversarial == nil {
		return nil, errors.New("segfault: this is a prediction, in which no scan was attacked; save its mask, which is called before")
	}
	if r.Own == nil {
		return nil, errNotSaveable
	}
	values := slices.Clone(r.Subject.Scan.Values)
	copy(values[r.Slice*len(r.Own.Values):], r.Own.Values)
	return values, nil
}

func (r *Result) mask(name string) ([]uint8, int, error) {
	labels, err := r.labels(name)
	return labels, r.Slice, err
}

// labels are those of a prediction, the truth or the region in the scan's own pixels.
func (r *Result) labels(name string) ([]uint8, error) {
	switch {
	case name == "before" && r.Before != nil:
		return r.Subject.Labels(r.Model, r.Before)
	case name == "after" && r.After != nil:
		return r.Subject.Labels(r.Model, r.After)
	case name == "truth" && r.Subject.Truth != nil:
		return r.Subject.Truth.Flat(r.Slice)
	case name == region && r.Subject.Region != nil:
		return r.Subject.Region.Flat(r.Slice)
	case name == target && r.Subject.Target != nil:
		return r.Subject.Target.Flat(r.Slice)
	}
	return nil, errNoMask(name)
}

func errNoMask(name string) error {
	return fmt.Errorf("segfault: there is no mask %.20q to save", name)
}
