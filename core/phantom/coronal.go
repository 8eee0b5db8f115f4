package phantom

import "math"

// coronal paints a slice parallel to the face, through the sella or through
// the brainstem or the cerebellum behind it.
func (h *head) coronal() {
	h.view(h.field(215, 250), point{h.between(-4, 4), h.between(16, 34)}, h.between(-0.1, 0.1), false)
	h.weave()
	switch {
	case h.kind == Pituitary || h.chance(0.45):
		h.coronalFront()
	default:
		h.coronalBack()
	}
}

// coronalHead paints the head's outline and what hangs below the brain.
func (h *head) coronalHead(jaw float64) {
	j := jaw + h.between(-4, 4)
	h.scalp(symmetric(0, -81, 28, -78, 54, -64, 71, -40, 79, -10, 79, 20, 77, 46, j+2, 80, j-4, 105, j-16, 135, j-14, 200))
	h.flesh(symmetric(0, 20, 40, 30, 70, 20, 71, 50, j-6, 80, j-13, 105, j-26, 140, j-24, 200), math.Pi/2, h.between(0.6, 0.8), 3)
}

func (h *head) coronalFront() {
	wide, tall := h.between(0.94, 1.05), h.between(0.95, 1.05)
	h.coronalHead(70)
	h.brain = symmetric(0, -66, 22, -64, 44, -53, 60, -31, 66, -6, 66, 16, 60, 34, 48, 43, 32, 44, 20, 36, 15, 26, 0, 25).scale(wide, tall)
	v := h.vault()
	h.skull(v)
	h.faceCoronal()
	sella := point{0, 29}
	h.seat(sella)

	x := newCortex(h.canvas)
	x.allow(h.brain)
	x.forbid(symmetric(0, -28, 20, -30, 36, -14, 38, 8, 24, 24, 0, 26).scale(wide, tall))
	f := folding{spacing: 9, short: 10, long: 24, wander: 0.4, branches: 0.6, width: h.between(1, 2.8), slant: 0.5}
	falx := h.fissure(x, -66*tall, -19*tall)
	for _, side := range []float64{-1, 1} {
		s := sulcus{width: h.between(1.5, 4), depth: h.between(0.7, 1)}
		y := h.between(4, 12)
		for _, p := range []path{
			open(67, y-6, 56, y-4, 48, y, 42, y+4),
			open(44, y-22, 41, y-12, 40, y-2, 42, y+4, 36, y+12, 26, y+16),
		} {
			p = p.scale(side*wide, tall).rough(h.noise(), 12, 2)
			x.add(p, s)
			x.keepOff(p, 4)
		}
	}
	x.surface(h.brain.ring())
	x.fold(h.brain.ring(), f)
	x.fold(falx, f)
	x.fold(reversed(falx), f)
	x.paint(h.inside)

	b := brush{signal: h.tissue[grey], soft: 3, grain: 0.03, fade: 0.2}
	h.pair(ellipse(16, -8, 4, 7, 0.5), b)
	h.pair(closed(20, -2, 32, -8, 35, 4, 26, 12, 19, 8), b)
	h.horns()

	// The suprasellar cistern with the chiasm in it.
	h.fill(closed(-22, 22, -10, 15, 0, 17, 10, 15, 22, 22, 15, 28, 0, 30, -15, 28).rough(h.noise(), 8, 1.5), brush{signal: h.tissue[fluid], soft: 1.2})
	h.stroke(open(-9, 21, 0, 20, 9, 21), 2.6, 2.6, brush{signal: h.tissue[white], soft: 1})
	h.fill(symmetric(0, 26, 8, 26, 17, 27, 20, 33, 14, 37, 0, 36), brush{signal: h.tissue[vein], soft: 2, fade: h.between(0.5, 0.85), grain: 0.3})
	h.fill(closed(-8, 28, 0, 26.5, 8, 28, 7, 34, 0, 35, -7, 34), brush{signal: h.tissue[pituitaryMass], soft: 1})
	h.stroke(open(0, 21, 0.5, 27), 1.6, 1.6, brush{signal: h.tissue[pituitaryMass]})
	h.falx(falx)
	x.vessels(0.25)
	h.grown()
	spread := 11.0
	if h.kind == Pituitary {
		spread = max(spread, h.tumour.radius*0.8+4)
	}
	h.pair(ellipse(spread, 32, 2.6, 2.6, 0), brush{signal: h.tissue[bone], soft: 1})
	h.pair(ellipse(spread+2, 26, 1.6, 1.8, 0), brush{signal: h.tissue[bone], soft: 1})
}

// fissure parts the hemispheres from top to bottom along the midline.
func (h *head) fissure(x *cortex, top, bottom float64) path {
	p := xy(0, top, h.between(-1, 1), top+(bottom-top)*0.35, h.between(-1, 1), top+(bottom-top)*0.7, 0, bottom).open()
	x.add(p, sulcus{width: h.between(0.8, 2.5), depth: 1})
	x.keepOff(p, 2.5)
	return p
}

// falx lets the dura in a fissure shine, and the sagittal sinus at its start.
func (h *head) falx(p path) {
	h.vessel(p, h.between(0.6, 1.1), 0.6, h.between(0.3, 0.7))
	t := p[0]
	h.fill(closed(t.x-4, t.y-2.5, t.x+4, t.y-2.5, t.x+1, t.y+4, t.x-1, t.y+4), brush{signal: h.tissue[vein], soft: 1.2, fade: h.between(0, 0.4)})
}

// horns paints the frontal horns and the third ventricle.
func (h *head) horns() {
	k := math.Exp(h.between(-0.3, 0.45))
	dark := brush{signal: h.tissue[fluid], soft: 1}
	for _, side := range []float64{-1, 1} {
		horn := closed(1.5, -12, 6, -16, 14, -20, 18, -19, 15, -12, 8, -4, 2.5, 0).move(-2, 14).scale(k*h.between(0.9, 1.1), k).move(2, -14)
		h.fill(horn.rough(h.noise(), 12, 1).scale(side, 1), dark)
	}
	h.stroke(open(0, 3, 0.3, 9, 0, 15), 2*k, 3*k, dark)
}

// faceCoronal paints sinuses, airway, jaw and chewing muscles.
func (h *head) faceCoronal() {
	black := brush{signal: h.tissue[bone], soft: 1.6}
	lining := brush{signal: h.tissue[mucosa], grain: 0.35, soft: 1.5, fade: h.between(0.1, 0.5)}
	meat := brush{signal: h.tissue[muscle], grain: 0.2, soft: 2}

	// Bone of the skull base with marrow in its wings.
	h.fill(symmetric(0, 34, 20, 37, 34, 46, 52, 45, 56, 49, 34, 52, 24, 56, 0, 58), black)
	h.pairLine(open(22, 42, 32, 49, 46, 48), 3, 2, brush{signal: h.tissue[marrow], grain: 0.5, soft: 2, fade: 0.4})
	// Temporal muscle outside the skull.
	h.pair(closed(69, -14, 74, 0, 74, 22, 70, 40, 64, 46, 68, 20), meat)
	// Sphenoid sinus and nasopharynx.
	s := h.between(0.7, 1.25)
	h.fill(symmetric(0, 37, 10, 38, 17, 43, 14, 52, 0, 53).move(0, -37).scale(s, s).move(0, 37).rough(h.noise(), 10, 1.5), lining)
	h.fill(symmetric(0, 39, 9, 40, 15, 44, 12, 50, 0, 51).move(0, -37).scale(s, s).move(0, 37).rough(h.noise(), 10, 1.5), black)
	h.stroke(open(0, 38, h.between(-2, 2), 44, 0, 52), 1.2, 1.2, lining)
	h.fill(symmetric(0, 58, 12, 60, 16, 68, 11, 76, 0, 77).rough(h.noise(), 12, 2), lining)
	h.fill(symmetric(0, 61, 10, 62, 13, 68, 8, 74, 0, 74).rough(h.noise(), 10, 2), black)
	// Pterygoid and chewing muscles on both sides of the jaw.
	h.pair(closed(20, 58, 32, 52, 42, 58, 42, 76, 32, 92, 22, 84), meat)
	h.pair(closed(52, 62, 60, 60, 64, 78, 60, 98, 53, 100), meat)
	for _, side := range []float64{-1, 1} {
		ramus := open(47, 54, 49, 72, 48, 92, 43, 106).rough(h.noise(), 22, 4).scale(side, 1)
		h.stroke(ramus, h.between(4, 6), h.between(5, 8), brush{signal: h.tissue[bone], soft: 2, fade: h.between(0.1, 0.4)})
		h.stroke(ramus, h.between(1.5, 3.5), h.between(2, 5), brush{signal: h.tissue[marrow], soft: 2, grain: 0.5, fade: h.between(0.1, 0.5)})
	}
	// Tongue and the floor of the mouth.
	tongue := symmetric(0, 84, 17, 86, 24, 96, 18, 110, 0, 114).rough(h.noise(), 16, 4)
	h.fill(tongue.grow(evenly(2)), brush{signal: h.tissue[bone], soft: 2, fade: h.between(0.2, 0.6)})
	h.fill(tongue, meat)
	h.flesh(tongue.grow(evenly(-3)), math.Pi/2, 0.9, 4)
	h.stroke(open(h.between(-8, 0), 84, 0, 82, h.between(2, 12), 84), 2.5, 1, brush{signal: h.tissue[bone], soft: 1})
	h.pair(closed(28, 106, 40, 104, 42, 120, 30, 126), meat)
}

func (h *head) coronalBack() {
	wide, tall := h.between(0.94, 1.05), h.between(0.95, 1.05)
	cerebellar := h.chance(0.5)
	h.coronalHead(62)
	h.ears()
	if cerebellar {
		h.brain = symmetric(0, -66, 22, -64, 45, -53, 61, -31, 67, -5, 67, 14, 62, 32, 50, 46, 34, 56, 16, 60, 8, 66, 0, 66).scale(wide, tall)
	} else {
		h.brain = symmetric(0, -66, 22, -64, 45, -53, 61, -31, 67, -5, 67, 16, 60, 34, 46, 40, 28, 38, 20, 46, 15, 58, 0, 60).scale(wide, tall)
	}
	v := h.vault()
	h.skull(v)
	h.neck(cerebellar)
	h.seat(point{0, 29})

	x := newCortex(h.canvas)
	tent := h.between(8, 16)
	cerebrum := symmetric(0, -66, 22, -64, 45, -53, 61, -31, 67, -5, 67, 14, 60, 32, 44, 38, 26, 28, 12, tent, 0, tent-6).scale(wide, tall)
	x.allow(cerebrum)
	x.forbid(symmetric(0, -26, 16, -30, 36, -16, 38, 10, 24, 20, 0, 22).scale(wide, tall))
	falx := h.fissure(x, -66*tall, -20*tall)
	for _, side := range []float64{-1, 1} {
		y := h.between(-6, 4)
		for _, p := range []path{
			open(67, y-2, 56, y, 48, y+2, 42, y+4),
			open(45, y-14, 42, y-6, 42, y+4, 44, y+12),
		} {
			p = p.scale(side*wide, tall).rough(h.noise(), 12, 2)
			x.add(p, sulcus{width: h.between(1, 3), depth: h.between(0.6, 1)})
			x.keepOff(p, 4)
		}
	}
	f := folding{spacing: 9, short: 10, long: 26, wander: 0.45, branches: 0.7, width: h.between(1, 2.8), slant: 0.6}
	x.surface(cerebrum.ring())
	x.fold(cerebrum.ring(), f)
	x.fold(falx, f)
	x.fold(reversed(falx), f)
	x.paint(h.whole(clip(h.canvas, h.canvas.cover(cerebrum, 0.8), h.inside)))

	// Brainstem, and the cerebellum on its sides or around it.
	dark := brush{signal: h.tissue[fluid], soft: 1}
	if cerebellar {
		h.hemisphere(-1, tent)
		h.hemisphere(1, tent)
		h.fill(closed(-9, 14, 0, 10, 9, 14, 10, 34, 6, 56, -6, 56, -10, 34), brush{signal: h.tissue[grey], soft: 3, grain: 0.1})
		h.fill(symmetric(0, 34, 5, 36, 3, 44, 0, 46), dark)
	} else {
		h.fill(symmetric(0, 12, 22, 18, 26, 30, 22, 46, 14, 60, 0, 62), dark)
		h.pair(closed(20, 34, 28, 32, 36, 36, 30, 44, 20, 46), brush{signal: h.tissue[grey], soft: 2, grain: 0.1})
	}
	stem := symmetric(0, 6, 12, 10, 15, 18, 17, 30, 14, 42, 9, 54, 7, 70, 6, 110, 7, 200)
	if cerebellar {
		stem = symmetric(0, 52, 7, 54, 6, 70, 6, 110, 7, 200)
	}
	h.fill(stem.rough(h.noise(), 15, 1), brush{signal: h.tissue[white] * 0.97, soft: 1.5, grain: 0.04})

	b := brush{signal: h.tissue[grey], soft: 3, grain: 0.03, fade: 0.2}
	h.pair(ellipse(11, -4, 8, 7, 0), b)
	h.bodies()
	shine := h.between(0.3, 0.8)
	for _, side := range []float64{-1, 1} {
		h.vessel(open(4, tent-4, 18, tent+6, 34, tent+18, 50, 36).scale(side, 1).rough(h.noise(), 14, 2), 0.8, 1.4, shine)
	}
	h.fill(ellipse(0, tent-6, 2.2, 2.5, 0), brush{signal: h.tissue[vein], soft: 1})
	h.falx(falx)
	x.vessels(0.3)
	h.grown()
}

// hemisphere paints one half of the cerebellum, cut from side to side.
func (h *head) hemisphere(side, tent float64) {
	outline := closed(6, tent+2, 20, tent+10, 36, 30, 54, 38, 50, 46, 34, 56, 16, 58, 8, 50, 6, 30).scale(side, 1)
	if side < 0 {
		outline = reversed(outline)
	}
	h.fill(outline.grow(evenly(1.5)), brush{signal: h.tissue[fluid], soft: 1, within: h.inside})
	x := newCortex(h.canvas)
	x.allow(outline)
	x.surface(outline.ring())
	x.fold(outline.ring(), folding{spacing: 4.5, short: 6, long: 22, wander: 0.2, branches: 0.5, width: h.between(0.6, 1.2), slant: 0.6})
	x.paint(h.whole(clip(h.canvas, h.canvas.cover(outline, 0.8), h.inside)))
}

// bodies paints the bodies of the lateral ventricles and the temporal horns.
func (h *head) bodies() {
	k := math.Exp(h.between(-0.4, 0.45))
	dark := brush{signal: h.tissue[fluid], soft: 1}
	glow := brush{signal: h.tissue[vein], soft: 1, fade: h.between(0.2, 0.6)}
	for _, side := range []float64{-1, 1} {
		body := closed(2, -17, 8, -20, 16, -18, 22, -12, 20, -10, 12, -13, 4, -12).move(-3, 15).scale(k*h.between(0.9, 1.1), k).move(3, -15)
		h.fill(body.rough(h.noise(), 12, 1).scale(side, 1), dark)
		h.stroke(open(4, -12, 9, -13, 14, -12).scale(side, 1), 1.4, 0.8, glow)
		h.stroke(open(30, 20, 35, 17, 40, 20).scale(side, 1), 1.6*k, 2*k, dark)
		h.stroke(open(31, 19, 35, 17.5, 38, 19).scale(side, 1), 0.8, 0.8, glow)
	}
	h.stroke(open(0, -6, 0.3, 0, 0, 8), 2*k, 2*k, dark)
}

// neck paints petrous bone, spine and muscles below the posterior fossa.
func (h *head) neck(cerebellar bool) {
	black := brush{signal: h.tissue[bone], soft: 1.6}
	bright := brush{signal: h.tissue[marrow], grain: 0.3, soft: 1}
	meat := brush{signal: h.tissue[muscle], grain: 0.2, soft: 2}
	if cerebellar {
		h.pair(closed(52, 38, 66, 32, 70, 48, 60, 58, 46, 54).rough(h.noise(), 8, 2), black)
	} else {
		h.pair(closed(24, 44, 44, 41, 64, 34, 70, 46, 56, 54, 34, 56).rough(h.noise(), 8, 2), black)
		for range 10 { // mastoid cells
			h.pair(h.blob(point{h.between(34, 64), h.between(42, 52)}, h.between(1, 2.5), 0.3, 0.2), brush{signal: h.tissue[mucosa], soft: 1, fade: 0.4})
		}
	}
	h.pair(closed(34, 60, 54, 60, 58, 90, 46, 110, 34, 100), meat)
	h.pair(closed(12, 66, 28, 62, 34, 74, 26, 84, 13, 80), black)
	h.pair(closed(14, 68, 26, 65, 31, 74, 25, 81, 15, 78), bright)
	for i := range 4 {
		y := 90 + 16*float64(i) + h.between(-2, 2)
		r := h.between(4, 6)
		joint := closed(10, y-r, 22+h.between(-3, 3), y-r-1, 27, y, 22+h.between(-3, 3), y+r+1, 10, y+r)
		h.pair(joint, brush{signal: h.tissue[bone], soft: 1.5, fade: h.between(0, 0.4)})
		h.pair(joint.grow(evenly(-h.between(1.2, 2.5))), brush{signal: h.tissue[marrow], grain: 0.5, soft: 2, fade: h.between(0, 0.5)})
	}
	h.fill(symmetric(0, 52, 11, 56, 9, 80, 10, 200), brush{signal: h.tissue[fluid], soft: 1})
}

// ears paints the outer ears on both sides of a head.
func (h *head) ears() {
	for _, side := range []float64{-1, 1} {
		y, out := h.between(22, 38), h.between(-1, 6)
		rim := open(76, y+14, 81+out, y+7, 84+out, y-6, 80+out, y-13, 77, y-9).scale(side, 1).rough(h.noise(), 9, 2)
		h.stroke(rim, h.between(2.5, 4), h.between(3, 5), brush{signal: h.tissue[skin], soft: 1.5, grain: 0.4})
		fold := open(75, y+3, 79+0.6*out, y, 79+0.5*out, y-7).scale(side, 1).rough(h.noise(), 9, 2)
		h.stroke(fold, h.between(1.5, 3), 2, brush{signal: h.tissue[skin], soft: 1.5, grain: 0.4, fade: h.between(0, 0.5)})
		h.stroke(rim[3:12], 0.8, 1.4, brush{signal: h.tissue[fat], soft: 1, fade: h.between(0.2, 0.8)})
	}
}
