package phantom

import "math"

// point is a place in the slice in millimetres, x to the right of the image
// and y down, the origin near the middle of the organ.
type point struct{ x, y float64 }

func (p point) plus(q point) point              { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point             { return point{p.x - q.x, p.y - q.y} }
func (p point) times(k float64) point           { return point{p.x * k, p.y * k} }
func (p point) length() float64                 { return math.Hypot(p.x, p.y) }
func (p point) toward(q point, t float64) point { return p.plus(q.minus(p).times(t)) }

// along is the point at a distance in the direction angle.
func (p point) along(angle, distance float64) point {
	s, c := math.Sincos(angle)
	return point{p.x + c*distance, p.y + s*distance}
}

// path is a polyline; filling it closes it.
type path []point

// xy lists a path's points as x0, y0, x1, y1, …
func xy(v ...float64) path {
	p := make(path, len(v)/2)
	for i := range p {
		p[i] = point{v[2*i], v[2*i+1]}
	}
	return p
}

// The number of chords that replace one span of a spline.
const chords = 6

// closed is the closed Catmull-Rom spline through the points.
func closed(v ...float64) path { return xy(v...).closed() }

func (p path) closed() path {
	n := len(p)
	out := make(path, 0, n*chords)
	for i := range p {
		out = span(out, p[(i+n-1)%n], p[i], p[(i+1)%n], p[(i+2)%n])
	}
	return out
}

// open is the Catmull-Rom spline from the first point to the last.
func open(v ...float64) path { return xy(v...).open() }

func (p path) open() path {
	n := len(p)
	out := make(path, 0, n*chords)
	for i := range n - 1 {
		out = span(out, p[max(i-1, 0)], p[i], p[i+1], p[min(i+2, n-1)])
	}
	return append(out, p[n-1])
}

func span(out path, a, b, c, d point) path {
	for k := range chords {
		t := float64(k) / chords
		wa := ((-t+2)*t - 1) * t / 2
		wb := ((3*t-5)*t*t + 2) / 2
		wc := ((-3*t+4)*t + 1) * t / 2
		wd := (t - 1) * t * t / 2
		out = append(out, point{
			wa*a.x + wb*b.x + wc*c.x + wd*d.x,
			wa*a.y + wb*b.y + wc*c.y + wd*d.y,
		})
	}
	return out
}

// ellipse has radii rx and ry before it is turned by angle.
func ellipse(cx, cy, rx, ry, angle float64) path {
	p := make(path, 32)
	sa, ca := math.Sincos(angle)
	for i := range p {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(len(p)))
		p[i] = point{cx + rx*c*ca - ry*s*sa, cy + rx*c*sa + ry*s*ca}
	}
	return p
}

// symmetric completes the right half of an outline, listed from top to
// bottom, with its mirror image in the line x = 0.
func symmetric(v ...float64) path {
	half := xy(v...)
	p := append(path{}, half...)
	for i := len(half) - 1; i >= 0; i-- {
		if half[i].x > 0 {
			p = append(p, point{-half[i].x, half[i].y})
		}
	}
	return p.closed()
}

// each maps every point of the path.
func (p path) each(f func(point) point) path {
	out := make(path, len(p))
	for i, q := range p {
		out[i] = f(q)
	}
	return out
}

func (p path) mirror() path { return p.each(func(q point) point { return point{-q.x, q.y} }) }

func (p path) scale(kx, ky float64) path {
	return p.each(func(q point) point { return point{q.x * kx, q.y * ky} })
}

func (p path) move(dx, dy float64) path {
	return p.each(func(q point) point { return point{q.x + dx, q.y + dy} })
}

// rough makes a smooth outline irregular.
func (p path) rough(n noise, wavelength, reach float64) path {
	return p.each(func(q point) point { return n.shift(q, wavelength, reach) })
}

// grow moves every point of a closed path outwards along its normal.
func (p path) grow(by func(point) float64) path {
	turn := 1.0
	if p.area() < 0 {
		turn = -1
	}
	n := len(p)
	out := make(path, n)
	for i, q := range p {
		t := p[(i+1)%n].minus(p[(i+n-1)%n])
		if l := t.length(); l > 0 {
			k := turn * by(q) / l
			q = point{q.x + t.y*k, q.y - t.x*k}
		}
		out[i] = q
	}
	return out
}

// evenly is grow by a constant.
func evenly(mm float64) func(point) float64 { return func(point) float64 { return mm } }

// area is positive for a path that runs clockwise as displayed.
func (p path) area() float64 {
	sum := 0.0
	for i, q := range p {
		r := p[(i+1)%len(p)]
		sum += q.x*r.y - r.x*q.y
	}
	return sum / 2
}

// resample spaces the points of an open path evenly, step apart.
func (p path) resample(step float64) path {
	out := path{p[0]}
	left := step
	for i := 1; i < len(p); i++ {
		a, b := p[i-1], p[i]
		l := b.minus(a).length()
		for at := left; at <= l; at += step {
			out = append(out, a.toward(b, at/l))
			left += step
		}
		left -= l
	}
	return out
}

// contains tells whether a point lies inside the closed path.
func (p path) contains(q point) bool {
	in := false
	for i, a := range p {
		b := p[(i+1)%len(p)]
		if (a.y > q.y) != (b.y > q.y) && q.x < a.x+(q.y-a.y)*(b.x-a.x)/(b.y-a.y) {
			in = !in
		}
	}
	return in
}
