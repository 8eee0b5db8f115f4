package scan

import "math"

// Stroke is a brush's way over a slice of a mask: what it changed, so that it can be undone.
type Stroke struct {
	mask    *Mask
	changed []dab
}

// dab is a pixel's label before a stroke.
type dab struct {
	at    int
	label uint8
}

// Paint gives a label, or 0 to erase, to the pixels of a slice whose centres lie within a radius of a line through points, which are x and
// y in pixels from the slice's upper left corner; of one point, around that. The pixel that holds a point is always painted. Classes of the mask
// must not overlap.
func (m *Mask) Paint(slice int, label uint8, points [][2]float64, radius float64) *Stroke {
	s := &Stroke{mask: m}
	for i, to := range points {
		s.segment(slice, label, points[max(i-1, 0)], to, radius)
	}
	return s
}

// segment paints around the line between two points.
func (s *Stroke) segment(slice int, label uint8, from, to [2]float64, radius float64) {
	m := s.mask
	clamp := func(v float64, n int) int { return int(min(max(math.Floor(v), 0), float64(n-1))) }
	left, right := clamp(min(from[0], to[0])-radius, m.Width), clamp(max(from[0], to[0])+radius, m.Width)
	top, bottom := clamp(min(from[1], to[1])-radius, m.Height), clamp(max(from[1], to[1])+radius, m.Height)
	for y := top; y <= bottom; y++ {
		for x := left; x <= right; x++ {
			under := math.Floor(to[0]) == float64(x) && math.Floor(to[1]) == float64(y)
			if under || distance([2]float64{float64(x) + 0.5, float64(y) + 0.5}, from, to) <= radius {
				s.dab((slice*m.Height+y)*m.Width+x, label)
			}
		}
	}
}

func (s *Stroke) dab(at int, label uint8) {
	if old := s.mask.Layers[0][at]; old != label {
		s.changed = append(s.changed, dab{at, old})
		s.mask.Layers[0][at] = label
	}
}

// distance is that of a point from the line between two others.
func distance(p, a, b [2]float64) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	along := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		along = min(max(((p[0]-a[0])*dx+(p[1]-a[1])*dy)/length, 0), 1)
	}
	return math.Hypot(p[0]-a[0]-along*dx, p[1]-a[1]-along*dy)
}

// Undo gives the pixels their labels of before. Strokes are undone in the opposite order.
func (s *Stroke) Undo() {
	for i := len(s.changed) - 1; i >= 0; i-- {
		s.mask.Layers[0][s.changed[i].at] = s.changed[i].label
	}
}
