package phantom

// head paints brain slices.
type head struct {
	*canvas
	kind   Kind
	brain  path      // outline of the brain
	inside []float32 // its share of each pixel
	cortex *cortex
	tumour tumour
}

// shell is the thickness in millimetres of what covers the brain.
type shell struct {
	gap, skull, scalp float64
}

func (h *head) shell() shell {
	return shell{gap: h.between(0.8, 2.2), skull: h.between(4.5, 7), scalp: h.between(4, 7.5)}
}

// cover paints scalp and skull around the brain's outline, and the fluid the
// brain floats in. more adds to the scalp's thickness.
func (h *head) shells(s shell, more func(point) float64) {
	n := h.noise()
	vary := func(wavelength, reach float64) func(point) float64 {
		k := n
		n += 77
		return func(p point) float64 { return reach * k.at(p.x/wavelength, p.y/wavelength) }
	}
	gapVary, skullVary, scalpVary := vary(25, 0.5*s.gap), vary(35, 0.3*s.skull), vary(50, 0.3*s.scalp)
	gap := func(p point) float64 { return s.gap + gapVary(p) }
	skull := func(p point) float64 { return s.gap + s.skull + skullVary(p) }
	scalp := func(p point) float64 { return s.gap + s.skull + s.scalp + skullVary(p) + scalpVary(p) + more(p) }

	outer := h.brain.grow(scalp)
	table := h.brain.grow(skull)
	h.fill(outer, brush{signal: h.tissue[skin]})
	h.fill(outer.grow(evenly(-1.3)), brush{signal: h.tissue[fat], grain: 0.12})
	h.fill(table.grow(evenly(1.2)), brush{signal: h.tissue[muscle], fade: 0.4})
	h.fill(table, brush{signal: h.tissue[bone]})
	h.fill(h.brain.grow(func(p point) float64 { return s.gap + 0.72*(skull(p)-s.gap) }), brush{signal: h.tissue[marrow], grain: 0.35, soft: 1})
	h.fill(h.brain.grow(func(p point) float64 { return gap(p) + 0.38*(skull(p)-s.gap) }), brush{signal: h.tissue[bone], soft: 1})
	h.fill(h.brain.grow(func(p point) float64 { return gap(p) + 0.8 }), brush{signal: h.tissue[dura], fade: 0.5})
	h.fill(h.brain.grow(gap), brush{signal: h.tissue[fluid]})
	h.inside = h.whole(h.canvas.cover(h.brain, 0))
}
