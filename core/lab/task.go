package lab

import (
	"context"
	"slices"

	"segfault/core/attack"
	"segfault/core/scan"
)

// Task is an attack on a slice as a helper is given it: a network and a problem of it, without a scan, its masks or its file.
type Task struct {
	Number int               `json:"number"` // by which a helper asks for what it cannot know
	Model  string            `json:"model"`
	Own    []LoadModelParams `json:"own"` // how those models were loaded that the site does not ship
	How    How               `json:"how"`
	// Width and Height are the scan's, Normalised whether it is the network's input itself.
	Width      int        `json:"width"`
	Height     int        `json:"height"`
	Normalised bool       `json:"normalised"`
	Spacing    [3]float64 `json:"spacing"`
	Detector   bool       `json:"detector"`
	Whole      bool       `json:"whole"` // it is a slice of a volume
	Image      Values     `json:"image"`
	Truth      []uint8    `json:"truth"`
	Goal       []uint8    `json:"goal"`
	Inside     Values     `json:"inside"`
	Pixels     Values     `json:"pixels"` // the scan's own; empty where the network's input is moved
	Level      Values     `json:"level"`
	Slope
}

// Slope is a gradient of the clean image; empty where it is not known.
type Slope struct {
	Logits   Values  `json:"logits"`
	Loss     float32 `json:"loss"`
	Gradient Values  `json:"gradient"`
}

func (s *Slope) gradient() *attack.Gradient {
	if len(s.Gradient) == 0 {
		return nil
	}
	return &attack.Gradient{Logits: s.Logits, Loss: s.Loss, Values: s.Gradient}
}

func slope(g *attack.Gradient) Slope {
	if g == nil {
		return Slope{}
	}
	return Slope{g.Logits, g.Loss, g.Values}
}

// Done is what a helper found: a gradient, and what an attack did.
type Done struct {
	Slope
	Moved       Values       `json:"moved"` // the scan's own pixels; empty where the network's input was moved
	Adversarial Values       `json:"adversarial"`
	After       Values       `json:"after"`
	Goal        []uint8      `json:"goal"`
	Metrics     Metrics      `json:"metrics"`
	Marked      Marked       `json:"marked"`
	Ended       CutShort     `json:"ended"` // empty where it was not
	Took        Milliseconds `json:"took"`
}

// task packs a problem.
func (q *question) task(a *answer, p attack.Problem) *Task {
	s := q.subject.Scan
	t := &Task{
		Model: q.model.about.Name, How: q.how, Width: s.Width, Height: s.Height, Normalised: s.Normalised, Spacing: s.Spacing, Detector: s.Detector, Whole: q.whole,
		Image: p.Image, Truth: p.Truth, Goal: p.Goal, Inside: p.Inside, Slope: slope(a.gradient),
	}
	for _, m := range slices.Concat(q.model.of, []*model{q.model}) {
		if m.loaded != nil {
			own := *m.loaded
			own.Name = m.about.Name
			t.Own = append(t.Own, own)
		}
	}
	if p.Own != nil {
		t.Pixels, t.Level = p.Own.Image, p.Own.Inputs["level"]
	}
	return t
}

// Compute does a task, for another lab whose helper this one is.
func (l *Lab) Compute(ctx context.Context, t *Task) (*Done, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	_, leave, err := c.turn(&c.lab.pool.own)
	if err != nil {
		return nil, err
	}
	defer func() { leave() }()
	c.alone, c.watch.Sketch, l.kept = true, nil, keptByHelper
	if err := l.shelve(); err != nil {
		return nil, err
	}
	for i := range t.Own {
		if l.named(t.Own[i].Name) != nil {
			continue
		}
		if err := c.away(func() error {
			_, err := l.LoadModel(c, &t.Own[i])
			return err
		}); err != nil {
			return nil, err
		}
	}
	s := &scan.Scan{Width: t.Width, Height: t.Height, Slices: 1, Normalised: t.Normalised, Spacing: t.Spacing, Detector: t.Detector}
	q := question{subject: &Subject{Scan: s}, how: t.How, whole: t.Whole}
	if q.model, err = c.model(t.Model); err != nil {
		return nil, err
	}
	if q.model, err = q.model.behind(t.How.Defence); err != nil {
		return nil, err
	}
	p := attack.Problem{Image: t.Image, Truth: some(t.Truth), Goal: some(t.Goal), Inside: some(t.Inside)}
	if len(t.Pixels) > 0 {
		grid, err := scan.NewGrid(t.Width, t.Height, q.model.Size)
		if err != nil {
			return nil, err
		}
		p.Own = &attack.Own{
			View: view{grid, q.model.Net.Shape().In, t.Level[0] > 0}, Image: t.Pixels, Inputs: map[string][]float32{"own": t.Pixels, "level": t.Level},
			Settle: func(moved []float32) (image []float32, err error) { // while another task is done
				leave()
				err = c.away(func() error {
					image, err = l.host.Settle(c, t.Number, moved)
					return err
				})
				if err != nil {
					leave = func() {}
					return nil, err
				}
				if _, leave, err = c.turn(&c.lab.pool.own); err != nil {
					leave = func() {}
				}
				return image, err
			},
		}
	}
	q.how.Grey = q.how.Gradient == AsGrey // which no message says
	a := &answer{question: q, image: t.Image, truth: p.Truth, goal: p.Goal, gradient: t.gradient()}
	f, err := c.move(&q, a, p)
	if err != nil {
		return nil, err
	}
	r := q.outcome(a, f)
	if err := r.measure(&q, a, f); err != nil {
		return nil, err
	}
	d := &Done{Slope: slope(a.gradient), Adversarial: f.Adversarial, After: f.Logits, Goal: f.Goal, Metrics: r.metrics, Marked: r.marked, Took: c.milliseconds()}
	if p.Own != nil {
		d.Moved = f.Moved
	}
	if q.ended != nil {
		d.Ended = *q.ended
	}
	return d, nil
}

// told is the result of what a helper did, and makes its gradient the answer's.
func (q *question) told(a *answer, d *Done) (*Result, error) {
	if q.ended = nil; d.Ended.After > 0 {
		q.how.Stop, q.ended = d.Ended.After, &d.Ended
	}
	a.gradient = d.gradient()
	r := q.outcome(a, &attack.Fault{Adversarial: d.Adversarial, Logits: d.After, Goal: some(d.Goal)})
	r.metrics, r.marked = d.Metrics, d.Marked
	return r, q.own(r, d.Moved)
}

// some is a list, or nil where nothing is in it.
func some[T any, L ~[]T](list L) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
