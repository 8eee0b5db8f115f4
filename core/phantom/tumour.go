package phantom

import "math"

// tumour is where a slice's tumour lies and how large it is.
type tumour struct {
	centre point
	radius float64 // of a disc of about its area, millimetres
	base   int     // where a meningioma sits: index into the brain's outline, −1 on the falx
}

// seat chooses the tumour's place in the brain's outline. Pituitary tumours
// have theirs from the anatomy: the sella.
func (h *head) seat(sella point) {
	t := &h.tumour
	switch h.kind {
	case Glioma:
		t.radius = h.radius(8, 18, 16)
		t.centre = h.insideBrain(t.radius)
	case Meningioma:
		t.radius = h.radius(8, 17, 14)
		t.base = h.IntN(len(h.brain))
		t.centre = h.brain.grow(evenly(-t.radius * h.between(0.45, 1)))[t.base]
		if p, ok := h.besideFalx(t.radius); ok && h.chance(0.25) {
			t.base, t.centre = -1, p
		}
	case Pituitary:
		t.radius = h.radius(7, 12, 11)
		t.centre = sella
	case Healthy:
		return
	}
	h.bulge = bulge{h.tumour.centre, h.tumour.radius * 1.3, h.between(0.1, 0.4) * h.tumour.radius}
}

// radius draws a radius in millimetres: mostly from lo to hi, sometimes larger.
func (h *head) radius(lo, hi, tail float64) float64 {
	u := h.Float64()
	return h.between(lo, hi) + tail*u*u*u
}

// insideBrain is a random place with room for most of a disc around it.
func (h *head) insideBrain(radius float64) point {
	for {
		room := h.brain.grow(evenly(-0.9 * radius))
		for range 20 {
			p := point{h.between(-70, 80), h.between(-90, 90)}
			if room.contains(p) && h.brain.contains(p) {
				return p
			}
		}
		radius *= 0.9 // less room will have to do
	}
}

// besideFalx is a random place where a mass of the radius touches the falx:
// beside the midline or, in a sagittal slice, anywhere.
func (h *head) besideFalx(radius float64) (p point, ok bool) {
	p = h.insideBrain(radius)
	if h.plane == Sagittal {
		return p, true
	}
	p.x = h.sign() * radius * h.between(0.6, 0.9)
	p.y = math.Copysign(max(math.Abs(p.y), 30), p.y)
	ok = h.brain.contains(p.plus(point{0, radius / 2})) && h.brain.contains(p.minus(point{0, radius / 2}))
	return p, ok
}

// grown paints the tumour chosen by seat over the finished brain.
func (h *head) grown() {
	h.bulge = bulge{}
	switch h.kind {
	case Glioma:
		h.glioma()
	case Meningioma:
		h.meningioma()
	case Pituitary:
		h.pituitary()
	}
}

// glioma paints oedema, an enhancing rim of uneven thickness and a necrotic
// core; some gliomas are solid and some hardly enhance.
func (h *head) glioma() {
	t := h.tumour
	halo := h.blob(t.centre, t.radius+h.between(4, 18), 0.3, 0.25)
	h.fill(halo, brush{signal: h.tissue[oedema], soft: h.between(5, 11), fade: h.between(0.15, 0.7), within: h.inside, grain: 0.04})

	rim := h.tissue[gliomaRim] * h.between(0.75, 1.15)
	core := h.tissue[necrosis] * h.between(0.85, 1.2)
	uneven := h.between(0.08, 0.35)
	body := h.blob(t.centre, t.radius, uneven, h.between(0.1, 0.3))
	m := clip(h.canvas, h.canvas.cover(body, 0.5), h.inside)
	h.mark(m)
	soft := clip(h.canvas, h.canvas.cover(body, 2), h.inside)

	switch form := h.Float64(); {
	case form < 0.58: // ring
		h.paint(soft, brush{signal: rim, grain: 0.25})
		thick := h.between(0.12, 0.4)
		off := t.centre.along(h.between(0, 2*math.Pi), t.radius*thick*0.6)
		hollow := h.blob(off, t.radius*(1-thick), uneven*0.9, h.between(0.15, 0.35))
		inner := clip(h.canvas, h.canvas.cover(hollow, 2), h.whole(soft))
		h.paint(inner, brush{signal: core, grain: 0.15})
		for range h.IntN(4) { // nodules on the inner wall
			p := off.along(h.between(0, 2*math.Pi), t.radius*(1-thick)*h.between(0.5, 0.95))
			h.fill(h.blob(p, t.radius*h.between(0.08, 0.22), 0.3, 0.2), brush{signal: rim * h.between(0.6, 1), soft: 1.5, within: h.whole(soft), grain: 0.3})
		}
	case form < 0.77: // solid, patchy
		h.paint(soft, brush{signal: rim * h.between(0.6, 0.9), grain: 0.3})
		for range 2 + h.IntN(6) {
			p := t.centre.along(h.between(0, 2*math.Pi), t.radius*h.between(0, 0.8))
			s := core
			if h.chance(0.5) {
				s = rim * 1.1
			}
			h.fill(h.blob(p, t.radius*h.between(0.1, 0.35), 0.4, 0.3), brush{signal: s, soft: 3, within: h.whole(soft), fade: 0.2, grain: 0.2})
		}
	default: // barely enhancing, dark
		h.paint(soft, brush{signal: core, grain: 0.1})
		for range h.IntN(4) {
			p := body[h.IntN(len(body))]
			h.fill(h.blob(p, t.radius*h.between(0.1, 0.3), 0.4, 0.3), brush{signal: rim, soft: 4, grain: 0.3, fade: h.between(0.2, 0.6), within: h.whole(soft)})
		}
	}
}

// meningioma paints a homogeneous mass with a broad base on the dura, the
// cleft of fluid between it and the brain, and the tail along the dura.
func (h *head) meningioma() {
	t := h.tumour
	if h.chance(0.5) {
		h.fill(h.blob(t.centre, t.radius+h.between(4, 14), 0.3, 0.2), brush{signal: h.tissue[oedema], soft: 7, fade: h.between(0.2, 0.6), within: h.inside})
	}
	body := h.blob(t.centre, t.radius, h.between(0.04, 0.2), h.between(0.03, 0.12))
	reach := h.whole(h.canvas.cover(h.brain.grow(evenly(1.5)), 0))
	h.stroke(body.ring(), 2.4, 2.4, brush{signal: h.tissue[fluid], soft: 1, fade: h.between(0.3, 0.8), within: h.inside})
	m := clip(h.canvas, h.canvas.cover(body, 0.5), reach)
	h.mark(m)
	h.paint(clip(h.canvas, h.canvas.cover(body, 1.2), reach), brush{signal: h.tissue[meningiomaMass] * h.between(0.85, 1.15), grain: h.between(0.04, 0.14)})
	if t.base < 0 {
		return
	}
	n := len(h.brain)
	side := int(t.radius/5) + 1
	for _, way := range []int{-1, 1} {
		tail := path{}
		for i := range side + 2 + h.IntN(5) {
			tail = append(tail, h.brain[((t.base+way*(i+side/2))%n+n)%n])
		}
		h.stroke(tail, 3, 0.6, brush{signal: h.tissue[meningiomaMass], fade: 0.15})
	}
}

// pituitary paints a mass that fills the sella; a large one bulges above it.
func (h *head) pituitary() {
	t := h.tumour
	tall := 1.0
	if h.plane != Axial {
		tall = h.between(0.85, 1.4)
	}
	body := h.blob(point{}, t.radius, 0.14, 0.09).scale(1/math.Sqrt(tall), math.Sqrt(tall)).move(t.centre.x, t.centre.y+2-0.5*t.radius*(tall-0.8))
	h.mark(h.canvas.cover(body, 0.5))
	h.fill(body, brush{signal: h.tissue[pituitaryMass] * h.between(0.85, 1.15), soft: 1.2, grain: h.between(0.05, 0.15)})
	if h.chance(0.25) {
		p := t.centre.along(h.between(0, 2*math.Pi), t.radius*0.25)
		h.fill(h.blob(p, t.radius*h.between(0.3, 0.6), 0.2, 0.1), brush{signal: h.tissue[necrosis] * 1.2, soft: 2, fade: 0.2})
	}
}

// clip multiplies a mask by a map of the whole image.
func clip(c *canvas, m mask, by []float32) mask {
	for y := range m.h {
		row := (m.y+y)*c.size + m.x
		for x := range m.w {
			m.a[y*m.w+x] *= by[row+x]
		}
	}
	return m
}
