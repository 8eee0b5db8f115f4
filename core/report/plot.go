package report

import "strconv"

// The plot's size, and where its axes end.
const (
	width, height            = 360.0, 200.0
	left, right, top, bottom = 34.0, 350.0, 10.0, 168.0
)

// plot draws what is left over ε: of the attack a solid line with dots, of noise a dashed one with squares.
func plot(p *page, points []Point, sought bool) {
	most := points[len(points)-1].Epsilon
	if most == 0 {
		most = 1
	}
	x := func(epsilon float64) float64 { return left + (right-left)*epsilon/most }
	y := func(dice float64) float64 { return bottom - (bottom-top)*dice }
	what := "Dice over ε: of the attack, and of as much noise"
	if sought {
		what = "Dice with the target over ε: of the attack, and of as much noise"
	}
	p.put(`<svg viewBox="0 0 `, at(width), ` `, at(height), `" role="img" aria-label="`, what, `" font-size="11" fill="#15191d">`)
	for _, level := range []float64{0, 0.5, 1} {
		p.put(`<path d="M`, at(left), ` `, at(y(level)), `H`, at(right), `" stroke="#d5dade"/><text x="`, at(left-6), `" y="`, at(y(level)+4), `" text-anchor="end">`, short(level), `</text>`)
	}
	for _, epsilon := range []float64{0, most / 2, most} {
		p.put(`<text x="`, at(x(epsilon)), `" y="184" text-anchor="middle">`, short(epsilon), `</text>`)
	}
	p.put(`<text x="`, at((left+right)/2), `" y="197" text-anchor="middle">ε</text>`)
	line := func(of func(Point) *float64, colour, dashes string, mark func(x, y float64)) {
		path, command := "", "M"
		for _, point := range points {
			if v := of(point); v != nil {
				path += command + at(x(point.Epsilon)) + " " + at(y(*v))
				command = "L"
				mark(x(point.Epsilon), y(*v))
			}
		}
		p.put(`<path d="`, path, `" fill="none" stroke="`, colour, `" stroke-width="2" stroke-dasharray="`, dashes, `"/>`)
	}
	line(func(q Point) *float64 { return q.Attack }, "#b23c00", "none", func(x, y float64) {
		p.put(`<circle cx="`, at(x), `" cy="`, at(y), `" r="3" fill="#b23c00"/>`)
	})
	line(func(q Point) *float64 { return q.Noise }, "#005a8c", "5 4", func(x, y float64) {
		p.put(`<rect x="`, at(x-3), `" y="`, at(y-3), `" width="6" height="6" fill="#005a8c"/>`)
	})
	p.put(`<text x="346" y="22" text-anchor="end"><tspan fill="#b23c00">● attack</tspan>  <tspan fill="#005a8c">■ as much noise</tspan></text></svg>`)
}

// at is a place in the plot.
func at(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
