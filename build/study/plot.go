package study

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"math"
	"regexp"
	"strings"

	"segfault/build/study/stats"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A figure is drawn by series, each with a shape, a dash and a colour of its own,
// so that it can be read without colours. Its background is white everywhere.

// figure is a plot with the words that stand for it.
type figure struct {
	Name  string // of the file
	Alt   string // what it shows, for those who cannot see it
	title string
	x, y  string
	plot  *plot.Plot
	names []string // of the series, in the legend
	thumb [][]plot.Thumbnailer
	marks []mark
	// Caption says what is seen, for those who read nothing around it; empty where the words around say so.
	Caption string
	panels  []*figure // right of this one, with its legend
	wide    bool      // without a legend
}

// mark is a point that tells its value to whoever points at it.
type mark struct {
	x, y float64
	says string
}

const (
	figureWidth  = 27.5 * vg.Centimeter
	figureHeight = 10 * vg.Centimeter
	legendWidth  = 9 * vg.Centimeter // room for the longest name in a wide typeface, where the browser has no narrow one
	textSize     = vg.Length(11)
)

// colours are dark enough on white (3:1) and differ for colour-blind eyes.
var colours = []color.Color{
	color.RGBA{0, 114, 178, 255}, color.RGBA{213, 94, 0, 255}, color.RGBA{0, 138, 100, 255},
	color.RGBA{170, 70, 130, 255}, color.RGBA{40, 40, 40, 255}, color.RGBA{140, 110, 0, 255},
}

var shapes = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}, draw.PlusGlyph{}}

var dashes = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}, {4, 2}, {10, 4}, {1, 3}, {6, 2, 1, 2, 1, 2}}

func newFigure(name, title, x, y string) *figure {
	f := &figure{Name: name, title: title, x: x, y: y, plot: plot.New()}
	face := font.Font{Typeface: "Liberation", Variant: "Sans", Size: textSize}
	p := f.plot
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	for _, s := range []*font.Font{&p.Title.TextStyle.Font, &p.X.Label.TextStyle.Font, &p.Y.Label.TextStyle.Font,
		&p.X.Tick.Label.Font, &p.Y.Tick.Label.Font, &p.Legend.TextStyle.Font} {
		*s = face
	}
	p.Title.TextStyle.Font.Size = textSize + 2
	p.Title.Padding, p.X.Padding, p.Y.Padding = 8, 4, 4
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = nil, color.Gray{225}
	p.Add(grid)
	return f
}

// fromZero makes the y axis begin at 0, unless something is below.
func (f *figure) fromZero() { f.plot.Y.Min = min(0, f.plot.Y.Min) }

// ticks names places on an axis.
func ticks(names ...string) plot.ConstantTicks {
	var t plot.ConstantTicks
	for i, name := range names {
		t = append(t, plot.Tick{Value: float64(i), Label: name})
	}
	return t
}

// point is a place with an interval of y.
type point struct {
	x float64
	stats.Interval
}

// add draws a series: its points with their intervals, joined by a line or not.
// Equal numbers look equal in all figures of a section.
func (f *figure) add(number int, name string, joined bool, points []point) error {
	xy := make(plotter.XYs, len(points))
	errors := make(plotter.YErrors, len(points))
	for i, p := range points {
		xy[i] = plotter.XY{X: p.x, Y: p.Estimate}
		errors[i].Low, errors[i].High = p.Estimate-p.Low, p.High-p.Estimate
	}
	line, marks, err := plotter.NewLinePoints(xy)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	bars, err := plotter.NewYErrorBars(struct {
		plotter.XYer
		plotter.YErrorer
	}{xy, errors})
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	c := colours[number%len(colours)]
	line.Color, line.Width, line.Dashes = c, 1.2, dashes[number%len(dashes)]
	marks.Color, marks.Radius, marks.Shape = c, 4, shapes[number%len(shapes)]
	bars.Color, bars.CapWidth = c, 5
	f.plot.Add(bars, marks)
	thumbs := []plot.Thumbnailer{marks}
	if joined {
		f.plot.Add(line)
		thumbs = append(thumbs, line)
	}
	f.names, f.thumb = append(f.names, name), append(f.thumb, thumbs)
	f.tell(name, points)
	return nil
}

// tell lets points say their intervals.
func (f *figure) tell(name string, points []point) {
	for _, p := range points {
		says := name + ": " + interval(p.Interval)
		if place := f.place(p.x); place != "" {
			says = name + ", " + place + ": " + interval(p.Interval)
		}
		f.marks = append(f.marks, mark{p.x, p.Estimate, says})
	}
}

// dots draws a series of marks that say what they tell themselves.
func (f *figure) dots(number int, name string, size vg.Length, marks []mark) error {
	xy := make(plotter.XYs, len(marks))
	for i, m := range marks {
		xy[i] = plotter.XY{X: m.x, Y: m.y}
	}
	drawn, err := plotter.NewScatter(xy)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	drawn.Color, drawn.Radius, drawn.Shape = colours[number%len(colours)], size, shapes[number%len(shapes)]
	f.plot.Add(drawn)
	f.names, f.thumb, f.marks = append(f.names, name), append(f.thumb, []plot.Thumbnailer{drawn}), append(f.marks, marks...)
	return nil
}

// curve draws a series as a line in the band of its intervals.
func (f *figure) curve(number int, name string, points []point) error {
	shade, err := f.band(number, points)
	if err != nil {
		return err
	}
	xy := make(plotter.XYs, len(points))
	for i, p := range points {
		xy[i] = plotter.XY{X: p.x, Y: p.Estimate}
	}
	line, marks, err := plotter.NewLinePoints(xy)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	c := colours[number%len(colours)]
	line.Color, line.Width, line.Dashes = c, 1.2, dashes[number%len(dashes)]
	marks.Color, marks.Radius, marks.Shape = c, 4, shapes[number%len(shapes)]
	f.plot.Add(line, marks)
	f.names, f.thumb = append(f.names, name), append(f.thumb, []plot.Thumbnailer{shade, line, marks})
	f.tell(name, points)
	return nil
}

// band shades what lies between the ends of intervals, under what is drawn later.
func (f *figure) band(number int, points []point) (plot.Thumbnailer, error) {
	var around plotter.XYs
	for _, p := range points {
		around = append(around, plotter.XY{X: p.x, Y: p.High})
	}
	for i := range points {
		p := points[len(points)-1-i]
		around = append(around, plotter.XY{X: p.x, Y: p.Low})
	}
	shade, err := plotter.NewPolygon(around)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	c := color.NRGBAModel.Convert(colours[number%len(colours)]).(color.NRGBA)
	c.A = 45
	shade.Color, shade.LineStyle.Width = c, 0
	f.plot.Add(shade)
	return shade, nil
}

// place names where a point is: the nearest of named places, or a number of parameters.
func (f *figure) place(x float64) (name string) {
	switch t := f.plot.X.Tick.Marker.(type) {
	case plot.ConstantTicks:
		nearest := math.Inf(1)
		for _, tick := range t {
			if d := math.Abs(tick.Value - x); d < nearest {
				nearest, name = d, strings.ReplaceAll(tick.Label, "\n", " ")
			}
		}
	case parameterTicks:
		name = millions(int(x))
	}
	return name
}

// style is how vgsvg writes presentation attributes; a page's security policy may
// forbid that.
var style = regexp.MustCompile(`style="([^"]*)"`)

// svg draws the figure with its legend on the right.
func (f *figure) svg() ([]byte, error) {
	canvas := vgsvg.NewWith(vgsvg.UseWH(figureWidth, figureHeight))
	all := draw.New(canvas)
	all.SetColor(color.White)
	all.Fill(all.Rectangle.Path())
	legend := plot.NewLegend()
	legend.TextStyle = f.plot.Legend.TextStyle
	legend.Top, legend.Left, legend.Padding, legend.ThumbnailWidth = true, true, 4, 36
	for i, name := range f.names {
		legend.Add(name, f.thumb[i]...)
	}
	var told strings.Builder
	panels := append([]*figure{f}, f.panels...)
	width := figureWidth - legendWidth - 6
	if f.wide {
		width = figureWidth - 12
	}
	width /= vg.Length(len(panels))
	for i, panel := range panels {
		panel.plot.BackgroundColor = color.White
		left := 6 + vg.Length(i)*width
		area := draw.Crop(all, left+min(10, vg.Length(i)*10), left+width-figureWidth, 6, -6)
		panel.plot.Draw(area)
		inner := panel.plot.DataCanvas(area)
		across, up := panel.plot.Transforms(&inner)
		for _, m := range panel.marks {
			fmt.Fprintf(&told, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"7\" fill=\"transparent\"><title>%s</title></circle>\n", float64(across(m.x)), float64(figureHeight-up(m.y)), html.EscapeString(m.says))
		}
	}
	legend.Draw(draw.Crop(all, figureWidth-legendWidth+10, -6, 6, -34))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	text := style.ReplaceAllStringFunc(out.String(), func(s string) string {
		var attributes []string
		for _, pair := range strings.Split(style.FindStringSubmatch(s)[1], ";") {
			if key, value, ok := strings.Cut(pair, ":"); ok {
				value = strings.Replace(strings.TrimSpace(value), "Liberation Sans", "Liberation Sans, Arial, Helvetica, sans-serif", 1)
				attributes = append(attributes, fmt.Sprintf("%s=%q", strings.TrimSpace(key), value))
			}
		}
		return strings.Join(attributes, " ")
	})
	head, body, _ := strings.Cut(text, ">\n<g ") // after <svg …
	body, _, _ = strings.Cut(body, "</svg>")
	return []byte(fmt.Sprintf("%s role=\"img\">\n<title>%s</title>\n<desc>%s</desc>\n<g %s%s</svg>\n", head,
		html.EscapeString(f.title), html.EscapeString(f.Alt), body, told.String())), nil
}
