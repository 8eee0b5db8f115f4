package phantom

import "math"

// canvas is the transverse magnetisation of a slice under construction.
// Tissues are painted over one another; an edge covers the pixels it crosses
// by their exact area, which is what partial volume does to the signal.
type canvas struct {
	dice
	size   int
	signal []float32 // size×size
	tumour []float32 // size×size, the tumour's share of each pixel
	shade  []float32 // where not nil, size×size: multiplies the finished image
	grain  []float32 // size×size, texture of about unit reach that brushes may use
	tissue [tissues]float64

	perMM      float64 // pixels per millimetre
	xx, xy, x0 float64 // millimetres to pixels
	yx, yy, y0 float64
	bend       noise   // smooth deformation of the anatomy
	bendBy     float64 // its reach in millimetres
	bulge      bulge
}

func newCanvas(size int, d dice, tissue [tissues]float64) *canvas {
	c := &canvas{
		dice:   d,
		size:   size,
		signal: make([]float32, size*size),
		tumour: make([]float32, size*size),
		grain:  make([]float32, size*size),
		tissue: tissue,
		bend:   d.noise(),
		bendBy: 3,
	}
	return c
}

// view sets the field of view in millimetres, the point shown in the middle
// of the image, and the turn in radians; flip mirrors the image.
func (c *canvas) view(field float64, middle point, turn float64, flip bool) {
	c.perMM = float64(c.size) / field
	s, co := math.Sincos(turn)
	c.xx, c.xy = c.perMM*co, -c.perMM*s
	c.yx, c.yy = c.perMM*s, c.perMM*co
	if flip {
		c.xx, c.xy = -c.xx, -c.xy
	}
	half := float64(c.size) / 2
	c.x0 = half - c.xx*middle.x - c.xy*middle.y
	c.y0 = half - c.yx*middle.x - c.yy*middle.y
}

// weave makes the texture.
func (c *canvas) weave() {
	n := c.noise()
	step := 1 / c.perMM
	for y := range c.size {
		for x := range c.size {
			c.grain[y*c.size+x] = float32(n.fractal(float64(x)*step/4, float64(y)*step/4, 2))
		}
	}
}

// bulge is the displacement of tissue around a growing mass.
type bulge struct {
	centre point
	reach  float64 // millimetres
	push   float64 // the largest displacement, millimetres
}

func (b bulge) shift(p point) point {
	v := p.minus(b.centre)
	l := v.length() / b.reach
	if l == 0 {
		return p
	}
	// Rises from nothing at the centre to push at reach and falls off.
	return p.plus(v.times(b.push / b.reach * math.Exp(0.5-0.5*l*l)))
}

// turn is the cosine and sine that bring a direction of the slice into the image.
func (c *canvas) turn(angle float64) (co, si float64) {
	si, co = math.Sincos(angle)
	return (c.xx*co + c.xy*si) / c.perMM, (c.yx*co + c.yy*si) / c.perMM
}

// place takes millimetres to pixels.
func (c *canvas) place(p point) point {
	if c.bulge.push > 0 {
		p = c.bulge.shift(p)
	}
	p = c.bend.shift(p, 70, c.bendBy)
	p = c.bend.shift(p, 21, c.bendBy/4)
	return point{c.xx*p.x + c.xy*p.y + c.x0, c.yx*p.x + c.yy*p.y + c.y0}
}

// brush says how a shape is painted.
type brush struct {
	signal float64
	grain  float64   // relative strength of the texture
	soft   float64   // width of the edge's blur in millimetres
	fade   float64   // 0 paints opaquely, 1 not at all
	within []float32 // where not nil, the share of each pixel that may be painted
}

// fill paints the inside of a path.
func (c *canvas) fill(p path, b brush) {
	c.paint(c.cover(p, b.soft), b)
}

// paint blends the brush into the pixels of a mask.
func (c *canvas) paint(m mask, b brush) {
	s, g, opacity := float32(b.signal), float32(b.grain), float32(1-b.fade)
	for y := range m.h {
		row := (m.y+y)*c.size + m.x
		for x, a := range m.a[y*m.w : (y+1)*m.w] {
			if a == 0 {
				continue
			}
			i := row + x
			a *= opacity
			if b.within != nil {
				a *= b.within[i]
			}
			c.signal[i] += a * (s*(1+g*c.grain[i]) - c.signal[i])
		}
	}
}

// stroke paints a line whose width runs from start to end in millimetres.
func (c *canvas) stroke(p path, start, end float64, b brush) {
	c.paint(c.line(p, start, end, b.soft), b)
}

// vessel paints a line filled with contrast agent, of uneven width and
// brightness: here and there it leaves the slice.
func (c *canvas) vessel(p path, start, end, fade float64) {
	n := len(p) - 1
	for i := 0; i < n; {
		next := min(n, i+2+c.IntN(4))
		width := func(at int) float64 { return start + (end-start)*float64(at)/float64(n) }
		uneven := c.between(0.6, 1.25)
		c.stroke(p[i:next+1], uneven*width(i), uneven*width(next), brush{
			signal: c.tissue[vein],
			soft:   1.3,
			grain:  0.25,
			fade:   min(1, max(0, fade+c.between(-0.3, 0.3))),
		})
		i = next
	}
}

// mark adds a mask to the tumour's share of each pixel.
func (c *canvas) mark(m mask) {
	for y := range m.h {
		row := (m.y+y)*c.size + m.x
		for x, a := range m.a[y*m.w : (y+1)*m.w] {
			c.tumour[row+x] = max(c.tumour[row+x], a)
		}
	}
}

// whole spreads a mask over the image.
func (c *canvas) whole(m mask) []float32 {
	out := make([]float32, c.size*c.size)
	for y := range m.h {
		copy(out[(m.y+y)*c.size+m.x:], m.a[y*m.w:(y+1)*m.w])
	}
	return out
}

// truth is the tumour as zeros and ones: the pixels it fills by half or more.
func (c *canvas) truth() []float32 {
	out := make([]float32, len(c.tumour))
	for i, a := range c.tumour {
		if a >= 0.5 {
			out[i] = 1
		}
	}
	return out
}

// vary is a smooth random function of place, of about the given reach.
func (c *canvas) vary(wavelength, reach float64) func(point) float64 {
	n := c.noise()
	return func(p point) float64 { return reach * n.at(p.x/wavelength, p.y/wavelength) }
}

// blob is an irregular closed curve around a centre: a circle with a few
// random harmonics, roughened by noise.
func (c *canvas) blob(centre point, radius, uneven, rough float64) path {
	const n = 48
	p := make(path, n)
	var size, phase [5]float64
	for k := range size {
		size[k] = uneven * c.between(0, 1) / float64(k+1)
		phase[k] = c.between(0, 2*math.Pi)
	}
	for i := range p {
		angle := 2 * math.Pi * float64(i) / n
		r := 1.0
		for k := range size {
			r += size[k] * math.Cos(float64(k+2)*angle+phase[k])
		}
		p[i] = centre.along(angle, radius*max(0.3, r))
	}
	return p.rough(c.noise(), radius*0.5, rough*radius).rough(c.noise(), radius*0.22, 0.4*rough*radius)
}
