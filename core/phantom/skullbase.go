package phantom

import "math"

// skullBase paints an axial slice through the orbits, the sella, the temporal
// lobes and the posterior fossa.
func (h *head) skullBase() {
	wide, long := h.between(0.95, 1.06), h.between(0.95, 1.04)
	nose := h.between(-4, 6)
	outer := symmetric(0, -97-nose, 7, -95-nose, 14, -88, 26, -86, 46, -77, 62, -54, 71, -26, 76, 6, 74, 36, 63, 66, 42, 88, 18, 97, 0, 97).scale(wide, long)
	h.ears()
	h.scalp(outer)
	h.brain = symmetric(0, -10, 12, -13, 22, -28, 36, -38, 51, -33, 60, -10, 63, 14, 59, 40, 47, 62, 27, 78, 8, 83, 0, 82).scale(wide, long)
	v := h.vault()
	h.orbits(wide, long)
	h.skull(v)
	sella := point{0, -19}
	h.centralBase(wide, long)
	h.seat(sella)

	x := newCortex(h.canvas)
	x.allow(h.brain)
	petrous := h.chance(0.5)
	x.forbid(symmetric(0, -14, 18, -10, 26, 10, 20, 34, 0, 40).scale(wide, long))
	posterior := symmetric(0, 16, 22, 14, 44, 24, 54, 40, 46, 62, 27, 78, 8, 83, 0, 82).scale(wide, long)
	if petrous {
		x.forbid(posterior)
	}
	f := folding{spacing: 10, short: 8, long: 22, wander: 0.4, branches: 0.5, width: h.between(0.6, 2), slant: 0.5}
	x.surface(h.brain.ring())
	x.fold(h.brain.ring(), f)
	for _, side := range []float64{-1, 1} { // along the temporal lobe
		p := open(34, -26, 40, -8, 38, 10, 34, 24).scale(side*wide, long).rough(h.noise(), 16, 3)
		x.add(p, sulcus{width: h.between(0.5, 1.5), depth: h.between(0.3, 0.8)})
	}
	if !petrous {
		back := h.fissure(x, 83*long, 50*long)
		x.fold(back, f)
		x.fold(reversed(back), f)
	}
	x.paint(h.inside)
	if petrous {
		h.posteriorFossa(posterior, wide, long)
	} else {
		h.midbrain(wide, long)
	}
	h.fill(closed(-4, 80*long, 4, 80*long, 2, 86*long, -2, 86*long), brush{signal: h.tissue[vein], soft: 1, fade: 0.2})
	x.vessels(0.3)
	for _, side := range []float64{-1, 1} { // temporal horns
		h.stroke(open(27, 0, 32, 5, 33, 14).scale(side*wide, long).rough(h.noise(), 10, 2), h.between(0.5, 2.5), 1, brush{signal: h.tissue[fluid], soft: 1.5, fade: h.between(0, 0.5)})
	}
	h.cavernous()
	h.grown()
	at := 12.0
	if h.kind == Pituitary {
		at = max(at, h.tumour.radius*0.85+3)
	}
	h.pair(ellipse(at, -20, 2.6, 3.2, 0.3), brush{signal: h.tissue[bone], soft: 1})
}

// orbits paints the eyes in their fat, the muscles that turn them and the
// walls around.
func (h *head) orbits(wide, long float64) {
	to := func(p path) path { return p.scale(wide, long) }
	black := brush{signal: h.tissue[bone], soft: 1.6}
	meat := brush{signal: h.tissue[muscle], grain: 0.15, soft: 1}
	h.pair(to(closed(46, -64, 58, -56, 67, -34, 70, -14, 64, -12, 58, -34, 50, -52)), brush{signal: h.tissue[muscle], grain: 0.25, soft: 1.5})
	h.fill(to(symmetric(0, -88, 14, -78, 40, -76, 54, -58, 42, -40, 20, -20, 0, -20)), black)
	h.pair(to(closed(13, -70, 22, -79, 40, -77, 50, -64, 44, -52, 30, -38, 18, -32, 13, -44)), brush{signal: h.tissue[fat], grain: 0.1, soft: 0.8})
	h.pairLine(to(open(54, -60, 46, -48, 38, -40)), 2.5, 4, brush{signal: h.tissue[marrow], soft: 1})
	// Nose: skin and cartilage over the airway.
	h.fill(to(symmetric(0, -97, 5, -95, 11, -84, 0, -80)), brush{signal: h.tissue[skin], grain: 0.2, soft: 1.5})
	tall := h.between(-1.5, 1.5)
	for _, side := range []float64{-1, 1} {
		y := -65 + tall
		eye := ellipse(31*side*wide, y*long, 12.3, 12.3, 0)
		h.stroke(to(open(19, -72, 16, -56, 15, -42)).scale(side, 1), 2.5, 4, meat)
		h.stroke(to(open(44, -66, 38, -50, 24, -38)).scale(side, 1), 2.5, 4, meat)
		h.stroke(to(open(30, -54, 24, -44, 16, -32)).scale(side, 1), 4, 3.5, brush{signal: h.tissue[white], soft: 1})
		h.fill(eye.grow(evenly(1.2)), brush{signal: h.tissue[muscle], soft: 0.8})
		h.fill(eye, brush{signal: h.tissue[water] * 1.15, soft: 1})
		h.fill(ellipse(31*side*wide, (y-8)*long, 4.5, 2.2, 0), brush{signal: h.tissue[muscle], soft: 1, fade: 0.2})
		h.stroke(open(31*side*wide-12, y-10, 31*side*wide, y-15, 31*side*wide+12, y-10), 2.4, 2.4, brush{signal: h.tissue[skin], soft: 1})
	}
	// Ethmoid cells: air parted by thin lining.
	h.fill(to(symmetric(0, -86, 8, -82, 12, -62, 12.5, -42, 8, -34, 0, -34)), black)
	lining := brush{signal: h.tissue[mucosa], grain: 0.5, soft: 1.5, fade: h.between(0.1, 0.6)}
	for _, side := range []float64{-1, 1} {
		for _, x := range []float64{6, 11.5} {
			x *= side * h.between(0.85, 1.1)
			h.stroke(to(open(0.6*x, -84, x, -66, x, -50, 0.9*x, -36)).rough(h.noise(), 9, 2), h.between(0.8, 2), h.between(0.8, 2), lining)
		}
		for y := -80.0; y < -38; y += h.between(4, 10) {
			in, out := h.between(0, 6), h.between(7, 12)
			h.stroke(to(open(side*in, y, side*out, y+h.between(-4, 4))).rough(h.noise(), 6, 1.5), h.between(0.6, 2.4), 0.8, lining)
		}
		if h.chance(0.5) {
			h.fill(to(h.blob(point{side * h.between(4, 9), h.between(-72, -44)}, h.between(2, 4.5), 0.3, 0.2)), lining)
		}
	}
	h.stroke(to(open(h.between(-1, 1), -90, h.between(-3, 3), -62, 0, -36)), 1.4, 1.2, lining)
}

// centralBase paints the sphenoid bone with its sinus, in front of the sella.
func (h *head) centralBase(wide, long float64) {
	to := func(p path) path { return p.scale(wide, long) }
	black := brush{signal: h.tissue[bone], soft: 1.6}
	h.fill(to(symmetric(0, -38, 14, -38, 24, -32, 20, -16, 10, -10, 0, -9)), black)
	h.fill(to(symmetric(0, -36, 12, -36, 18, -28, 13, -18, 0, -15)).rough(h.noise(), 10, 1.5), brush{signal: h.tissue[mucosa], soft: 1, grain: 0.3, fade: h.between(0.2, 0.7)})
	if h.kind != Pituitary || h.chance(0.75) {
		h.fill(to(symmetric(0, -34, 10, -34, 15, -28, 11, -22, 0, -20)).rough(h.noise(), 10, 1.5), black)
	}
	h.pairLine(to(open(22, -34, 34, -44, 44, -46)), 3, 2.5, brush{signal: h.tissue[marrow], soft: 1})
}

// cavernous paints the enhancing sinuses beside the sella and the gland.
func (h *head) cavernous() {
	h.pair(closed(7, -26, 14, -27, 18, -20, 16, -12, 9, -13), brush{signal: h.tissue[vein], soft: 2, fade: h.between(0.55, 0.9), grain: 0.3})
	h.fill(ellipse(0, -15, h.between(4, 6), h.between(2, 3), 0), brush{signal: h.tissue[pituitaryMass], soft: 2})
}

// midbrain paints the upper brainstem in its cisterns, with the occipital
// lobes and the tip of the cerebellum behind.
func (h *head) midbrain(wide, long float64) {
	to := func(p path) path { return p.scale(wide, long) }
	dark := brush{signal: h.tissue[fluid], soft: 1}
	h.fill(to(symmetric(0, -14, 14, -12, 12, -4, 19, 4, 20, 16, 12, 26, 0, 24)).rough(h.noise(), 10, 1.5), dark)
	h.fill(to(symmetric(0, -4, 6, -7, 13, -2, 16, 8, 13, 18, 5, 21, 0, 20)), brush{signal: h.tissue[white] * 0.96, soft: 1, grain: 0.04})
	h.fill(ellipse(0, 15, 1.2, 1.8, 0), dark)
	// Vermis under the tentorium's V.
	broad := h.between(0.7, 1.6)
	vermis := to(symmetric(0, 24, 8, 26, 13, 36, 8, 50, 0, 56).scale(broad, 1)).rough(h.noise(), 12, 3)
	h.fill(vermis, brush{signal: h.tissue[grey], soft: 3, grain: 0.12, fade: h.between(0, 0.4)})
	for y := 28.0; y < 52; y += h.between(3, 5) { // its folia
		h.stroke(to(open(-8*broad, y+2, 0, y, 8*broad, y+2)).rough(h.noise(), 8, 2), 0.7, 0.7, brush{signal: h.tissue[fluid], soft: 1.5, fade: h.between(0.3, 0.9)})
	}
	tent := h.between(0.3, 0.9)
	for _, side := range []float64{-1, 1} {
		h.vessel(to(open(4, 58, 12, 46, 16, 34, 14, 24).scale(side*broad, 1)).rough(h.noise(), 12, 2), 1.2, 0.7, tent)
	}
	h.vessel(to(open(0, 56, 0, 68, 0, 82)), 1, 1.5, h.between(0.2, 0.6))
	h.fill(ellipse(0, -8, 1.5, 1.5, 0), brush{signal: h.tissue[bone], soft: 1})
}

// posteriorFossa paints petrous bones, pons, fourth ventricle and cerebellum.
func (h *head) posteriorFossa(cerebellum path, wide, long float64) {
	to := func(p path) path { return p.scale(wide, long) }
	h.fill(cerebellum, brush{signal: h.tissue[fluid], soft: 1, within: h.inside})
	x := newCortex(h.canvas)
	folia := cerebellum.grow(evenly(-1.5))
	x.allow(folia)
	x.forbid(ellipse(0, 30, 16, 14, 0))
	x.surface(folia.ring())
	x.fold(folia.ring(), folding{spacing: 5, short: 8, long: 26, wander: 0.15, branches: 0.4, width: h.between(0.4, 1.1), slant: 0.7})
	x.paint(h.whole(clip(h.canvas, h.canvas.cover(folia, 0.8), h.inside)))

	black := brush{signal: h.tissue[bone], soft: 1.6}
	h.pair(to(closed(16, -4, 30, 4, 48, 8, 66, 12, 66, 26, 52, 26, 36, 17, 20, 6)).rough(h.noise(), 8, 2), black)
	for range 12 {
		h.pair(to(h.blob(point{h.between(34, 64), h.between(10, 22)}, h.between(0.8, 2.2), 0.3, 0.2)), brush{signal: h.tissue[mucosa], soft: 1, fade: 0.4})
	}
	for _, side := range []float64{-1, 1} { // sigmoid sinuses, one often larger
		h.vessel(to(open(48, 27, 54, 33, 56, 42)).scale(side, 1).rough(h.noise(), 10, 2), h.between(1.5, 4), h.between(2, 4.5), h.between(0.1, 0.6))
	}
	dark := brush{signal: h.tissue[fluid], soft: 1}
	h.fill(to(symmetric(0, -10, 14, -8, 22, 4, 24, 14, 14, 22, 0, 22)).rough(h.noise(), 10, 1.5), dark)
	h.fill(to(symmetric(0, -3, 9, -2, 15, 5, 18, 12, 16, 20, 0, 24)), brush{signal: h.tissue[white] * 0.96, soft: 1.2, grain: 0.04})
	h.pair(to(closed(12, 8, 22, 14, 28, 26, 20, 28, 12, 20)), brush{signal: h.tissue[white] * 0.97, soft: 3})
	h.fill(to(symmetric(0, 22, 6, 22, 8, 25, 3, 28, 0, 31)).move(0, 0).scale(math.Exp(h.between(-0.2, 0.3)), 1), dark)
	h.fill(ellipse(0, -6, 1.6, 1.6, 0), brush{signal: h.tissue[bone], soft: 1})
}
