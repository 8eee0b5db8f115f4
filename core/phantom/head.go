package phantom

import "math"

// head paints brain slices.
type head struct {
	*canvas
	kind   Kind
	plane  Plane
	brain  path      // outline of the brain, or of the cavity it lies in
	inside []float32 // its share of each pixel
	tumour tumour
}

// field draws the field of view in millimetres; pituitary tumours are looked
// for in a narrower one.
func (h *head) field(lo, hi float64) float64 {
	if h.kind == Pituitary {
		lo, hi = 0.9*lo, 0.93*hi
	}
	return h.between(lo, hi)
}

// pair fills a path and its mirror image, each a little different.
func (h *head) pair(p path, b brush) {
	h.fill(p.rough(h.noise(), 18, 1.8), b)
	h.fill(p.mirror().rough(h.noise(), 18, 1.8), b)
}

// pairLine strokes a path and its mirror image.
func (h *head) pairLine(p path, start, end float64, b brush) {
	h.stroke(p.rough(h.noise(), 20, 1), start, end, b)
	h.stroke(p.mirror().rough(h.noise(), 20, 1), start, end, b)
}

// ring is a closed path as an open one that ends where it began.
func (p path) ring() path { return append(append(path{}, p...), p[0]) }

// scalp paints skin and the fat beneath it.
func (h *head) scalp(outer path) {
	h.fill(outer, brush{signal: h.tissue[skin]})
	h.fill(outer.grow(evenly(-1.3)), brush{signal: h.tissue[fat], grain: 0.12})
	under := outer.grow(evenly(-h.between(3, 5)))
	for range 14 { // vessels and fibres
		i := h.IntN(len(under) - 3)
		h.stroke(under[i:i+2+h.IntN(2)], h.between(0.6, 1.8), 0.6, brush{signal: h.tissue[muscle], soft: 1, fade: h.between(0.2, 0.7)})
	}
}

// vault is the thickness in millimetres of what covers the brain.
type vault struct {
	gap, skull, scalp float64
}

func (h *head) vault() vault {
	return vault{gap: h.between(0.6, 2), skull: h.between(4.5, 7), scalp: h.between(4, 7.5)}
}

// skull paints bone, marrow and dura around the brain's outline, and the fluid
// the brain floats in.
func (h *head) skull(v vault) {
	n := h.vary(35, 0.35)
	thick := func(p point) float64 { return v.skull * (1 + n(p)) }
	slack := h.vary(25, 0.5*v.gap)
	gap := func(p point) float64 { return v.gap + slack(p) }
	layer := func(share float64) path {
		return h.brain.grow(func(p point) float64 { return gap(p) + share*thick(p) })
	}
	table := layer(1)
	h.fill(table.grow(evenly(1.2)), brush{signal: h.tissue[muscle], fade: 0.4})
	h.fill(table, brush{signal: h.tissue[bone]})
	h.fill(layer(0.75), brush{signal: h.tissue[marrow], grain: 0.7, soft: 1.5, fade: h.between(0.2, 0.85)})
	h.fill(layer(h.between(0.35, 0.5)), brush{signal: h.tissue[bone], soft: 1})
	h.fill(h.brain.grow(func(p point) float64 { return gap(p) + 0.8 }), brush{signal: h.tissue[dura], fade: 0.5})
	h.fill(h.brain.grow(gap), brush{signal: h.tissue[fluid]})
	h.inside = h.whole(h.canvas.cover(h.brain, 0))
}

// flesh fills a region with muscle bundles between sheets and lumps of fat,
// running in the direction angle. lean, 0 to 1, thins the lumps out.
func (c *canvas) flesh(p path, angle, lean, soft float64) {
	m := c.cover(p, soft)
	bundles, lumps, warp := c.noise(), c.noise(), c.noise()
	co, si := c.turn(angle)
	meat, lard := c.tissue[muscle], c.tissue[fat]
	threshold := 1.5*lean - 0.75
	for y := range m.h {
		for x := range m.w {
			a := m.a[y*m.w+x]
			if a == 0 {
				continue
			}
			i := (m.y+y)*c.size + m.x + x
			q := point{float64(m.x+x) / c.perMM, float64(m.y+y) / c.perMM}
			q = warp.shift(q, 25, 7)
			n := bundles.fractal((q.x*co+q.y*si)/34, (q.y*co-q.x*si)/13, 2)
			sheet := max(0, 1-math.Abs(n)/0.3)
			lump := lumps.at(q.x/15, q.y/15) + 0.4*n
			share := max(0.5*sheet*sheet, min(0.9, max(0, (lump-threshold)*2.5)))
			v := meat*(1+0.3*n) + share*(lard-meat)
			c.signal[i] += a * (float32(v)*(1+0.1*c.grain[i]) - c.signal[i])
		}
	}
}
