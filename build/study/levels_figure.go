package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"segfault/build/study/stats"
)

// levels are rows of methods at several ε of the scan's own pixels, which are told in levels of 255.
type levels struct {
	models, methods []string // in their order in the rows
	budgets         []Budget // from the smallest
	cohorts         []*cohort
}

func newLevels(rows []Tested) levels {
	var l levels
	for _, t := range rows {
		for list, name := range map[*[]string]string{&l.models: t.Model, &l.methods: t.Method} {
			if !slices.Contains(*list, name) {
				*list = append(*list, name)
			}
		}
		if !slices.Contains(l.budgets, t.Budget) {
			l.budgets = append(l.budgets, t.Budget)
		}
	}
	slices.SortFunc(l.budgets, func(a, b Budget) int { return int(math.Copysign(1, float64(a.Epsilon-b.Epsilon))) })
	for _, b := range l.budgets {
		l.cohorts = append(l.cohorts, cohortAt(rows, func(image string) string { return image }, b.Epsilon))
	}
	return l
}

// level is an ε in levels of 255.
func (b Budget) level() string {
	return fmt.Sprintf("%.3g", math.Round(1000*255*float64(b.Epsilon))/1000)
}

// left is R of one method, patient by patient, at an ε; of none, before.
func (l levels) left(at int, model, method string) (list []float64) {
	c := l.cohorts[max(at, 0)]
	for _, p := range c.patients {
		if at < 0 {
			list = append(list, c.clean(model, method, p))
		} else {
			list = append(list, c.robust(model, []string{method}, p))
		}
	}
	return list
}

// figure shows R against ε: a panel a model, a line an attack, a band over patients.
func (l levels) figure(name string) (*figure, error) {
	names := []string{"0"}
	for _, b := range l.budgets {
		names = append(names, b.level())
	}
	var panels []*figure
	var told []string
	for _, model := range l.models {
		f := newFigure(name, model, "ε, in levels of 255 (not to scale)", "robust Dice of the true class")
		f.plot.X.Tick.Marker = ticks(names...)
		f.plot.Y.Min, f.plot.Y.Max = 0, 1
		for i, method := range l.methods {
			var points []point
			var means []string
			for at := -1; at < len(l.budgets); at++ {
				e := stats.Student(l.left(at, model, method), 1).Interval(stats.Confidence)
				points, means = append(points, point{float64(at + 1), e}), append(means, number(e.Estimate))
			}
			if err := f.curve(i, method, points); err != nil {
				return nil, err
			}
			told = append(told, fmt.Sprintf("%s, %s: %s", model, method, strings.Join(means, ", ")))
		}
		panels = append(panels, f)
	}
	f := panels[0]
	f.title, f.panels = "Robust Dice against ε", panels[1:]
	f.Alt = fmt.Sprintf("Lines of robust Dice of the true class against ε of %s levels of 255. %s.", strings.Join(names, ", "), strings.Join(told, "; "))
	f.Caption = fmt.Sprintf("Robust Dice of the true class against ε, of the scan's own pixels, in levels of 255: of each slice the less of before and after, in the mean over %s and %s; shaded are 95 %% intervals over patients. "+
		"Noise of the same size is the line on top.", plural(l.count(), "slice"), plural(len(l.cohorts[0].patients), "patient"))
	return f, nil
}

// count is how many slices of a model there are.
func (l levels) count() (n int) {
	for _, p := range l.cohorts[0].patients {
		n += len(l.cohorts[0].models[l.models[0]][l.methods[0]][p])
	}
	return n
}

// Falling says whether R falls with ε, as the protocol asks, of every attack and model.
func (l levels) Falling() string {
	var rising []string
	for _, model := range l.models {
		for _, method := range l.methods {
			for at := range l.budgets[1:] {
				if less, more := l.cohorts[at].robustMean(model, method), l.cohorts[at+1].robustMean(model, method); more > less+tie {
					rising = append(rising, fmt.Sprintf("%s on %s, from %s to %s levels (%s to %s)", method, model, l.budgets[at].level(), l.budgets[at+1].level(), number(less), number(more)))
				}
			}
		}
	}
	if len(rising) > 0 {
		return "R rises with ε: " + strings.Join(rising, "; ") + "."
	}
	return "R falls with ε, of every attack and of noise on each model."
}
