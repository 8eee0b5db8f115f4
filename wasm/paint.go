//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"segfault/core/lab"
	"segfault/core/scan"
)

// easel is one of the masks of a scan on which can be painted.
type easel struct {
	subject *lab.Subject
	region  bool // the region of interest, not the truth
}

// easel reads which of a scan's masks a call is about.
func (p params) easel(s *lab.Subject) (easel, error) {
	as, err := p.text("as")
	if err == nil && as != "" && as != "truth" && as != "region" {
		err = fmt.Errorf("segfault: a mask is a truth or a region, not %q", as)
	}
	return easel{s, as == "region"}, err
}

// mask is where the scan keeps the mask.
func (a easel) mask() **scan.Mask {
	if a.region {
		return &a.subject.Region
	}
	return &a.subject.Truth
}

// painted are the strokes on a mask, the last one last, and the mask that was there before them.
type painted struct {
	strokes []*scan.Stroke
	before  *scan.Mask
	named   bool
}

// keptStrokes bounds how many can be undone.
const keptStrokes = 100

// paint lets a brush set labels of a slice of a mask. Points and radius are in pixels of the picture that render draws of the scan.
func paint(e *engine, c *call) (any, error) {
	q, err := e.question(c)
	if err != nil {
		return nil, err
	}
	label, err := c.params.index("label")
	if err != nil {
		return nil, err
	}
	if label < 0 || label > len(q.model.Classes) {
		return nil, fmt.Errorf("segfault: label %d cannot be painted, as the model has classes 1 to %d; 0 erases", label, len(q.model.Classes))
	}
	radius, err := c.params.number("radius")
	if err != nil {
		return nil, err
	}
	points, err := list(c.params, "points", js.TypeObject, func(v js.Value) [2]float64 { return [2]float64{v.Index(0).Float(), v.Index(1).Float()} })
	if err != nil {
		return nil, err
	}
	if points, radius, err = q.ownPixels(points, radius); err != nil {
		return nil, err
	}
	s := q.subject
	at, err := c.params.easel(s)
	if err != nil {
		return nil, err
	}
	mask := at.mask()
	if *mask != nil && (*mask).Overlaps() {
		return nil, fmt.Errorf("segfault: the mask has classes that overlap, on which labels cannot be painted; add a mask of labels")
	}
	p := e.paintings[at]
	if p == nil {
		p = &painted{before: *mask, named: s.Named}
		e.paintings[at] = p
		if *mask == nil {
			*mask = s.Scan.NewMask()
			s.Named = s.Named || !at.region
		}
	}
	p.strokes = append(p.strokes, (*mask).Paint(q.slice, uint8(label), points, radius))
	if len(p.strokes) > keptStrokes {
		p.strokes, p.before = p.strokes[1:], *mask
	}
	e.repainted(at)
	return describeMask(*mask), nil
}

// ownPixels brings points of the model's square to the slice's own pixels.
func (q question) ownPixels(points [][2]float64, radius float64) ([][2]float64, float64, error) {
	if q.subject.Scan.Normalised {
		return points, radius, nil
	}
	grid, err := scan.NewGrid(q.subject.Scan.Width, q.subject.Scan.Height, q.model.Size)
	if err != nil {
		return nil, 0, err
	}
	for i, p := range points {
		points[i] = grid.Own(p)
	}
	return points, radius * float64(grid.Width) / float64(grid.W), nil
}

// repainted forgets the gradients that a changed truth makes void.
func (e *engine) repainted(at easel) {
	if !at.region {
		e.gradients.drop(at.subject)
	}
}

// unpaint takes back the last stroke; after the first, the mask is the one from before. It answers with the mask, or null.
func unpaint(e *engine, c *call) (any, error) {
	s, err := e.subject(c.params)
	if err != nil {
		return nil, err
	}
	at, err := c.params.easel(s)
	if err != nil {
		return nil, err
	}
	mask, p := at.mask(), e.paintings[at]
	if p == nil {
		return describeMask(*mask), nil
	}
	last := len(p.strokes) - 1
	p.strokes[last].Undo()
	if p.strokes = p.strokes[:last]; last == 0 {
		*mask = p.before
		if !at.region {
			s.Named = p.named
		}
		delete(e.paintings, at)
	}
	e.repainted(at)
	return describeMask(*mask), nil
}

// painted are those of a scan's masks that no file holds, by name, and null for others: note writes their labels as a recipe keeps them.
// named says that the labels are the model's classes.
func (e *engine) painted(s *lab.Subject, note func(object, *scan.Mask) error) (object, error) {
	masks := object{}
	for name, at := range map[string]easel{"truth": {s, false}, "region": {s, true}} {
		mask := *at.mask()
		masks[name] = nil
		if e.paintings[at] == nil || mask == nil {
			continue
		}
		about := object{"named": s.Named || mask.Highest() > 1}
		if err := note(about, mask); err != nil {
			return nil, err
		}
		masks[name] = about
	}
	return masks, nil
}
