package phantom

import "math"

// sagittal paints a slice along the midline, or beside it.
func (h *head) sagittal() {
	h.view(h.field(225, 265), point{h.between(-14, 0), h.between(8, 22)}, h.between(-0.15, 0.15), h.chance(0.4))
	h.weave()
	if h.kind == Pituitary || h.chance(0.6) {
		h.midline()
	} else {
		h.lateral()
	}
}

// profile paints a head facing left, without its brain.
func (h *head) profile(lateral bool) {
	nose := h.between(-6, 6)
	chin := h.between(-8, 8)
	neck := h.between(-6, 8)
	outer := closed(-5, -85, 48, -73, 84, -44, 101, -4, 99, 32, 91, 60, 84+neck, 84, 86+neck, 120, 96+neck, 190,
		-30, 190, -42, 140, -62, 118, -92+chin, 110, -108+chin, 98, -106, 84, -112, 74, -109, 66, -114, 58, -108, 48,
		-117+nose, 43, -121+nose, 35, -115+nose, 28, -107, 16, -98, 2, -97, -14, -91, -40, -62, -72)
	if lateral {
		outer = closed(-5, -84, 46, -72, 80, -44, 95, -8, 92, 28, 82, 56, 74+neck, 84, 76+neck, 120, 84+neck, 190,
			-34, 190, -44, 140, -66, 116, -86+chin, 104, -93, 84, -97, 58, -99, 38, -93, 20, -92, 4, -95, -8, -90, -38, -60, -71)
	}
	h.scalp(outer)
	h.flesh(closed(-86, -6, -40, 0, 30, 30, 70, 52, 74+neck, 90, 76+neck, 190, -24, 190, -36, 138, -60, 110, -92, 96, -97, 60, -98, 30), 1.2, h.between(0.55, 0.8), 3)
}

func (h *head) midline() {
	h.profile(false)
	h.brain = closed(-82, -18, -74, -40, -54, -60, -30, -70, -3, -73, 24, -69, 47, -57, 70, -36, 84, -8, 86, 14, 79, 34, 68, 52, 56, 68, 40, 78, 26, 84, 8, 88,
		-4, 70, -10, 54, -18, 36, -22, 24, -32, 12, -48, 7, -66, 2, -78, -6)
	v := h.vault()
	h.skull(v)
	h.faceMidline()
	sella := point{-29, 21}
	h.seat(sella)

	x := newCortex(h.canvas)
	cerebrum := closed(-82, -18, -74, -40, -54, -60, -30, -70, -3, -73, 24, -69, 47, -57, 70, -36, 84, -8, 86, 14, 78, 32, 62, 20, 44, 8, 30, 2, 4, 4, -20, 6, -48, 5, -66, 1, -78, -6)
	x.allow(cerebrum)
	callosal := closed(-44, 6, -54, -10, -48, -28, -22, -42, 10, -42, 38, -28, 44, -6, 36, 6, 0, 10)
	x.forbid(callosal)
	// The sulcus of the cingulate gyrus follows the corpus callosum.
	cingulate := open(-52, -2, -62, -14, -54, -34, -26, -49, 8, -49, 30, -42, 38, -56).rough(h.noise(), 17, 5)
	split := 8 + h.IntN(len(cingulate)-16)
	major := []path{
		cingulate[:split],
		cingulate[split+3:],
		open(62, -46, 52, -28, 42, -12).rough(h.noise(), 12, 3),
		open(86, 8, 72, 2, 60, 4, 46, -2).rough(h.noise(), 12, 3),
	}
	for _, p := range major {
		x.add(p, sulcus{width: h.between(1.2, 3.5), depth: h.between(0.6, 1)})
		x.keepOff(p, 4)
	}
	x.surface(cerebrum.ring())
	f := folding{spacing: 7.5, short: 12, long: 32, wander: 0.6, branches: 0.9, width: h.between(1.8, 4.5), slant: 0.8}
	x.fold(cerebrum.ring(), f)
	x.fold(cingulate, f)
	x.fold(reversed(cingulate), f)
	x.fold(major[2], f)
	x.fold(reversed(major[2]), f)
	x.fold(major[3], f)
	x.paint(h.whole(clip(h.canvas, h.canvas.cover(cerebrum, 0.8), h.inside)))

	h.brainstem()
	h.cerebellum(closed(24, 28, 34, 14, 50, 15, 66, 25, 78, 38, 75, 47, 66, 58, 53, 70, 40, 76, 30, 73, 24, 62, 23, 46), point{29, 44})
	h.callosum()

	h.vessel(open(-2, -10, 12, -9, 24, -3, 33, 2), 1, 1.6, h.between(0.3, 0.7))
	h.vessel(open(33, 2, 48, 9, 64, 22, 80, 38).rough(h.noise(), 20, 2), h.between(0.8, 2), h.between(1.2, 2.8), h.between(0.2, 0.8))
	n := len(h.brain)
	sinus := h.brain.grow(evenly(v.gap))[n*3/40 : n*16/40]
	h.vessel(sinus[h.IntN(len(sinus)*3/4):], h.between(0.5, 1.2), h.between(1.5, 4), h.between(0.3, 0.85))
	x.vessels(0.3)
	if h.kind != Pituitary {
		h.fill(ellipse(sella.x, sella.y+2, 6, 4, 0), brush{signal: h.tissue[pituitaryMass], soft: 1})
		h.stroke(open(sella.x+1, sella.y-1, -22, 8), 1.5, 1.2, brush{signal: h.tissue[pituitaryMass], soft: 1})
	}
	h.grown()
}

// callosum paints the corpus callosum, the ventricle under it and the thalamus.
func (h *head) callosum() {
	swell := math.Exp(h.between(-0.35, 0.45))
	dark := brush{signal: h.tissue[fluid], soft: 1}
	h.fill(closed(-44, -8, -40, -24, -18, -33, 10, -33, 30, -22, 34, -8, 24, 4, -20, 8, -36, 2), brush{signal: h.tissue[white] * 0.97, soft: 2})
	ventricle := closed(-38, -12, -30, -24, -12, -29, 8, -28, 24, -18, 28, -11, 14, -15, -4, -15, -18, -10, -30, -5)
	ventricle = ventricle.move(0, 22).scale(1, 0.7+0.3*swell).move(0, -22).rough(h.noise(), 20, 2)
	h.fill(ventricle, dark)
	if h.chance(0.5) { // the septum fills part of the cut
		h.fill(ellipse(h.between(-26, 0), -18, h.between(8, 18), 9, 0.2), brush{signal: h.tissue[white], soft: 4, fade: h.between(0.2, 0.6), within: h.whole(h.canvas.cover(ventricle, 1))})
	}
	h.stroke(open(26, -14, 6, -17, -10, -13, -20, -4, -22, 4), 3, 1.6, brush{signal: h.tissue[white], soft: 1})
	h.fill(ellipse(4, -3, 14, 7.5, 0.1), brush{signal: h.tissue[grey] * 1.03, soft: 1.5})
	h.fill(closed(-22, 2, -12, -3, -8, 4, -6, 10, -14, 12, -22, 8), brush{signal: h.tissue[fluid], soft: 1.5, fade: 0.25})
	h.stroke(open(-44, 2, -48, -10, -42, -24, -20, -35, 8, -35, 28, -26, 37, -12), 6.5, 8, brush{signal: h.tissue[white] * 1.06, soft: 1, grain: 0.03})
	h.stroke(open(-53, -6, -51, -20, -38, -34, -18, -42, 10, -41, 32, -32, 43, -14), 0.8, 1.6, brush{signal: h.tissue[fluid], soft: 1.5, fade: h.between(0.3, 0.8)})
}

// brainstem paints midbrain, pons, medulla and cord in their fluid.
func (h *head) brainstem() {
	h.fill(closed(-24, 12, -8, 4, 20, 6, 34, 6, 28, 22, 28, 58, 30, 78, 28, 110, 42, 190, 6, 190, -2, 110, -2, 74, -12, 52, -19, 32), brush{signal: h.tissue[fluid], soft: 1})
	plump := h.between(-2, 2)
	stem := closed(-4, 8, -7, 18, -10, 26, -13+plump, 36, -9+plump, 47, -1, 54, 2, 66, 4, 84, 7, 110, 18, 190, 30, 190, 18, 110, 15, 84, 15, 68, 16, 54, 21, 44, 21, 32, 18, 20, 20, 12, 14, 6, 2, 3)
	h.fill(stem, brush{signal: h.tissue[white] * 0.97, soft: 1, grain: 0.04})
	h.fill(ellipse(-1, 36, 9, 11, 0), brush{signal: h.tissue[grey], soft: 5, fade: 0.4})
	h.stroke(open(14, 22, 17, 10, 22, 6), 4, 5, brush{signal: h.tissue[white], soft: 1})
	h.stroke(open(16, 14, 18, 26, 20, 34), 1, 2, brush{signal: h.tissue[fluid], soft: 1})
	h.stroke(open(-14, 26, -16, 36, -11, 48, -5, 56), 1.6, 1.4, brush{signal: h.tissue[bone], soft: 1, fade: 0.3})
}

// cerebellum paints the folia of a cerebellum around its hilum.
func (h *head) cerebellum(outline path, hilum point) {
	h.fill(outline.grow(evenly(2)), brush{signal: h.tissue[fluid], soft: 1})
	x := newCortex(h.canvas)
	x.allow(outline)
	x.forbid(ellipse(hilum.x, hilum.y, 8, 8, 0))
	x.surface(outline.ring())
	x.fold(outline.ring(), folding{spacing: 4.5, short: 6, long: 20, wander: 0.2, branches: 0.5, width: h.between(0.6, 1.2), slant: 0.3})
	x.paint(h.whole(h.canvas.cover(outline, 0.6)))
	h.fill(closed(18, 40, 24, 38, 29, 44, 24, 50, 20, 52), brush{signal: h.tissue[fluid], soft: 1})
}

// faceMidline paints what lies below and in front of the brain on the midline.
func (h *head) faceMidline() {
	black := brush{signal: h.tissue[bone], soft: 1.6}
	meat := brush{signal: h.tissue[muscle] * 1.05, grain: 0.12, soft: 1.2}
	lining := brush{signal: h.tissue[mucosa], grain: 0.25, soft: 1, fade: h.between(0.1, 0.5)}
	bright := brush{signal: h.tissue[marrow], grain: 0.25, soft: 1.5}

	// Cervical spine, in front of the cord.
	h.fill(closed(-16, 76, -2, 72, 12, 120, 20, 190, -6, 190, -14, 110), brush{signal: h.tissue[muscle], soft: 1.5, fade: 0.2})
	h.stroke(open(1, 76, 5, 100, 14, 150, 22, 190), 1.5, 1.5, black)
	for i := range 6 {
		y := 92 + 17*float64(i)
		x := -3 + 0.16*(y-80)
		h.fill(closed(x-10, y-6.5, x+5, y-7, x+6, y+6, x-9, y+6.5).rough(h.noise(), 8, 1), bright)
	}
	h.fill(closed(-7, 70, 0, 70, 4, 86, -5, 88), bright)
	h.fill(ellipse(-13, 78, 3, 5, 0.2), bright)
	// Muscles and spinous processes behind the neck.
	h.flesh(closed(30, 88, 52, 84, 66, 72, 74, 90, 72, 190, 44, 190, 34, 120), 1.3, 0.6, 2)
	for i := range 5 {
		y := 100 + 17*float64(i)
		h.stroke(open(32+0.12*(y-80), y-4, 48+0.1*(y-80), y+5), 4, 6, bright)
	}

	// Clivus and sphenoid sinus.
	h.fill(closed(-33, 29, -21, 27, -11, 52, -2, 72, -10, 74, -28, 48), black)
	h.fill(closed(-31, 34, -22, 30, -13, 53, -5, 69, -9, 69, -25, 48), bright)
	h.fill(closed(-48, 10, -34, 14, -25, 28, -26, 40, -36, 42, -48, 30).rough(h.noise(), 10, 2), lining)
	h.fill(closed(-46, 13, -36, 16, -28, 27, -30, 37, -36, 39, -45, 28).rough(h.noise(), 10, 2), black)
	// Nasal cavity: turbinates between thin airways.
	h.fill(closed(-98, 8, -82, 2, -50, 8, -46, 30, -42, 44, -60, 46, -104, 44, -112, 36), brush{signal: h.tissue[mucosa] * 0.8, grain: 0.25, soft: 2, fade: 0.1})
	for i := range 3 {
		y := 17 + 10*float64(i) + h.between(-2, 2)
		shell := closed(-92-2*float64(i), y+2, -82, y-4, -64, y-3, -50, y+1, -54, y+5, -70, y+4, -86, y+6).rough(h.noise(), 16, 3)
		h.fill(shell, brush{signal: h.tissue[mucosa] * h.between(0.6, 1), grain: 0.15, soft: 1.5})
		ring := shell.ring()
		from := h.IntN(len(ring) / 2)
		h.stroke(ring[from:from+len(ring)/2], h.between(0.6, 1.6), h.between(0.6, 2), brush{signal: h.tissue[bone], soft: 1, fade: h.between(0, 0.4)})
	}
	for range 7 {
		h.fill(h.blob(point{h.between(-88, -52), h.between(4, 12)}, h.between(2, 4.5), 0.3, 0.1), black)
	}
	// Frontal sinus.
	h.fill(closed(-90, -16, -84, -22, -82, -8, -86, 0, -92, -2).rough(h.noise(), 8, 2), black)
	// Palate, airway, tongue, jaw.
	palate := open(-104, 50, -84, 48, -60, 49).rough(h.noise(), 15, 2)
	h.stroke(palate, 5, 4, brush{signal: h.tissue[bone], soft: 2, fade: 0.2})
	h.stroke(palate, 2.5, 1.5, brush{signal: h.tissue[marrow], soft: 2, grain: 0.5, fade: h.between(0.1, 0.5)})
	h.stroke(open(-60, 49, -48, 54, -38, 66), 6, 4, meat)
	h.fill(closed(-44, 44, -32, 44, -28, 58, -24, 80, -20, 110, -24, 140, -34, 140, -32, 110, -34, 82, -36, 62).rough(h.noise(), 20, 2), black)
	h.fill(closed(-100, 66, -88, 57, -66, 55, -46, 62, -36, 78, -36, 100, -56, 110, -84, 104, -98, 92).rough(h.noise(), 18, 2), brush{signal: h.tissue[bone], soft: 1.5, fade: h.between(0.1, 0.5)})
	h.fill(closed(-97, 70, -86, 60, -66, 58, -48, 65, -39, 80, -38, 100, -56, 108, -82, 102, -94, 90).rough(h.noise(), 18, 2), meat)
	h.flesh(closed(-80, 80, -60, 72, -44, 80, -42, 104, -62, 108, -82, 98), 0.9, 0.85, 8)
	chin := ellipse(-99, 92, h.between(5, 7), h.between(8, 11), h.between(0, 0.4)).rough(h.noise(), 8, 2)
	h.fill(chin, brush{signal: h.tissue[bone], soft: 2, fade: h.between(0, 0.4)})
	h.fill(chin.grow(evenly(-2)), brush{signal: h.tissue[marrow], soft: 2, grain: 0.3})
}

// lateral paints a slice through an eye and the side of the brain.
func (h *head) lateral() {
	h.profile(true)
	h.brain = closed(-77, -14, -70, -37, -52, -57, -28, -67, -2, -70, 26, -66, 49, -54, 69, -34, 81, -8, 81, 14, 74, 32, 63, 48, 49, 58, 33, 58, 20, 46,
		14, 39, -4, 37, -24, 37, -41, 33, -48, 23, -46, 12, -58, 8, -70, 0)
	v := h.vault()
	h.skull(v)
	h.faceLateral()
	h.seat(point{})

	x := newCortex(h.canvas)
	cerebrum := closed(-77, -14, -70, -37, -52, -57, -28, -67, -2, -70, 26, -66, 49, -54, 69, -34, 81, -8, 81, 14, 74, 27, 56, 25, 34, 29, 14, 37, -4, 37, -24, 37, -41, 33, -48, 23, -46, 12, -58, 8, -70, 0)
	x.allow(cerebrum)
	inner := h.chance(0.5)
	if inner {
		x.forbid(ellipse(4, -22, 38, 20, -0.1))
	}
	f := folding{spacing: 8.5, short: 9, long: 30, wander: 0.5, branches: 0.8, width: h.between(1.2, 3.6), slant: 0.7}
	sylvian := open(-46, 14, -30, 6, -8, -1, 16, -7, 32, -14, h.between(36, 46), h.between(-30, -20)).rough(h.noise(), 16, 3)
	temporal := open(-36, 24, -10, 17, 16, 10, 36, 2, 52, -12).rough(h.noise(), 16, 4)
	x.add(sylvian, sulcus{width: h.between(1.5, 5), depth: h.between(0.7, 1)})
	x.add(temporal, sulcus{width: h.between(1, 2.5), depth: h.between(0.5, 1)})
	x.keepOff(sylvian, 4)
	x.keepOff(temporal, 4)
	x.surface(cerebrum.ring())
	x.fold(cerebrum.ring(), f)
	for _, p := range []path{sylvian, reversed(sylvian), temporal, reversed(temporal)} {
		x.fold(p, f)
	}
	if !inner {
		x.scatter(40, f)
	}
	x.paint(h.whole(clip(h.canvas, h.canvas.cover(cerebrum, 0.8), h.inside)))
	h.cerebellum(closed(22, 38, 38, 31, 56, 28, 72, 32, 66, 44, 54, 54, 40, 57, 28, 52), point{44, 40})
	if inner {
		k := h.between(0.6, 1.3)
		h.fill(closed(14, -12, 24, -18, 34, -14, 36, -4, 26, 0, 16, -4).move(-26, 9).scale(k, k).move(26, -9).rough(h.noise(), 12, 2), brush{signal: h.tissue[fluid], soft: 1.2})
		h.stroke(open(22, -10, 29, -8, 31, -3).rough(h.noise(), 12, 2), 1, 2, brush{signal: h.tissue[vein], soft: 1, fade: h.between(0.1, 0.6)})
		h.fill(ellipse(-8, -10, 13, 8, 0.2), brush{signal: h.tissue[grey], soft: 3, fade: 0.2})
	}
	h.stroke(open(26, 36, 44, 28, 60, 26, 76, 30), 0.8, 1.6, brush{signal: h.tissue[dura], fade: h.between(0.1, 0.6)})
	h.fill(ellipse(76, 31, 3, 2.4, 0.8), brush{signal: h.tissue[vein], soft: 1, fade: h.between(0.1, 0.5)})
	x.vessels(0.3)
	h.grown()
}

// faceLateral paints the orbit, the maxillary sinus, the ear's bone and the
// chewing muscles.
func (h *head) faceLateral() {
	black := brush{signal: h.tissue[bone], soft: 1.6}
	meat := brush{signal: h.tissue[muscle], grain: 0.2, soft: 2}
	lining := brush{signal: h.tissue[mucosa], grain: 0.3, soft: 1}

	h.fill(closed(-92, 4, -78, 0, -56, 5, -42, 14, -50, 30, -74, 36, -92, 30), black)
	h.fill(closed(-91, 8, -76, 4, -57, 9, -45, 17, -53, 27, -75, 32, -92, 27), brush{signal: h.tissue[fat], grain: 0.1, soft: 1})
	h.stroke(open(-78, 5, -62, 8, -46, 16), 2, 3, meat)
	h.stroke(open(-78, 31, -62, 27, -46, 18), 2, 3, meat)
	h.stroke(open(-66, 17, -56, 18, -46, 17), 3.6, 3.2, brush{signal: h.tissue[white], soft: 1})
	eye := ellipse(-78, 17, 12.2, 12.2, 0)
	h.fill(eye.grow(evenly(1.2)), brush{signal: h.tissue[muscle], soft: 0.8})
	h.fill(eye, brush{signal: h.tissue[water], soft: 1})
	h.fill(ellipse(-87, 17, 2.2, 4.5, 0), brush{signal: h.tissue[muscle], soft: 1, fade: 0.2})

	sinus := closed(-80, 40, -62, 36, -52, 42, -54, 60, -70, 66, -82, 56).rough(h.noise(), 14, 3)
	h.fill(sinus.grow(evenly(2.5)), brush{signal: h.tissue[marrow], soft: 1.5, fade: 0.3})
	h.fill(sinus.grow(evenly(1)), lining)
	h.fill(sinus, black)

	h.fill(closed(4, 42, 16, 40, 28, 46, 34, 60, 22, 64, 8, 56).rough(h.noise(), 10, 3), black)
	for range 10 {
		h.fill(h.blob(point{h.between(8, 30), h.between(44, 60)}, h.between(1, 2.6), 0.3, 0.2), brush{signal: h.tissue[mucosa], soft: 1, fade: h.between(0.2, 0.6)})
	}
	h.fill(closed(-44, 44, -22, 44, -18, 70, -26, 98, -46, 96, -42, 70).rough(h.noise(), 18, 3), meat)
	h.fill(closed(-20, 46, -4, 50, -6, 76, -18, 84).rough(h.noise(), 14, 3), meat)
	jaw := open(-8, 52, -14, 72, -22, 94, -46, 104, -80, 102).rough(h.noise(), 25, 3)
	h.stroke(jaw, h.between(7, 10), h.between(11, 15), brush{signal: h.tissue[bone], soft: 3, fade: h.between(0.2, 0.5)})
	h.stroke(jaw, h.between(3, 6), h.between(7, 10), brush{signal: h.tissue[marrow], grain: 0.5, soft: 3, fade: h.between(0.1, 0.5)})
	for x := -86.0; x < -56; x += h.between(5, 8) { // teeth, in cross-section dark
		h.stroke(open(x, 76, x+h.between(-1, 1), 92), 3, 4, brush{signal: h.tissue[bone], soft: 2, fade: h.between(0.2, 0.7)})
	}
	h.fill(closed(10, 70, 28, 68, 40, 84, 46, 120, 30, 130, 16, 100).rough(h.noise(), 20, 4), meat)
}
