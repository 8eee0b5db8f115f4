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
		f, err := c.draw(c.file(task))
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

// file is the name of the claim's figure.
func (c Claim) file(task string) string {
	return task + "-claim-" + strings.ReplaceAll(c.Name, " ", "-") + ".svg"
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
		f.Caption = fmt.Sprintf("What the worst of ten attacks takes of the true class's Dice beyond the worst of ten draws of noise of the same size (ε = 2/255), of each model, with simultaneous 95 %% intervals over patients. "+
			"A model whose interval lies above the upper dashed line (%g) is vulnerable, one below the lower (%g) is not.", vulnerableAbove, vulnerableBelow)
		return f, nil
	}
}

// drawSize shows R against the parameters: seeds as points, the line through them with the 90 % band of its slope, and what a negligible slope would be
// about their middle. Of so few models that there is no line the points stand alone.
func drawSize(members []member, robust [][]float64, slope *Estimate) func(name string) (*figure, error) {
	return func(name string) (*figure, error) {
		f := newFigure(name, "Robust Dice against size, 95 % intervals over patients", "parameters (logarithmic)", "robust Dice of the true class")
		f.plot.X.Scale, f.plot.X.Tick.Marker = plot.LogScale{}, parameterTicks{}
		var points []point
		var told []string
		var middle, height float64
		least, most := members[0].parameters, members[0].parameters
		for i, m := range members {
			e := stats.Student(robust[i], 1).Interval(stats.Confidence)
			points = append(points, point{float64(m.parameters) * math.Pow(1.04, float64(m.seed)-float64(Seeds-1)/2), e})
			middle, height = middle+math.Log2(float64(m.parameters))/float64(len(members)), height+e.Estimate/float64(len(members))
			told = append(told, m.name+" "+number(e.Estimate))
			least, most = min(least, m.parameters), max(most, m.parameters)
		}
		if err := f.add(0, "a model", false, points); err != nil {
			return nil, err
		}
		low, high := float64(least), float64(most)
		line, shaded := "There are too few models for a line. ", " There are too few models for a slope."
		if slope != nil {
			if err := f.slopes(*slope, low, high, middle, height); err != nil {
				return nil, err
			}
			line = fmt.Sprintf("The slope is %s for each doubling, 90 %% interval %s to %s; it is negligible within ±%g. ",
				number(slope.Wide.Estimate), number(slope.Narrow.Low), number(slope.Narrow.High), sizeCorridor)
			shaded = fmt.Sprintf(" Shaded is the 90 %% interval of the slope for each doubling; size is negligible if that lies between the two dashed lines, of ±%g a doubling.", sizeCorridor)
		}
		f.plot.X.Min, f.plot.X.Max = low/1.5, high*1.5
		f.Alt = fmt.Sprintf("Scatter plot of robust Dice against parameters. %s%s.", line, strings.Join(told, "; "))
		f.Caption = "Robust Dice R of each model (the mean over patients of what the worst attack leaves of the true class, ε = 2/255) against its parameters, seeds side by side, with 95 % intervals over patients." + shaded
		return f, nil
	}
}

// slopes draws a slope through a point, with its band and the corridor that it is held against; the axis stays as wide as the points are.
func (f *figure) slopes(slope Estimate, low, high, middle, height float64) error {
	bottom, top := f.plot.Y.Min, f.plot.Y.Max
	at := func(slope, x float64) float64 { return height + slope*(math.Log2(x)-middle) }
	for _, s := range []float64{sizeCorridor, -sizeCorridor, slope.Wide.Estimate} { // which are to be seen
		for _, x := range []float64{low, high} {
			bottom, top = min(bottom, at(s, x)), max(top, at(s, x))
		}
	}
	clamp := func(y float64) float64 { return max(bottom-1, min(top+1, y)) } // an infinite one cannot be drawn
	var around []point
	for i := range 41 {
		x := low * math.Pow(high/low, float64(i)/40)
		a, b := clamp(at(slope.Narrow.Low, x)), clamp(at(slope.Narrow.High, x))
		around = append(around, point{x, stats.Interval{Low: min(a, b), High: max(a, b)}})
	}
	shade, err := f.band(0, around)
	if err != nil {
		return err
	}
	for i, line := range []struct {
		slope float64
		name  string
	}{{slope.Wide.Estimate, "slope, with its 90 % band"}, {sizeCorridor, "negligible up to"}, {-sizeCorridor, "negligible down to"}} {
		if err := f.bound(i, line.name, low, at(line.slope, low), high, at(line.slope, high)); err != nil {
			return err
		}
	}
	slopes := len(f.thumb) - 3
	f.thumb[slopes] = append([]plot.Thumbnailer{shade}, f.thumb[slopes]...)
	f.plot.Y.Min, f.plot.Y.Max = bottom, top
	return nil
}

// pair is a comparison of two methods, and each model's difference.
type pair struct {
	name string
	each []stats.Interval
}

// drawLoss shows what another loss takes more, model by model.
func drawLoss(members []member, pairs []pair) func(name string) (*figure, error) {
	return func(name string) (*figure, error) {
		f := newFigure(name, "What another loss takes more, 95 % intervals over patients", "model, seed by seed", "Dice")
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
		f.Caption = fmt.Sprintf("What another loss takes more than DiceFocal, of each model, with 95 %% intervals over patients (ε = 2/255): cross-entropy by one step, of the true class (what the claim is decided on) and of all classes together; "+
			"by 40 steps; and the push on the mask that swapped cross-entropy is. More is an estimate of %g or more, equal an interval of 90 %% that lies between the dashed lines.", lossCorridor)
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
