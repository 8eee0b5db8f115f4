//go:build js && wasm

package main

import (
	"fmt"

	"segfault/core/lab"
	"segfault/core/picture"
	"segfault/core/scan"
)

// render draws a scan or a result: pictures for canvases, outlines for SVG. Of a scan there are the picture "scan" and the
// outlines "truth" and "region".
func render(e *engine, c *call) (any, error) {
	id, err := c.params.index("of")
	if err != nil {
		return nil, err
	}
	var r *result
	switch thing := e.things.Get(id).(type) {
	case *result:
		r = thing
	case *lab.Subject:
		if r, err = e.bare(c, thing); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("segfault: what should be drawn is not there any more; load or compute it again")
	}
	look, err := c.params.look()
	if err != nil {
		return nil, err
	}
	pictureNames, err := c.params.texts("pictures")
	if err != nil {
		return nil, err
	}
	pictures := object{}
	for _, name := range pictureNames {
		if p := r.picture(name, look); p != nil {
			pictures[name] = pixels(p)
		}
	}
	outlineNames, err := c.params.texts("outlines")
	if err != nil {
		return nil, err
	}
	outlines := object{}
	for _, name := range outlineNames {
		if outlines[name], err = r.outline(name); err != nil {
			return nil, err
		}
	}
	reply := object{
		"width": r.width, "height": r.height, "pictures": pictures, "outlines": outlines, "scale": r.scale(), "focus": r.focus(),
	}
	if own, err := c.params.flag("own"); err != nil || !own || r.subject == nil {
		return reply, err
	}
	if reply["own"], err = r.inOwnPixels(pictureNames, look); err != nil {
		return nil, err
	}
	return reply, nil
}

// inOwnPixels draws the scan, the attacked scan and the perturbation as finely as the scan is, with the part of the model's grid
// that they fill; nil where the scan's own pixels were not attacked.
func (r *result) inOwnPixels(names []string, l look) (any, error) {
	if ground, err := r.subject.Ground(""); err != nil || ground != lab.OnScan || r.after != nil && r.own == nil {
		return nil, err
	}
	values, err := r.subject.Scan.Slice(r.slice)
	if err != nil {
		return nil, err
	}
	scale, err := r.normalisation.Scale(values)
	if err != nil {
		return nil, err
	}
	grid, err := scan.NewGrid(r.subject.Scan.Width, r.subject.Scan.Height, r.width)
	if err != nil {
		return nil, err
	}
	fine := &result{height: grid.Height, width: grid.Width, channels: 1}
	fine.image = make([]float32, len(values))
	scale.Apply(fine.image, values)
	if r.own != nil {
		fine.adversarial = make([]float32, len(values))
		scale.Apply(fine.adversarial, r.own.Values)
	}
	pictures := object{}
	for _, name := range names {
		if p := fine.picture(name, l); p != nil {
			pictures[name] = pixels(p)
		}
	}
	return object{
		"width": fine.width, "height": fine.height, "pictures": pictures, "box": []int{grid.X, grid.Y, grid.W, grid.H}, "scale": fine.scale(),
	}, nil
}

// focus is the square around what there is to find, with as much again on every side: x, y, width and height in pixels.
// Where there is nothing to find, it is everything.
func (r *result) focus() []int {
	if r.truth == nil && r.before == nil {
		return []int{0, 0, r.width, r.height}
	}
	return picture.Around(r.any(r.reference()), r.width, r.height)
}

// bare is a scan of which nothing has been computed. The picture is on the model's grid where there is a model.
func (e *engine) bare(c *call, s *lab.Subject) (*result, error) {
	slice, err := c.params.index("slice")
	if err != nil {
		return nil, err
	}
	if err := s.CheckSlice(slice); err != nil {
		return nil, err
	}
	size, normalisation := lab.DefaultSize, scan.Max
	if len(e.models) > 0 {
		m, err := e.model(c)
		if err != nil {
			return nil, err
		}
		size, normalisation = m.Size, m.Normalisation
	}
	r := &result{question: question{subject: s, slice: slice}, normalisation: normalisation, height: size, width: size, channels: 1, classes: 1}
	if r.image, err = s.Grey(slice, size, normalisation); err != nil || s.Truth == nil {
		return r, err
	}
	r.truth, err = r.onGrid(s.Truth)
	return r, err
}

// onGrid brings the slice of a mask to the grid of the pictures.
func (r *result) onGrid(mask *scan.Mask) ([]uint8, error) {
	labels, err := mask.Flat(r.slice)
	if err != nil || r.width == mask.Width && r.height == mask.Height {
		return labels, err
	}
	grid, err := scan.NewGrid(mask.Width, mask.Height, r.width)
	if err != nil {
		return nil, err
	}
	square := make([]uint8, r.width*r.height)
	grid.ResampleLabels(square, labels)
	return square, nil
}

// look is how pictures of the scan are drawn.
type look struct {
	low, high float32 // of the grey range, shown black and white
	gain      float32 // by which the attack's change is multiplied
}

// look reads a call's window and gain; by default everything is shown as it is.
func (p params) look() (look, error) {
	l := look{0, 1, 1}
	window, err := p.numbers("window")
	if err != nil {
		return l, err
	}
	if len(window) > 0 {
		if len(window) != 2 || !(window[0] < window[1]) {
			return l, fmt.Errorf("segfault: a window of %v; expected two numbers, the lower one first, such as [0, 1]", window)
		}
		l.low, l.high = float32(window[0]), float32(window[1])
	}
	if p.has("gain") {
		gain, err := p.number("gain")
		if err != nil {
			return l, err
		}
		l.gain = float32(gain)
	}
	return l, nil
}

// picture draws by name; nil where the result has nothing to draw.
func (r *result) picture(name string, l look) []uint8 {
	switch {
	case name == "scan":
		return picture.Input(picture.Window(r.image, l.low, l.high), r.channels)
	case name == "adversarial" && r.adversarial != nil:
		return picture.Input(picture.Window(picture.Exaggerate(r.image, r.adversarial, l.gain), l.low, l.high), r.channels)
	case name == "perturbation" && r.adversarial != nil:
		return picture.Difference(r.image, r.adversarial, r.channels, r.scale())
	case name == "before" && r.before != nil:
		return picture.Probability(r.before, r.classes)
	case name == "after" && r.after != nil:
		return picture.Probability(r.after, r.classes)
	}
	return nil
}

// scale is the largest change of any pixel, which the magnified perturbation spans.
func (r *result) scale() float32 {
	largest := float32(0)
	for i, v := range r.adversarial {
		largest = max(largest, v-r.image[i], r.image[i]-v)
	}
	return largest
}

// outline traces by name; "" where there is nothing.
func (r *result) outline(name string) (string, error) {
	if name == "region" && r.subject != nil && r.subject.Region != nil {
		inside, err := r.onGrid(r.subject.Region)
		return picture.Outline(r.any(inside), r.width, r.height, 0.5), err
	}
	return r.line(name), nil
}

// line is an outline of what the result itself holds.
func (r *result) line(name string) string {
	switch {
	case name == "truth" && r.truth != nil:
		return picture.Outline(r.any(r.truth), r.width, r.height, 0.5)
	case name == "before" && r.before != nil:
		return picture.Outline(picture.Top(r.before, r.classes), r.width, r.height, 0)
	case name == "after" && r.after != nil:
		return picture.Outline(picture.Top(r.after, r.classes), r.width, r.height, 0)
	case name == "hit" && r.after != nil:
		return r.region(func(wanted, found bool) bool { return wanted && found })
	case name == "miss" && r.after != nil:
		return r.region(func(wanted, found bool) bool { return wanted && !found })
	case name == "alarm" && r.after != nil:
		return r.region(func(wanted, found bool) bool { return !wanted && found })
	}
	return ""
}

// any is 1 where any class is present.
func (r *result) any(planes []uint8) []float32 {
	n := r.height * r.width
	present := make([]float32, n)
	for from := 0; from < len(planes); from += n {
		for i, v := range planes[from : from+n] {
			if v > 0 {
				present[i] = 1
			}
		}
	}
	return present
}

// region traces the pixels that meet a condition on the reference and the attacked prediction.
func (r *result) region(is func(wanted, found bool) bool) string {
	wanted := r.any(r.reference())
	top := picture.Top(r.after, r.classes)
	mask := make([]bool, len(wanted))
	for i := range mask {
		mask[i] = is(wanted[i] > 0, top[i] > 0)
	}
	return picture.Region(mask, r.width, r.height)
}
