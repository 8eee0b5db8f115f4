//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"segfault/core/scan"
	"segfault/core/study"
)

// painted are the strokes on a scan's truth, the last one last, and the truth that was there before them.
type painted struct {
	strokes []*scan.Stroke
	before  *scan.Mask
	named   bool
}

// keptStrokes bounds how many can be undone.
const keptStrokes = 100

// paint lets a brush set labels of a slice's truth. Points and radius are in pixels of the picture that render draws of the scan.
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
	s := q.subject
	if s.Truth != nil && s.Truth.Channels > 1 {
		return nil, fmt.Errorf("segfault: the truth has channels that may overlap, on which labels cannot be painted; add a mask of labels")
	}
	p := e.paintings[s]
	if p == nil {
		p = &painted{before: s.Truth, named: s.Named}
		e.paintings[s] = p
		if s.Truth == nil {
			s.Truth, s.Named = s.Scan.NewMask(), true
		}
	}
	points, radius, err = q.ownPixels(points, radius)
	if err != nil {
		return nil, err
	}
	p.strokes = append(p.strokes, s.Truth.Paint(q.slice, uint8(label), points, radius))
	if len(p.strokes) > keptStrokes {
		p.strokes, p.before = p.strokes[1:], s.Truth
	}
	e.gradients.drop(s)
	return describeTruth(s.Truth), nil
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

// unpaint takes back the last stroke; after the first, the truth is the one from before. It answers with the truth, or null.
func unpaint(e *engine, c *call) (any, error) {
	s, err := e.subject(c.params)
	if err != nil {
		return nil, err
	}
	p := e.paintings[s]
	if p == nil {
		return describeTruth(s.Truth), nil
	}
	last := len(p.strokes) - 1
	p.strokes[last].Undo()
	if p.strokes = p.strokes[:last]; last == 0 {
		s.Truth, s.Named = p.before, p.named
		delete(e.paintings, s)
	}
	e.gradients.drop(s)
	return describeTruth(s.Truth), nil
}

// forgetPaint makes strokes final: another truth has come, or the scan is gone.
func (e *engine) forgetPaint(s *study.Subject) { delete(e.paintings, s) }
