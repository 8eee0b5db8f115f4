package lab

import (
	"context"
	"fmt"
	"math"

	"segfault/core/names"
	"segfault/core/scan"
)

// The pictures and the outlines that there are, of a result that has what they show.
var (
	pictures = []string{"scan", "adversarial", "perturbation", "before", "after"}
	outlines = []string{"truth", "region", "target", "before", "after", "hit", "miss", "alarm"}
)

// RenderOptions say what is drawn, and how.
type RenderOptions struct {
	Pictures []string  `json:"pictures"` // scan, adversarial, perturbation, before or after
	Outlines []string  `json:"outlines"` // truth, region, target, before, after, hit, miss or alarm
	Window   []float32 `json:"window"`   // of the grey range, what is shown black and white; by default Subject.Window
	Gain     float32   `json:"gain"`     // by which the attack's change is multiplied
	Own      bool      `json:"own"`      // draw in the scan's own pixels, too
	Slice    int       `json:"slice"`    // of a scan, on the grid of this model
	Model    string    `json:"model"`
}

// RenderParams is a drawing of a scan or a result.
type RenderParams struct {
	Of int `json:"of"`
	RenderOptions
}

// NewRendering is a drawing of a thing as it is.
func NewRendering(of int) *RenderParams {
	p := &RenderParams{Of: of}
	p.Gain = 1
	return p
}

// RGBA are RGBA bytes.
type RGBA []uint8

// Rendered are pictures for canvases and outlines for SVG.
type Rendered struct {
	Width    int               `json:"width"`
	Height   int               `json:"height"`
	Pictures map[string]RGBA   `json:"pictures"`
	Outlines map[string]string `json:"outlines"`
	Scale    float32           `json:"scale"`  // the change of a pixel, in the mean of its channels, that a magnified perturbation shows as white
	Window   [2]float32        `json:"window"` // of the grey range, what is shown black and white
	Sides    string            `json:"sides"`  // of the patient, at the pictures' left, right, top and bottom: R or L, A or P, S or I; empty where the file does not tell
	Pixel    float64           `json:"pixel"`  // how many mm wide one is; 0 where the file does not tell
	Focus    []int             `json:"focus"`  // the square around what there is to find, with as much again on every side: x, y, width and height
	Own      *OwnPictures      `json:"own"`    // nil where it was not asked for, or the model's input was attacked
}

// OwnPictures are drawn as finely as the scan is.
type OwnPictures struct {
	Width    int             `json:"width"`
	Height   int             `json:"height"`
	Pictures map[string]RGBA `json:"pictures"`
	Box      []int           `json:"box"` // the part of the model's grid that they fill
	Scale    float32         `json:"scale"`
}

// Render draws a scan or a result. Of a scan there are the picture "scan" and the outlines "truth" and "region".
func (l *Lab) Render(ctx context.Context, p *RenderParams) (*Rendered, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	var r *Result
	switch thing := l.things.Get(p.Of).(type) {
	case *Result:
		r = thing
	case *Subject:
		c.hold(thing)
		if r, err = c.bare(thing, p.Slice, p.Model); err != nil {
			return nil, err
		}
	default:
		return nil, errGone("drawn")
	}
	look, err := p.look(r)
	if err != nil {
		return nil, err
	}
	for _, name := range p.Pictures {
		if err := names.Among(pictures, "picture", name); err != nil {
			return nil, fmt.Errorf("segfault: %w", err)
		}
	}
	for _, name := range p.Outlines {
		if err := names.Among(outlines, "outline", name); err != nil {
			return nil, fmt.Errorf("segfault: %w", err)
		}
	}
	drawn := &Rendered{
		Width: r.Width, Height: r.Height, Pictures: r.pictures(p.Pictures, look), Outlines: map[string]string{}, Scale: r.scale(), Focus: r.focus(),
		Window: [2]float32{look.low, look.high}, Sides: r.Subject.Scan.Space.Sides(), Pixel: r.pixel(),
	}
	for _, name := range p.Outlines {
		if drawn.Outlines[name], err = r.outline(name); err != nil {
			return nil, err
		}
	}
	if p.Own {
		drawn.Own, err = r.inOwnPixels(p.Pictures, look)
	}
	return drawn, err
}

// bare is a scan of which nothing has been computed. The picture is on the model's grid where there is a model.
func (c *call) bare(s *Subject, slice int, model string) (*Result, error) {
	if err := s.CheckSlice(slice); err != nil {
		return nil, err
	}
	size, normalisation := DefaultSize, scan.Max
	if len(c.lab.models) > 0 {
		m, err := c.model(model)
		if err != nil {
			return nil, err
		}
		size, normalisation = m.Size, m.Normalisation
	}
	r := &Result{Subject: s, Slice: slice, normalisation: normalisation, Height: size, Width: size, Channels: 1, Classes: 1}
	var err error
	if r.Image, err = s.Grey(slice, size, normalisation); err != nil || s.Truth == nil {
		return r, err
	}
	r.Truth, err = r.onGrid(s.Truth)
	return r, err
}

// look is how pictures of the scan are drawn.
type look struct {
	low, high float32 // of the grey range, shown black and white
	gain      float32
}

func (o *RenderOptions) look(r *Result) (look, error) {
	if gain := float64(o.Gain); math.IsNaN(gain) || math.IsInf(gain, 0) {
		return look{}, fmt.Errorf("segfault: a gain of %g; expected a number, such as 10", gain)
	}
	if len(o.Window) == 0 {
		low, high, err := r.Subject.Window(r.Slice, r.normalisation)
		return look{low, high, o.Gain}, err
	}
	if len(o.Window) != 2 || !(o.Window[0] < o.Window[1]) {
		return look{}, fmt.Errorf("segfault: a window of %v; expected two numbers, the lower one first, such as [0, 1]", o.Window)
	}
	return look{o.Window[0], o.Window[1], o.Gain}, nil
}
