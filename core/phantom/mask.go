package phantom

import "math"

// mask is the coverage, 0 to 1, of a rectangle of pixels.
type mask struct {
	x, y, w, h int
	a          []float32 // h×w
}

// frame is the empty mask around pixel positions, with a margin, within the image.
func (c *canvas) frame(p path, margin float64) mask {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, q := range p {
		x0, x1 = min(x0, q.x), max(x1, q.x)
		y0, y1 = min(y0, q.y), max(y1, q.y)
	}
	limit := func(v float64) int { return int(max(0, min(v, float64(c.size)))) }
	m := mask{x: limit(x0 - margin), y: limit(y0 - margin)}
	m.w = limit(x1+margin+1) - m.x
	m.h = limit(y1+margin+1) - m.y
	m.a = make([]float32, m.w*m.h)
	return m
}

// cover is the share of each pixel inside the closed path, its edge blurred
// over soft millimetres.
func (c *canvas) cover(p path, soft float64) mask {
	px := p.each(c.place)
	blur := soft * c.perMM / 2
	m := c.frame(px, 2*blur+1)
	if len(m.a) == 0 {
		return m
	}
	for i := range px {
		m.edge(px[i], px[(i+1)%len(px)])
	}
	for y := range m.h {
		sum := float32(0)
		for x := range m.w {
			i := y*m.w + x
			sum += m.a[i]
			m.a[i] = min(max(sum, -sum), 1)
		}
	}
	if r := int(blur + 0.5); r > 0 {
		m.blur(r)
	}
	return m
}

// edge adds the change of coverage along each row that one edge causes: a sum
// along the row gives the signed area to the right of the edge.
func (m mask) edge(p, q point) {
	turn := 1.0
	if p.y > q.y {
		p, q, turn = q, p, -1
	}
	if p.y == q.y {
		return
	}
	px, py := p.x-float64(m.x), p.y-float64(m.y)
	qy := q.y - float64(m.y)
	slope := (q.x - p.x) / (q.y - p.y)
	right := float64(m.w)
	for row := max(0, int(py)); row < m.h && float64(row) < qy; row++ {
		top, bottom := max(py, float64(row)), min(qy, float64(row+1))
		if bottom <= top {
			continue
		}
		xa, xb := px+(top-py)*slope, px+(bottom-py)*slope
		if xa > xb {
			xa, xb = xb, xa
		}
		xa, xb = max(xa, 0), max(xb, 0)
		if xa >= right {
			continue
		}
		height := turn * (bottom - top)
		line := m.a[row*m.w : (row+1)*m.w]
		first, last := int(xa), min(int(xb), m.w-1)
		if first == last {
			inside := float32(height * (1 - ((xa+xb)/2 - float64(first))))
			line[first] += inside
			if first+1 < m.w {
				line[first+1] += float32(height) - inside
			}
			continue
		}
		// The edge crosses several pixels of this row: each takes the area
		// under its own piece.
		per := height / (xb - xa)
		done := 0.0
		for x := first; x <= last; x++ {
			a, b := max(xa, float64(x)), min(xb, float64(x+1))
			piece := per * (b - a)
			inside := piece * (float64(x+1) - (a+b)/2)
			line[x] += float32(inside + done)
			done = piece - inside
		}
		if last+1 < m.w {
			line[last+1] += float32(done)
		}
	}
}

// blur is two running means in each direction, about a triangle of radius 2r.
// Beyond the mask its outermost pixels go on.
func (m mask) blur(r int) {
	k := 1 / float32(2*r+1)
	out := make([]float32, len(m.a))
	sums := make([]float32, m.w)
	for range 2 {
		for y := range m.h {
			row := m.a[y*m.w : (y+1)*m.w]
			to := out[y*m.w : (y+1)*m.w]
			sum := row[0] * float32(r)
			for i := range r {
				sum += row[min(i, m.w-1)]
			}
			for i := range row {
				sum += row[min(i+r, m.w-1)]
				to[i] = sum * k
				sum -= row[max(i-r, 0)]
			}
		}
		row := func(y int) []float32 {
			y = max(0, min(y, m.h-1))
			return out[y*m.w : (y+1)*m.w]
		}
		clear(sums)
		for y := -r; y < r; y++ {
			for x, v := range row(y) {
				sums[x] += v
			}
		}
		for y := range m.h {
			enter, leave := row(y+r), row(y-r)
			to := m.a[y*m.w : (y+1)*m.w]
			for x, v := range enter {
				sum := sums[x] + v
				to[x] = max(0, sum*k)
				sums[x] = sum - leave[x]
			}
		}
	}
}

// line is the share of each pixel within half a width of the path.
func (c *canvas) line(p path, start, end, soft float64) mask {
	px := p.each(c.place)
	half := max(start, end) * c.perMM / 2
	edge := max(1, soft*c.perMM)
	m := c.frame(px, half+edge+1)
	n := float64(len(px) - 1)
	for i := range len(px) - 1 {
		from := (start + (end-start)*float64(i)/n) * c.perMM / 2
		to := (start + (end-start)*float64(i+1)/n) * c.perMM / 2
		m.capsule(px[i], px[i+1], from, to, edge)
	}
	return m
}

// capsule raises the mask to the coverage of a thick segment. A line thinner
// than a pixel covers the pixels it crosses by its width.
func (m mask) capsule(p, q point, from, to, edge float64) {
	eachNear(m, p, q, max(from, to)+edge, func(i int, d, t float64) {
		r := from + (to-from)*t
		// The overlap of the line with a window as wide as the edge.
		overlap := min(d+edge/2, r) - max(d-edge/2, -r)
		m.a[i] = max(m.a[i], float32(overlap/edge))
	})
}

// eachNear visits the pixels of a mask within reach of a segment with their
// distance to it and the place t in [0,1] of the nearest point.
func eachNear(m mask, p, q point, reach float64, visit func(i int, d, t float64)) {
	ox, oy := float64(m.x), float64(m.y)
	x0 := max(0, int(min(p.x, q.x)-reach-ox))
	x1 := min(m.w-1, int(max(p.x, q.x)+reach-ox))
	y0 := max(0, int(min(p.y, q.y)-reach-oy))
	y1 := min(m.h-1, int(max(p.y, q.y)+reach-oy))
	v := q.minus(p)
	l2 := v.x*v.x + v.y*v.y
	if l2 == 0 {
		l2 = 1
	}
	for y := y0; y <= y1; y++ {
		dy := float64(y) + 0.5 + oy - p.y
		for x := x0; x <= x1; x++ {
			dx := float64(x) + 0.5 + ox - p.x
			t := max(0, min(1, (dx*v.x+dy*v.y)/l2))
			ex, ey := dx-t*v.x, dy-t*v.y
			if d2 := ex*ex + ey*ey; d2 < reach*reach {
				visit(y*m.w+x, math.Sqrt(d2), t)
			}
		}
	}
}
