package phantom

import "math"

// axial paints a slice across the body's axis: through the basal ganglia, the
// bodies of the ventricles or the top of the hemispheres, or through the base
// of the skull.
func (h *head) axial() {
	h.view(h.field(225, 255), point{h.between(-6, 6), h.between(-6, 6)}, h.between(-0.12, 0.12), false)
	h.weave()
	if h.kind == Pituitary || h.chance(0.2) {
		h.skullBase()
	} else {
		h.hemispheres(h.IntN(3))
	}
}

// hemispheres paints the cerebrum seen from below at one of three levels.
func (h *head) hemispheres(level int) {
	wide, long := h.between(0.93, 1.08), h.between(0.93, 1.06)
	if level == 2 {
		k := h.between(0.82, 0.95)
		wide, long = wide*k, long*k
	}
	h.brain = symmetric(0, -83, 20, -80, 40, -67, 54, -44, 62, -14, 66, 12, 63, 38, 52, 61, 33, 78, 14, 85, 0, 84).scale(wide, long)
	v := h.vault()
	thicker := h.vary(50, 0.35*v.scalp)
	h.scalp(h.brain.grow(func(p point) float64 { return v.gap + v.skull + v.scalp + thicker(p) }))
	if level < 2 { // the temporal muscles outside the skull
		temple := closed(60, -46, 70, -30, 76, -8, 74, 6, 68, -2, 62, -24).scale(wide, long)
		h.pair(temple.move((v.gap+v.skull-4)/2, 0), brush{signal: h.tissue[muscle] * 1.1, grain: 0.25, soft: 3, fade: h.between(0, 0.6)})
	}
	h.skull(v)

	h.seat(point{0, -10})

	x := newCortex(h.canvas)
	x.allow(h.brain)
	deep := ellipse(0, 0, 37, 54, 0)
	if level == 1 {
		deep = ellipse(0, 2, 36, 50, 0)
	}
	if level == 2 {
		deep = append(path{}, ellipse(24, 5, 10, 34, 0.1)...)
		x.forbid(deep)
		x.forbid(deep.mirror())
	} else {
		x.forbid(deep.scale(wide, long))
	}

	// The hemispheres part at the midline, in front and behind or all the way.
	front, back := -84*long, 85*long
	frontEnd, backEnd := -44*long, 46*long
	if level == 2 {
		frontEnd, backEnd = 0, 0
	}
	gap := sulcus{width: h.between(0.8, 2.5), depth: 1}
	wave := func(y0, y1 float64) path {
		return xy(0, y0, h.between(-1, 1), y0+(y1-y0)*0.3, h.between(-1, 1), y0+(y1-y0)*0.7, 0, y1).open()
	}
	fissures := []path{wave(front, frontEnd), wave(back, backEnd)}
	for _, f := range fissures {
		x.add(f, gap)
		x.keepOff(f, 2.5)
	}
	if level < 2 {
		h.sylvian(x, wide, long)
	}

	primary := folding{spacing: 9, short: 12, long: 26, wander: 0.35, branches: 0.6, width: h.between(1, 3.4), slant: 0.5}
	if level == 2 {
		primary.long = 34
		primary.branches = 0.8
	}
	outline := h.brain.ring()
	x.surface(outline)
	x.fold(outline, primary)
	for _, f := range fissures {
		medial := primary
		medial.long = 18
		x.fold(f, medial)
		x.fold(reversed(f), medial)
	}
	x.paint(h.inside)

	h.nuclei(level, wide, long)
	h.ventricles(level, wide, long)

	// Falx and sinuses shine with contrast agent.
	for _, f := range fissures {
		h.vessel(f, h.between(0.6, 1.1), 0.7, h.between(0.3, 0.7))
	}
	h.fill(closed(-4, back-2, 4, back-2, 2, back+3, -2, back+3), brush{signal: h.tissue[vein], soft: 1})
	h.fill(ellipse(0, front-1, 1.8, 2, 0), brush{signal: h.tissue[vein], soft: 1, fade: 0.3})
	x.vessels(0.25)
	h.grown()
}

func reversed(p path) path {
	out := make(path, len(p))
	for i, q := range p {
		out[len(p)-1-i] = q
	}
	return out
}

// sylvian opens the lateral fissures towards the insula.
func (h *head) sylvian(x *cortex, wide, long float64) {
	for _, side := range []float64{-1, 1} {
		y := h.between(-16, -4)
		reach := h.between(38, 42)
		s := sulcus{width: h.between(1.5, 3.5), depth: h.between(0.7, 1)}
		stem := open(66, y+3, 56, y+h.between(-3, 3), 48, y+h.between(-3, 3), reach, y+2).scale(side*wide, long)
		insula := open(reach+3, y-16, reach-1, y-8, reach, y+2, reach-1, y+12, reach+2, y+22).scale(side*wide, long)
		for _, p := range []path{stem, insula} {
			x.add(p, s)
			x.keepOff(p, 4)
		}
	}
}

// nuclei paints the deep grey matter.
func (h *head) nuclei(level int, wide, long float64) {
	if level == 2 {
		return
	}
	b := brush{signal: h.tissue[grey], soft: 3, grain: 0.03, fade: 0.2}
	for _, side := range []float64{-1, 1} {
		if level == 0 {
			h.fill(ellipse(12, -27, 5, 9, 0.3).scale(side*wide, long), b)
			h.fill(closed(20, -22, 30, -16, 32, -2, 28, 10, 22, 2, 17, -6).scale(side*wide, long), b)
			h.fill(ellipse(10, 9, 8.5, 14, -0.35).scale(side*wide, long), b)
		} else {
			h.fill(ellipse(18, -12, 4, 16, 0.1).scale(side*wide, long), b)
		}
	}
}

// ventricles paints the lateral ventricles and the third.
func (h *head) ventricles(level int, wide, long float64) {
	if level == 2 {
		return
	}
	swell := math.Exp(h.between(-0.4, 0.45))
	b := brush{signal: h.tissue[fluid], soft: 0.8}
	for _, side := range []float64{-1, 1} {
		k := swell * h.between(0.85, 1.15)
		about := func(cx, cy float64, p path) path {
			return p.move(-cx, -cy).scale(k, (1+k)/2).move(cx, cy).rough(h.noise(), 15, 1.2).scale(side*wide, long)
		}
		if level == 0 {
			h.fill(about(3, -22, closed(2.2, -16, 2.5, -26, 7, -34, 13, -41, 16, -39, 13, -31, 8, -23, 4, -15)), b)
			horn := about(20, 34, closed(14, 22, 19, 23, 25, 31, 29, 42, 28, 49, 24, 44, 18, 33))
			h.fill(horn, b)
			h.vessel(open(15, 25, 19, 30, 24, 37).rough(h.noise(), 6, 1.5).scale(side*wide, long), 2, 3.5, h.between(0.2, 0.7))
		} else {
			h.fill(about(8, 0, closed(3, -38, 9, -42, 14, -38, 10, -26, 8, -8, 11, 8, 20, 24, 27, 36, 24, 42, 16, 36, 7, 20, 3, 4, 2.5, -16)), b)
			h.vessel(open(6, 0, 10, 14, 17, 26, 21, 33).rough(h.noise(), 8, 1.5).scale(side*wide, long), 0.8, 3.2, h.between(0.2, 0.7))
		}
	}
	if level == 0 {
		h.stroke(open(0, -6, 0.4, 4, 0, 16), 2.2*swell, 2.2*swell, brush{signal: h.tissue[fluid], soft: 0.8})
		h.fill(ellipse(0, 22, 2, 3, 0), brush{signal: h.tissue[vein], soft: 1, fade: 0.2})
		h.vessel(open(-1, 17, -2.5, 6, -2, -10), 0.9, 0.5, h.between(0.3, 0.8))
		h.vessel(open(1, 17, 2.5, 6, 2, -10), 0.9, 0.5, h.between(0.3, 0.8))
	}
}
