//go:build js && wasm

package main

import (
	"syscall/js"

	"segfault/core/lab"
	"segfault/core/scan"
)

// describeScan is what the page learns of a scan. Of a file only geometry and intensity are ever told.
func describeScan(id int, s *lab.Subject) object {
	return object{
		"id": id, "format": s.Scan.Format, "width": s.Scan.Width, "height": s.Scan.Height,
		"slices": s.Scan.Slices, "volumes": s.Scan.Volumes, "volume": s.Scan.Volume, "leftOut": s.Scan.LeftOut.Total(), "leftOutAs": s.Scan.LeftOut.String(),
		"spacing": s.Scan.Spacing[:], "detector": s.Scan.Detector, "window": s.Scan.Window[:],
		"type": s.Scan.Type, "coloured": s.Scan.Coloured, "truth": describeMask(s.Truth), "region": describeMask(s.Region), "saveable": s.Scan.Saveable(), "identity": s.Scan.Identifiable,
	}
}

func describeMask(mask *scan.Mask) any {
	if mask == nil {
		return nil
	}
	classes, pixels := mask.Count()
	return object{"labels": classes, "pixels": pixels}
}

// load reads a scan's file, or the files of a series.
func load(e *engine, c *call) (any, error) {
	entries, err := list(c.params, "files", js.TypeObject, func(v js.Value) params { return params{v} })
	if err != nil {
		return nil, err
	}
	var given []any
	for _, p := range entries {
		file, err := p.given()
		if err != nil {
			return nil, err
		}
		given = append(given, file)
	}
	volume, err := c.params.index("volume")
	if err != nil {
		return nil, err
	}
	f, err := e.host.files()
	if err != nil {
		return nil, err
	}
	e.keepFiles()
	read, lacksDecoders, err := f.read(given, volume)
	if lacksDecoders {
		return nil, noDecoders{e.host}
	}
	if err != nil {
		return nil, err
	}
	e.watch.breath.take() // which lets a cancel in; what nobody waits for is not kept
	if err := c.Err(); err != nil {
		return nil, err
	}
	s := &lab.Subject{Scan: read}
	id, err := e.place(c.params, s)
	return describeScan(id, s), err
}

// slice hands out a slice's values.
func slice(e *engine, c *call) (any, error) {
	s, err := e.subject(c.params)
	if err != nil {
		return nil, err
	}
	i, err := c.params.index("slice")
	if err != nil {
		return nil, err
	}
	return s.Scan.Slice(i)
}

// loadMask attaches a mask to a scan, as its truth or as its region of interest.
func loadMask(e *engine, c *call) (any, error) {
	s, err := e.subject(c.params)
	if err != nil {
		return nil, err
	}
	f, err := e.host.files()
	if err != nil {
		return nil, err
	}
	given, err := c.params.given()
	if err != nil {
		return nil, err
	}
	mask, err := f.mask(s.Scan, given)
	if err != nil {
		return nil, err
	}
	at, err := c.params.easel(s)
	if err != nil {
		return nil, err
	}
	if at.region {
		err = s.SetRegion(mask)
	} else if err = e.checkLabels(c, mask); err == nil {
		err = s.SetTruth(mask)
		e.gradients.drop(s)
	}
	if err != nil {
		return nil, err
	}
	delete(e.paintings, at) // its strokes were on another mask
	return describeMask(mask), nil
}

// checkLabels refuses a mask with more labels than the call's model has classes, before it takes the place of another.
func (e *engine) checkLabels(c *call, mask *scan.Mask) error {
	if len(e.models) == 0 {
		return nil
	}
	m, err := e.model(c)
	if err != nil {
		return err
	}
	return mask.Check(len(m.Classes))
}

// sample simulates a scan.
func sample(e *engine, c *call) (any, error) {
	name, err := c.params.text("name")
	if err != nil {
		return nil, err
	}
	s, err := lab.FindSample(name)
	if err != nil {
		return nil, err
	}
	seed := s.Seed
	if c.params.has("seed") {
		number, err := c.params.number("seed")
		if err != nil {
			return nil, err
		}
		if seed, err = lab.Seed(number); err != nil {
			return nil, err
		}
	}
	made := s.Subject(seed)
	id, err := e.place(c.params, made)
	if err != nil {
		return nil, err
	}
	about := describeScan(id, made)
	about["sample"] = object{"name": name, "seed": float64(seed)}
	return about, nil
}
