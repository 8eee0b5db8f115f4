package phantom

import "math"

// chest paints short-axis cardiac slices. The left ventricle's long axis
// stands in the origin.
type chest struct {
	*canvas
	pool float64 // radius of the left ventricle's blood pool, millimetres
	wall float64 // thickness of its muscle, millimetres
}

// shortAxis paints a heart across its long axis, and the chest around it.
// Fat is painted negative: at the echo time of a balanced sequence it is out
// of phase with water, and the two cancel where they share a pixel.
func shortAxis(c *canvas) {
	h := &chest{canvas: c}
	// From the base of the ventricle to its apex, and from rest to contraction.
	level, squeeze := h.Float64(), h.Float64()
	h.pool = (31 - 12*level*level) * (1 - 0.42*squeeze) * h.between(0.85, 1.15)
	h.wall = (8 + 6*squeeze) * h.between(0.8, 1.3)
	h.view(h.between(290, 370), point{h.between(-14, 6), h.between(-8, 8)}, h.between(-0.3, 0.3), false)
	h.bendBy = 5
	h.weave()
	h.tissue[fat] = -h.tissue[fat]

	h.body()
	h.abdomen()
	h.ventricles(level)
	h.window()
}

// plain is a brush of a tissue with a blurred edge.
func (h *chest) plain(tissue int, grain float64) brush {
	return brush{signal: h.tissue[tissue], grain: grain, soft: 1}
}

// body paints the chest wall and the lungs.
func (h *chest) body() {
	rise := h.between(-15, 15)
	skinLine := closed(-230, 110, -175, 45, -128, -8, -92, -52, -52, -84+rise, 0, -104+rise, 60, -118+rise, 120, -112+rise, 160, -70, 182, 0, 196, 90, 200, 260, -240, 260)
	plump := h.between(6, 20)
	thick := h.vary(70, 0.5*plump)
	pad := func(p point) float64 { return -plump - thick(p) }
	h.fill(skinLine, h.plain(muscle, 0))
	h.fill(skinLine.grow(evenly(-1.5)), h.plain(fat, 0.1))
	h.fill(skinLine.grow(pad), h.plain(muscle, 0.25))
	inner := skinLine.grow(func(p point) float64 { return pad(p) - 12 })
	// Ribs between the muscles, cut across.
	rail := skinLine.grow(func(p point) float64 { return pad(p) - 7 })
	for i := 8; i < len(rail)-24; i += 3 + h.IntN(3) {
		h.fill(h.blob(rail[i], h.between(3.5, 6), 0.3, 0.1), brush{signal: h.tissue[bone], soft: 1})
		h.fill(h.blob(rail[i], h.between(2, 3.5), 0.3, 0.1), brush{signal: h.tissue[marrow], soft: 1, fade: 0.3})
	}
	h.fill(inner, h.plain(fat, 0.2))
	h.fill(inner.grow(evenly(-2.5)), brush{signal: h.tissue[lung], grain: 0.6, soft: 2})
	lungs := h.whole(h.canvas.cover(inner.grow(evenly(-5)), 0))
	for range 50 { // vessels of the lung
		p := point{h.between(20, 170), h.between(-100, 60)}
		if h.chance(0.4) {
			p = point{h.between(-60, 60), h.between(-100, -50)}
		}
		r := h.between(0.5, 1.8)
		h.stroke(path{p, p.along(h.between(0, 6), h.between(0, 9))}, 2*r, r, brush{signal: h.tissue[blood], soft: 1.5, fade: h.between(0.2, 0.8), within: lungs})
	}
}

// abdomen paints what lies under the diaphragm.
func (h *chest) abdomen() {
	dome := h.between(-6, 10)
	below := closed(-240, 40+dome, -150, 30+dome, -100, 24+dome, -60, 36+dome, -20, 46+dome, 30, 48+dome, 70, 52+dome, 105, 70+dome, 125, 110, 140, 200, 100, 260, -240, 260)
	h.fill(below, h.plain(fat, 0.15))
	h.bowel(below.grow(evenly(-8)))

	lobe := closed(-190, 46+dome, -140, 36+dome, -98, 29+dome, -60, 40+dome, -22, 50+dome, 12, 56+dome, 34, 66+dome, 10, 78+dome, -40, 92+dome, -80, 126+dome, -140, 150+dome, -190, 140).rough(h.noise(), 40, 5)
	h.fill(lobe, h.plain(liver, 0.08))
	inside := h.whole(h.canvas.cover(lobe.grow(evenly(-4)), 0))
	for range 9 + h.IntN(8) {
		p := point{h.between(-150, 10), h.between(45, 130)}
		angle := h.between(0, 2*math.Pi)
		q := p.along(angle, h.between(3, 16))
		h.stroke(path{p, q, q.along(angle+h.between(-0.8, 0.8), h.between(2, 12))}, h.between(1.5, 5), 1, brush{signal: h.tissue[blood], soft: 1.5, fade: h.between(0.3, 0.7), within: inside})
	}
	if h.chance(0.7) { // stomach
		s := h.blob(point{h.between(40, 62), h.between(70, 84) + dome}, h.between(15, 24), 0.2, 0.08).scale(1.2, 0.8)
		h.fill(s, h.plain(muscle, 0.1))
		h.fill(s.grow(evenly(-3.5)), brush{signal: h.tissue[liver] * h.between(0.5, 1.8), grain: 0.5, soft: 3})
	}
	if h.chance(0.7) { // spleen
		h.fill(closed(96, 62, 112, 74, 126, 104, 128, 130, 112, 122, 98, 96).rough(h.noise(), 25, 4), h.plain(liver, 0.08))
	}
	for range 3 + h.IntN(4) { // bowel and vessels
		p := point{h.between(-60, 100), h.between(95, 150)}
		r := h.between(4, 13)
		b := h.blob(p, r, 0.2, 0.1)
		h.fill(b, h.plain(muscle, 0.2))
		h.fill(b.grow(evenly(-2)), brush{signal: h.tissue[blood] * h.between(0.3, 1), grain: 0.3, soft: 2})
	}
	if h.chance(0.5) { // descending aorta
		p := point{h.between(40, 75), h.between(52, 70) + dome}
		h.fill(ellipse(p.x, p.y, 12, 12, 0), h.plain(muscle, 0))
		h.fill(ellipse(p.x, p.y, 10.5, 10.5, 0), h.plain(blood, 0.05))
	}
}

// bowel fills the abdomen with loops: walls, contents and gas, in fat.
func (h *chest) bowel(region path) {
	within := h.whole(h.canvas.cover(region, 4))
	for range 26 {
		p := point{h.between(-140, 130), h.between(70, 170)}
		loop := h.blob(p, h.between(6, 20), 0.35, 0.15)
		h.fill(loop, brush{signal: h.tissue[muscle], grain: 0.2, soft: 1.5, within: within, fade: h.between(0, 0.4)})
		s := h.tissue[liver] * h.between(0.2, 2)
		if h.chance(0.3) {
			s = h.tissue[lung]
		}
		h.fill(loop.grow(evenly(-h.between(2, 4))), brush{signal: s, grain: 0.5, soft: 3, within: within})
	}
}

// ventricles paints both ventricles in their fat.
func (h *chest) ventricles(level float64) {
	outer := h.pool + h.wall
	left := h.blob(point{}, outer, 0.05, 0.02)
	reach := outer + h.between(20, 38)*(1-0.6*level)
	top, bottom := h.between(0.75, 1.0)*outer, h.between(0.75, 1.0)*outer
	lean := h.between(-8, 8)
	right := closed(0, -top, -0.5*outer, -top-6*(1-level)-4, -0.75*reach, -0.75*outer+lean-6, -reach, 0.1*outer+lean, -0.85*reach, 0.75*outer+lean, -0.5*outer, bottom+3, 0, bottom, -0.3*outer, 0).rough(h.noise(), 20, 2)

	// Fat lies thick on the right side and thin on the free wall of the left.
	pad, thin := h.between(2, 8), h.between(0.3, 2.5)
	hump := h.vary(30, 0.7)
	cushion := func(p point) float64 {
		share := min(1, max(0, (10-p.x)/(1.4*outer)))
		return (thin + share*(pad-thin)) * (1 + hump(p))
	}
	for _, p := range []path{left, right} {
		h.fill(p.grow(cushion).grow(evenly(2)), brush{signal: h.tissue[muscle], grain: 0.2, soft: 2, fade: 0.3})
	}
	for _, p := range []path{left, right} {
		h.fill(p.grow(cushion).grow(evenly(1)), h.plain(fat, 0.15))
	}
	// Fat fills the corner towards the breastbone and the one on the liver.
	h.fill(closed(-reach-14, -20, -reach+12, -outer-14, -reach+26, -outer+4, -reach+8, 0).rough(h.noise(), 12, 3), h.plain(fat, 0.3))
	h.fill(closed(-reach-22, outer+6, -reach, outer-16, -0.4*reach, outer+2, -0.4*reach, outer+8).rough(h.noise(), 12, 2), h.plain(fat, 0.2))

	h.fill(right, h.plain(myocardium, 0.1))
	chamber := right.grow(evenly(-h.between(2.5, 4)))
	h.fill(chamber, brush{signal: h.tissue[blood] * h.between(0.9, 1.1), grain: 0.07, soft: 1.5})
	inside := h.whole(h.canvas.cover(chamber, 0))
	for range 4 + h.IntN(8) { // trabeculae
		p := chamber[h.IntN(len(chamber))]
		h.stroke(path{p, p.toward(point{-0.6 * reach, 0}, h.between(0.1, 0.5))}, h.between(1.5, 4), 1, brush{signal: h.tissue[myocardium], soft: 2, fade: h.between(0.1, 0.6), within: inside})
	}
	h.fill(left.grow(evenly(1)), h.plain(muscle, 0))
	h.fill(left, h.plain(myocardium, 0.12))

	off := point{}.along(h.between(0, 2*math.Pi), h.between(0, 0.15*h.wall))
	cavity := h.blob(off, h.pool, 0.06, 0.02)
	m := h.canvas.cover(cavity, 0)
	h.mark(m)
	pool := h.whole(m)
	h.fill(cavity, brush{signal: h.tissue[blood] * h.between(0.95, 1.1), grain: 0.06, soft: h.between(1, 2.5)})
	dark := func() brush {
		return brush{signal: h.tissue[myocardium], soft: 2, fade: h.between(0, 0.35), within: pool, grain: 0.1}
	}
	for range 6 + h.IntN(12) { // the wall's rough lining
		p := cavity[h.IntN(len(cavity))]
		h.fill(h.blob(p, h.pool*h.between(0.04, 0.12), 0.3, 0.2), dark())
	}
	if level < 0.85 && h.chance(0.85) { // two papillary muscles
		for _, angle := range []float64{h.between(0.3, 1.1), h.between(2.0, 2.9)} {
			p := off.along(angle, h.pool*h.between(0.5, 0.85))
			h.fill(h.blob(p, h.pool*h.between(0.1, 0.22), 0.3, 0.15), dark())
			if h.chance(0.4) {
				h.fill(h.blob(p.along(h.between(0, 6), h.pool*0.25), h.pool*h.between(0.06, 0.14), 0.3, 0.15), dark())
			}
		}
	}
}

// window blackens what the scanner's correction of its gradients leaves
// outside: a circle, or the curved sides of a stretched square.
func (h *chest) window() {
	form := h.Float64()
	if form > 0.85 {
		return
	}
	h.shade = make([]float32, h.size*h.size)
	n := float64(h.size)
	bow := h.between(0.02, 0.1)
	for y := range h.size {
		v := 2*(float64(y)+0.5)/n - 1
		for x := range h.size {
			u := 2*(float64(x)+0.5)/n - 1
			in := u*u+v*v < 0.72
			if form > 0.5 {
				in = math.Abs(u) < 1-2*bow*(1-v*v)
			}
			if in {
				h.shade[y*h.size+x] = 1
			}
		}
	}
}
