package study

import (
	"fmt"
	"image/color"
	"math"
	"path/filepath"
	"strings"

	"segfault/build/study/stats"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// The figures of the protocol's claims, one of each: what its verdict is read off, model by model, with the bounds of its rule.

// WriteFigures draws claims that have something to draw into a folder, and returns them in Markdown.
func WriteFigures(dir, task string, claims []Claim) (markdown string, err error) {
	for _, c := range claims {
		if c.draw == nil {
			continue
		}
		f, err := c.draw(task + "-claim-" + strings.ReplaceAll(c.Name, " ", "-") + ".svg")
		if err != nil {
			return "", err
		}
		content, err := f.svg()
		if err == nil {
			err = writeWhole(filepath.Join(dir, f.Name), content)
		}
		if err != nil {
			return "", err
		}
		markdown += fmt.Sprintf("\n![%s](%s)\n", f.Alt, f.Name)
	}
	return markdown, nil
}

// member is a model of the cohort by what tells it from the others.
type member struct {
	name        string
	place, seed int // of its width among Widths, and of its seed, from 0
	parameters  int
}

// widthTicks name the widths' places by their parameters.
func widthTicks(members []member) plot.ConstantTicks {
	t := ticks(make([]string, len(Widths))...)
	for _, m := range members {
		t[m.place].Label = fmt.Sprintf("width / %d\n%s", Widths[m.place], millions(m.parameters))
	}
	return t
}

// drawVulnerable shows what attacks take beyond noise: a point a model, with the interval that holds together with the others'.
func drawVulnerable(members []member, each []Estimate) func(name string) (*figure, error) {
	return func(name string) (*figure, error) {
		f := newFigure(name, "What the worst attack takes beyond the worst noise, simultaneous 95 % intervals", "model, seed by seed", "Dice of the true class")
		f.plot.X.Tick.Marker = widthTicks(members)
		f.widths()
		var points []point
		var told []string
		for i, m := range members {
			points = append(points, point{at(m.place, m.seed, Seeds, 0.7), each[i].Wide})
			told = append(told, m.name+" "+interval(each[i].Wide))
		}
		if err := f.add(0, "a model", false, points); err != nil {
			return nil, err
		}
		for i, b := range []struct {
			y    float64
			name string
		}{{vulnerableAbove, "vulnerable above"}, {vulnerableBelow, "not below"}} {
			if err := f.bound(i, b.name, -0.5, b.y, float64(len(Widths))-0.5, b.y); err != nil {
				return nil, err
			}
		}
		f.fromZero()
		f.Alt = fmt.Sprintf("Points with intervals: Dice that the worst attack takes beyond the worst noise, by model; above %g a model is vulnerable, below %g it is not. %s.",
			vulnerableAbove, vulnerableBelow, strings.Join(told, "; "))
		return f, nil
	}
}

// drawSize shows R against the parameters: seeds as points, the line through them, and what a negligible slope would be about their middle.
func drawSize(members []member, robust [][]float64, slope Estimate) func(name string) (*figure, error) {
	return func(name string) (*figure, error) {
		f := newFigure(name, "Robust Dice against size, 95 % intervals over patients", "parameters (logarithmic)", "robust Dice of the true class")
		f.plot.X.Scale, f.plot.X.Tick.Marker = plot.LogScale{}, parameterTicks{}
		var points []point
		var told []string
		var middle, height float64
		for i, m := range members {
			e := stats.Student(robust[i], 1).Interval(stats.Confidence)
			points = append(points, point{float64(m.parameters) * math.Pow(1.04, float64(m.seed)-float64(Seeds-1)/2), e})
			middle, height = middle+math.Log2(float64(m.parameters))/float64(len(members)), height+e.Estimate/float64(len(members))
			told = append(told, m.name+" "+number(e.Estimate))
		}
		if err := f.add(0, "a model", false, points); err != nil {
			return nil, err
		}
		least, most := members[0].parameters, members[0].parameters
		for _, m := range members {
			least, most = min(least, m.parameters), max(most, m.parameters)
		}
		low, high := float64(least), float64(most)
		along := func(slope, x float64) float64 { return height + slope*(math.Log2(x)-middle) }
		for i, line := range []struct {
			slope float64
			name  string
		}{{slope.Wide.Estimate, "slope"}, {sizeCorridor, "negligible up to"}, {-sizeCorridor, "negligible down to"}} {
			if err := f.bound(i, line.name, low, along(line.slope, low), high, along(line.slope, high)); err != nil {
				return nil, err
			}
		}
		f.plot.X.Min, f.plot.X.Max = low/1.5, high*1.5
		f.Alt = fmt.Sprintf("Scatter plot of robust Dice against parameters. The slope is %s for each doubling, 90 %% interval %s to %s; it is negligible within ±%g. %s.",
			number(slope.Wide.Estimate), number(slope.Narrow.Low), number(slope.Narrow.High), sizeCorridor, strings.Join(told, "; "))
		return f, nil
	}
}

// pair is a comparison of two methods, and each model's difference.
type pair struct {
	name string
	each []stats.Interval
}

// drawLoss shows what another loss takes more, model by model.
func drawLoss(members []member, pairs []pair) func(name string) (*figure, error) {
	return func(name string) (*figure, error) {
		f := newFigure(name, "What another loss takes more, 95 % intervals over patients", "model, seed by seed", "Dice of the true class")
		f.plot.X.Tick.Marker = widthTicks(members)
		f.widths()
		var told []string
		for i, p := range pairs {
			var points []point
			var of []string
			for k, m := range members {
				points = append(points, point{at(m.place, m.seed*len(pairs)+i, Seeds*len(pairs), 0.85), p.each[k]})
				of = append(of, m.name+" "+number(p.each[k].Estimate))
			}
			if err := f.add(i, p.name, false, points); err != nil {
				return nil, err
			}
			told = append(told, p.name+": "+strings.Join(of, ", "))
		}
		for i, y := range []float64{lossCorridor, -lossCorridor} {
			if err := f.bound(i, []string{"more above", "equal down to"}[i], -0.5, y, float64(len(Widths))-0.5, y); err != nil {
				return nil, err
			}
		}
		f.Alt = fmt.Sprintf("Points with intervals: Dice that another loss takes more than DiceFocal, by model; within ±%g they are equal. %s.", lossCorridor, strings.Join(told, "; "))
		return f, nil
	}
}

// widths leaves room about the places of all widths.
func (f *figure) widths() { f.plot.X.Min, f.plot.X.Max = -0.5, float64(len(Widths))-0.5 }

// bound draws a straight line that a rule is read off.
func (f *figure) bound(number int, name string, x0, y0, x1, y1 float64) error {
	line, err := plotter.NewLine(plotter.XYs{{X: x0, Y: y0}, {X: x1, Y: y1}})
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	line.Color, line.Width, line.Dashes = color.Gray{90}, 1, dashes[number+1]
	f.plot.Add(line)
	f.names, f.thumb = append(f.names, name), append(f.thumb, []plot.Thumbnailer{line})
	return nil
}
