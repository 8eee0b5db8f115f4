package report

import "strconv"

// The plot's size, and where its axes end.
const (
	width, height            = 360.0, 212.0
	left, right, top, bottom = 34.0, 350.0, 22.0, 180.0
)

// series is a line of the plot: solid of the attack and dashed of noise, with full marks of all classes together and hollow ones of the true class.
type series struct {
	name, colour, dashes string
	round, hollow        bool
	of                   func(Point) *float64
}

var plotted = []series{
	{"attack", "#b23c00", "none", true, false, func(q Point) *float64 { return q.Attack.Dice }},
	{"its true class", "#b23c00", "none", true, true, func(q Point) *float64 { return q.Attack.True }},
	{"as much noise", "#005a8c", "5 4", false, false, func(q Point) *float64 { return q.Noise.Dice }},
	{"its true class", "#005a8c", "5 4", false, true, func(q Point) *float64 { return q.Noise.True }},
}

// plot draws what is left over ε. Where the true class has everywhere what all classes have, its lines are left out.
func plot(p *page, points []Point, sought bool) {
	most := points[len(points)-1].Epsilon
	if most == 0 {
		most = 1
	}
	x := func(epsilon float64) float64 { return left + (right-left)*epsilon/most }
	y := func(dice float64) float64 { return bottom - (bottom-top)*dice }
	differ := apart(points)
	what := "Dice over ε: of the attack, and of as much noise"
	switch {
	case sought:
		what = "Dice with the target over ε: of the attack, and of as much noise"
	case differ:
		what += ", each of all classes together and of the true class"
	}
	p.put(`<svg viewBox="0 0 `, at(width), ` `, at(height), `" role="img" aria-label="`, what, `" font-size="11" fill="#15191d">`)
	for _, level := range []float64{0, 0.5, 1} {
		p.put(`<path d="M`, at(left), ` `, at(y(level)), `H`, at(right), `" stroke="#d5dade"/><text x="`, at(left-6), `" y="`, at(y(level)+4), `" text-anchor="end">`, short(level), `</text>`)
	}
	for k, epsilon := range []float64{0, most / 2, most} {
		p.put(`<text x="`, at(x(epsilon)), `" y="`, at(bottom+16), `" text-anchor="`, []string{"start", "middle", "end"}[k], `">`, short(epsilon), `</text>`)
	}
	p.put(`<text x="`, at((left+right)/2), `" y="`, at(bottom+29), `" text-anchor="middle">ε</text>`)
	key := left
	for _, s := range plotted {
		if s.hollow && !differ {
			continue
		}
		path, command := "", "M"
		for _, point := range points {
			if v := s.of(point); v != nil {
				path += command + at(x(point.Epsilon)) + " " + at(y(*v))
				command = "L"
			}
		}
		p.put(`<path d="`, path, `" fill="none" stroke="`, s.colour, `" stroke-width="2" stroke-dasharray="`, s.dashes, `"/>`)
		for _, point := range points {
			if v := s.of(point); v != nil {
				s.mark(p, x(point.Epsilon), y(*v))
			}
		}
		s.mark(p, key+4, 8)
		p.put(`<text x="`, at(key+12), `" y="12" fill="`, s.colour, `">`, s.name, `</text>`)
		key += 20 + 5.6*float64(len(s.name))
	}
	p.put(`</svg>`)
}

// mark is what stands on a series at its points, and in the key.
func (s *series) mark(p *page, x, y float64) {
	fill := s.colour
	if s.hollow {
		fill = "#fff"
	}
	if s.round {
		p.put(`<circle cx="`, at(x), `" cy="`, at(y), `" r="3`)
	} else {
		p.put(`<rect x="`, at(x-3), `" y="`, at(y-3), `" width="6" height="6`)
	}
	p.put(`" fill="`, fill, `" stroke="`, s.colour, `" stroke-width="1.5"/>`)
}

// apart says whether the true class has another Dice anywhere than all classes together.
func apart(points []Point) bool {
	for _, q := range points {
		for _, l := range []Left{q.Attack, q.Noise} {
			if l.True != nil && score(l.Dice) != score(l.True) {
				return true
			}
		}
	}
	return false
}

// at is a place in the plot.
func at(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
