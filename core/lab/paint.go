package lab

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"segfault/core/names"
	"segfault/core/scan"
)

// easel is one of the masks of a scan on which can be painted.
type easel struct {
	subject *Subject
	as      string // of masks
}

// masks are what a mask of a scan may be.
var masks = []string{truth, region, target}

// The masks: what is there, where attacks may change pixels, and what a model is to find.
const (
	truth  = "truth"
	region = "region"
	target = "target"
)

// easel is the scan's mask of a name, by default the truth.
func (s *Subject) easel(as string) (easel, error) {
	as = cmp.Or(as, truth)
	if err := names.Among(masks, "mask", as); err != nil {
		return easel{}, fmt.Errorf("segfault: %w", err)
	}
	return easel{s, as}, nil
}

// easel is a mask of the scan of a number.
func (c *call) easel(scan int, as string) (easel, error) {
	s, err := c.subject(scan)
	if err != nil {
		return easel{}, err
	}
	return s.easel(as)
}

// easels are those of all of a scan's masks.
func (s *Subject) easels() (list []easel) {
	for _, as := range masks {
		list = append(list, easel{s, as})
	}
	return list
}

// mask is where the scan keeps the mask.
func (a easel) mask() **scan.Mask {
	switch a.as {
	case region:
		return &a.subject.Region
	case target:
		return &a.subject.Target
	}
	return &a.subject.Truth
}

// painting is a mask with strokes on it.
type painting struct {
	strokes []*scan.Stroke // the last one last
	before  *scan.Mask     // what was there; nil is nothing
	named   bool           // what Named was then
}

// keptStrokes bounds how many can be undone.
const keptStrokes = 100

// PaintOptions are a stroke: a brush's way over a slice of a mask. Points and radius are in pixels of the picture that Render draws of the scan.
type PaintOptions struct {
	As     string       `json:"as"`
	Slice  int          `json:"slice"`
	Model  string       `json:"model"`
	Label  int          `json:"label"` // a class, from 1; 0 erases
	Points [][2]float64 `json:"points"`
	Radius float64      `json:"radius"`
	Runs   []int        `json:"runs"`  // in their place all of the slice, as a recipe keeps it (see [scan.Mask.Runs])
	Named  bool         `json:"named"` // of runs, whether their labels are classes of the model
}

// PaintParams is a stroke on a mask of a scan.
type PaintParams struct {
	Scan int `json:"scan"`
	PaintOptions
}

// Paint lets a brush set labels of a slice of a mask, which is made where there is none.
func (l *Lab) Paint(ctx context.Context, p *PaintParams) (*MaskInfo, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	q, err := c.question(p.Scan, p.Slice, p.Model)
	if err != nil {
		return nil, err
	}
	if p.Label < 0 || p.Label > len(q.model.Classes) {
		return nil, fmt.Errorf("segfault: label %d cannot be painted, as the model has classes 1 to %d; 0 erases", p.Label, len(q.model.Classes))
	}
	if err := p.way(); err != nil {
		return nil, err
	}
	points, radius, err := q.ownPixels(p.Points, p.Radius)
	if err != nil {
		return nil, err
	}
	at, err := q.subject.easel(p.As)
	if err != nil {
		return nil, err
	}
	mask := at.mask()
	if *mask != nil && (*mask).Overlaps() {
		return nil, fmt.Errorf("segfault: the mask has classes that overlap, on which labels cannot be painted; add a mask of labels")
	}
	for i := 1; i < len(p.Runs); i += 2 {
		if p.Runs[i] > len(q.model.Classes) {
			return nil, fmt.Errorf("segfault: label %d cannot be painted, as the model has classes 1 to %d; take the model that the recipe is of", p.Runs[i], len(q.model.Classes))
		}
	}
	if p.Runs != nil { // refused before anything is changed
		if _, err := q.subject.Scan.NewMask().Repaint(q.slice, p.Runs); err != nil {
			return nil, err
		}
	}
	painting := l.easel(at)
	var stroke *scan.Stroke
	if p.Runs == nil {
		stroke = (*mask).Paint(q.slice, uint8(p.Label), points, radius)
	} else {
		if stroke, err = (*mask).Repaint(q.slice, p.Runs); err != nil {
			return nil, err
		}
		q.subject.Named = q.subject.Named && at.as != truth || p.Named && at.as == truth
	}
	painting.strokes = append(painting.strokes, stroke)
	if len(painting.strokes) > keptStrokes {
		painting.strokes, painting.before = painting.strokes[1:], *mask
	}
	l.changed(at)
	return describeMask(*mask), nil
}

// way refuses a brush that goes nowhere, or has a width that cannot be.
func (o *PaintOptions) way() error {
	if o.Runs != nil {
		return nil
	}
	if len(o.Points) == 0 {
		return fmt.Errorf("segfault: a stroke has points or runs; neither was given")
	}
	if !(o.Radius >= 0) || math.IsInf(o.Radius, 0) {
		return fmt.Errorf("segfault: a brush's radius of %g; expected a number from 0", o.Radius)
	}
	for _, p := range o.Points {
		if sum := p[0] + p[1]; math.IsNaN(sum) || math.IsInf(sum, 0) {
			return fmt.Errorf("segfault: a stroke through %g, %g; expected points of the picture", p[0], p[1])
		}
	}
	return nil
}

// easel makes a mask ready to be painted on.
func (l *Lab) easel(at easel) *painting {
	p, mask := l.paintings[at], at.mask()
	if p == nil {
		p = &painting{before: *mask, named: at.subject.Named}
		l.paintings[at] = p
		if *mask == nil {
			*mask = at.subject.Scan.NewMask()
			at.subject.Named = at.subject.Named || at.as == truth
		} else {
			*mask = (*mask).Clone()
		}
	}
	return p
}

// ownPixels brings points of the model's square to the slice's own pixels.
func (q *question) ownPixels(points [][2]float64, radius float64) ([][2]float64, float64, error) {
	s := q.subject.Scan
	if s.Normalised {
		return points, radius, nil
	}
	grid, err := scan.NewGrid(s.Width, s.Height, q.model.Size)
	if err != nil {
		return nil, 0, err
	}
	own := make([][2]float64, len(points))
	for i, p := range points {
		own[i] = grid.Own(p)
	}
	return own, radius * float64(grid.Width) / float64(grid.W), nil
}

// UnpaintOptions say which mask.
type UnpaintOptions struct {
	As string `json:"as"`
}

// UnpaintParams is a mask of a scan.
type UnpaintParams struct {
	Scan int `json:"scan"`
	UnpaintOptions
}

// Unpaint takes back the last stroke; after the first, the mask is the one from before, perhaps none.
func (l *Lab) Unpaint(ctx context.Context, p *UnpaintParams) (*MaskInfo, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	at, err := c.easel(p.Scan, p.As)
	if err != nil {
		return nil, err
	}
	mask, painting := at.mask(), l.paintings[at]
	if painting == nil || len(painting.strokes) == 0 {
		return describeMask(*mask), nil
	}
	last := len(painting.strokes) - 1
	painting.strokes[last].Undo()
	if painting.strokes = painting.strokes[:last]; last == 0 && painting.before != *mask { // else the first ones are not kept, and stay
		*mask = painting.before
		if at.as == truth {
			at.subject.Named = painting.named
		}
		delete(l.paintings, at)
	}
	l.changed(at)
	return describeMask(*mask), nil
}

// PutBack attaches a mask that was painted elsewhere, empty but for its runs by slice (see [scan.Mask.Runs]); named says whether its labels are
// the model's classes.
func (l *Lab) PutBack(ctx context.Context, scan int, as string, runs map[int][]int, named bool) error {
	c, err := l.begin(ctx)
	if err != nil {
		return err
	}
	defer c.end()
	at, err := c.easel(scan, as)
	if err != nil {
		return err
	}
	s := at.subject
	mask := s.Scan.NewMask()
	for slice, r := range runs {
		if err := s.CheckSlice(slice); err != nil {
			return err
		}
		if err := mask.SetRuns(slice, r); err != nil {
			return err
		}
	}
	if err := l.attach(at, mask); err != nil {
		return err
	}
	if at.as == truth {
		s.Named = named
	}
	return nil
}

// PaintedMask is a slice of a mask that no file holds, as a recipe keeps it.
type PaintedMask struct {
	Runs  []int `json:"runs"`  // see [scan.Mask.Runs]
	Named bool  `json:"named"` // its labels are classes of the model; else a single label may be any class
}

// PaintedVolume is the same of every slice.
type PaintedVolume struct {
	Slices [][]int `json:"slices"`
	Named  bool    `json:"named"`
}

// Painted are a slice's parts of those of a scan's masks that were painted.
type Painted struct {
	Truth  *PaintedMask `json:"truth"`
	Region *PaintedMask `json:"region"`
	Target *PaintedMask `json:"target"`
}

// PaintedVolumes are those of a scan's masks that were painted.
type PaintedVolumes struct {
	Truth  *PaintedVolume `json:"truth"`
	Region *PaintedVolume `json:"region"`
	Target *PaintedVolume `json:"target"`
}

// note makes of a scan's masks what is told of each that was painted, in their order. Labels are named if they are classes.
func note[T any](l *Lab, s *Subject, of func(mask *scan.Mask, named bool) (*T, error)) (all [3]*T, err error) {
	for i, at := range s.easels() {
		mask := *at.mask()
		if l.paintings[at] == nil || mask == nil {
			continue
		}
		if all[i], err = of(mask, at.as != truth || s.Named || mask.Highest() > 1); err != nil {
			return all, err
		}
	}
	return all, nil
}

// painted notes a slice of the masks that were painted.
func (l *Lab) painted(s *Subject, slice int) (Painted, error) {
	all, err := note(l, s, func(mask *scan.Mask, named bool) (*PaintedMask, error) {
		runs, err := mask.Runs(slice)
		return &PaintedMask{runs, named}, err
	})
	return Painted{all[0], all[1], all[2]}, err
}

// paintedSlices notes all slices of the masks that were painted.
func (l *Lab) paintedSlices(s *Subject) (PaintedVolumes, error) {
	all, err := note(l, s, func(mask *scan.Mask, named bool) (*PaintedVolume, error) {
		v := &PaintedVolume{Named: named}
		for k := range mask.Slices {
			runs, err := mask.Runs(k)
			if err != nil {
				return nil, err
			}
			v.Slices = append(v.Slices, runs)
		}
		return v, nil
	})
	return PaintedVolumes{all[0], all[1], all[2]}, err
}
