package phantom

import "math"

// cortex folds the brain's surface. Sulci are grown as curves from the
// surface inwards, each keeping its distance from the others; grey matter
// then lies along every sulcus and along the surface, white matter elsewhere.
type cortex struct {
	*canvas
	plan  *canvas   // a coarse map in which sulci find their way
	taken []bool    // where in the plan no further sulcus may pass
	near  []float32 // size×size, millimetres to the nearest surface of grey matter
	open  []float32 // size×size, share of cerebrospinal fluid
	sulci []path
}

const (
	planCells = 160
	planField = 240.0 // millimetres
	beyond    = 4.5   // millimetres from a sulcus that are of no further interest
	ribbon    = 3.2   // thickness of the grey matter in millimetres
)

func newCortex(c *canvas) *cortex {
	x := &cortex{
		canvas: c,
		plan:   &canvas{size: planCells},
		taken:  make([]bool, planCells*planCells),
		near:   make([]float32, c.size*c.size),
		open:   make([]float32, c.size*c.size),
	}
	x.plan.view(planField, point{}, 0, false)
	for i := range x.taken {
		x.taken[i] = true
	}
	for i := range x.near {
		x.near[i] = beyond
	}
	return x
}

// allow lets sulci grow inside the closed path, forbid keeps them out of it.
func (x *cortex) allow(p path)  { x.set(p, false) }
func (x *cortex) forbid(p path) { x.set(p, true) }

func (x *cortex) set(p path, taken bool) {
	for i, a := range x.plan.whole(x.plan.cover(p, 0)) {
		if a > 0.5 {
			x.taken[i] = taken
		}
	}
}

func (x *cortex) blocked(p point) bool {
	q := x.plan.place(p)
	i, j := int(q.x), int(q.y)
	return i < 0 || j < 0 || i >= planCells || j >= planCells || x.taken[j*planCells+i]
}

// keepOff blocks the plan within some millimetres of a path.
func (x *cortex) keepOff(p path, clearance float64) {
	m := mask{w: planCells, h: planCells}
	cells := p.each(x.plan.place)
	for i := 1; i < len(cells); i++ {
		eachNear(m, cells[i-1], cells[i], clearance*x.plan.perMM, func(j int, _, _ float64) { x.taken[j] = true })
	}
}

// sulcus is how one sulcus is drawn.
type sulcus struct {
	width float64 // millimetres between its banks
	depth float64 // 1 where it runs straight through the slice, less where it is cut obliquely
}

// surface lines a path with grey matter without opening it.
func (x *cortex) surface(p path) { x.add(p, sulcus{}) }

// add draws a sulcus along a path.
func (x *cortex) add(p path, s sulcus) {
	m := mask{w: x.size, h: x.size}
	line := p.resample(2.5)
	px := line.each(x.place)
	half := float32(s.width / 2)
	edge := float32(max(0.9, 1/x.perMM))
	uneven := x.vary(9, 0.6)
	for i := 1; i < len(px); i++ {
		// A sulcus narrows towards its bottom.
		taper := float32((1 - 0.5*float64(i)/float64(len(px))) * (1 + uneven(line[i])))
		eachNear(m, px[i-1], px[i], beyond*x.perMM, func(j int, d, _ float64) {
			mm := float32(d / x.perMM)
			x.near[j] = min(x.near[j], mm)
			if half > 0 {
				r := half * taper
				overlap := (min(mm+edge/2, r) - max(mm-edge/2, -r)) / edge
				// Its banks slope away from the slice and are dimmed by partial volume.
				slope := max(0, 1-mm/(1.8+r))
				x.open[j] = max(x.open[j], float32(s.depth)*max(overlap, 0.4*slope*slope))
			}
		})
	}
	if s.width > 0 {
		x.sulci = append(x.sulci, p)
	}
}

// grow follows a sulcus inwards from start until it meets something.
func (x *cortex) grow(start point, angle, length, wander float64) path {
	const step = 1.5
	p := path{start}
	heading, turn := angle, 0.0
	for walked := step; walked < length; walked += step {
		turn += x.between(-1, 1) * wander
		turn *= 0.8
		heading += turn - 0.08*math.Remainder(heading-angle, 2*math.Pi)
		next := p[len(p)-1].along(heading, step)
		if walked > 3 && x.blocked(next) {
			break
		}
		p = append(p, next)
	}
	return p
}

// folding says how a stretch of surface is folded.
type folding struct {
	spacing     float64 // millimetres between neighbouring sulci
	short, long float64 // lengths in millimetres
	wander      float64 // how much they wind
	branches    float64 // chance of a side branch per sulcus
	width       float64 // widest opening in millimetres
	slant       float64 // how far they lean from the normal, radians
}

// fold grows sulci from a path whose right-hand side is brain: first deep ones
// straight inwards, then shallow ones into the room between them.
func (x *cortex) fold(p path, f folding) {
	p = p.resample(1.5)
	if len(p) < 3 {
		return
	}
	deep, shallow := f, f
	deep.short, deep.slant = (f.short+f.long)/2, f.slant/2
	shallow.long, shallow.width, shallow.branches = (f.short+f.long)/2, 0.7*f.width, f.branches/2
	for _, f := range []folding{deep, shallow} {
		for _, i := range x.Perm(len(p) - 2) {
			along := p[i+2].minus(p[i])
			normal := math.Atan2(along.x, -along.y)
			if start := p[i+1]; !x.blocked(start.along(normal, 3)) {
				x.sprout(start, normal+x.between(-f.slant, f.slant), f)
			}
		}
	}
}

// sprout grows one sulcus, perhaps with a branch, where there is room for it.
func (x *cortex) sprout(start point, angle float64, f folding) {
	s := x.grow(start, angle, x.between(f.short, f.long), f.wander)
	if len(s) < 4 {
		return
	}
	look := sulcus{width: f.width * x.between(0.3, 1), depth: x.between(0.25, 1)}
	x.add(s, look)
	x.keepOff(s, f.spacing/2)
	if !x.chance(f.branches) {
		return
	}
	k := len(s)/3 + x.IntN(len(s)/2)
	v := s[k].minus(s[k-1])
	side := math.Atan2(v.y, v.x) + x.sign()*x.between(0.8, 1.4)
	if from := s[k].along(side, f.spacing/2+1); !x.blocked(from) {
		b := append(path{s[k]}, x.grow(from, side, x.between(4, f.short), f.wander)...)
		x.add(b, look)
		x.keepOff(b, f.spacing/2)
	}
}

// scatter grows winding sulci from random places: what a cut along the surface
// shows of it.
func (x *cortex) scatter(count int, f folding) {
	for range count {
		p := point{x.between(-80, 85), x.between(-70, 40)}
		if !x.blocked(p) {
			x.sprout(p, x.between(0, 2*math.Pi), f)
		}
	}
}

// paint blends the folded brain into the canvas.
func (x *cortex) paint(inside []float32) {
	w, g, f := float32(x.tissue[white]), float32(x.tissue[grey]), float32(x.tissue[fluid])
	for i, a := range inside {
		if a == 0 {
			continue
		}
		share := min(1, max(0, (ribbon+1.1-x.near[i])/2.2))
		v := w + share*(g-w)
		v *= 1 + 0.03*x.grain[i]
		v += x.open[i] * (f - v)
		x.signal[i] += a * (v - x.signal[i])
	}
}

// vessels lets contrast-filled veins shine in some of the sulci.
func (x *cortex) vessels(share float64) {
	for _, s := range x.sulci {
		if !x.chance(share) || len(s) < 5 {
			continue
		}
		i := x.IntN(len(s) - 3)
		n := 2 + x.IntN(len(s)-i-2)
		x.stroke(s[i:i+n], x.between(0.4, 1.4), 0.4, brush{signal: x.tissue[vein], soft: 1.5, fade: x.between(0.2, 0.8), grain: 0.3})
	}
}
