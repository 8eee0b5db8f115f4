package study

import (
	"fmt"
	"math"
	"strings"

	"segfault/core/attack"

	"gonum.org/v1/plot"
)

// The figures of a section, as its template names them.

// at is where series i of n is drawn around a place of an axis of names; together
// they take a part of the way to the next.
func at(place, i, n int, part float64) float64 {
	return float64(place) + part*((float64(i)+0.5)/float64(n)-0.5)
}

// EpsilonFigure is Dice against ε, a line a model.
func (s *section) EpsilonFigure() (*figure, error) {
	f := newFigure(s.file("epsilon.svg"), "Dice after the attack with "+way(s.Main)+", 95 % intervals", "ε (not to scale)", "Dice")
	names := []string{"0"}
	for _, e := range s.Design.Epsilons {
		names = append(names, epsilonText(e))
	}
	f.plot.X.Tick.Marker = ticks(names...)
	f.plot.Y.Min, f.plot.Y.Max = 0, 1
	var told []string
	for i, m := range s.models {
		points := []point{{at(0, i, len(s.models), 0.3), m.mean(before, s.Main)}}
		for j, a := range s.sweep() {
			points = append(points, point{at(j+1, i, len(s.models), 0.3), m.mean(after, a)})
		}
		if err := f.add(i, m.Label, true, points); err != nil {
			return nil, err
		}
		told = append(told, fmt.Sprintf("%s from %s to %s", m.Label, number(points[0].Estimate), number(points[len(points)-1].Estimate)))
	}
	f.Alt = fmt.Sprintf("Line plot of mean Dice against ε from 0 to %s, one line a model: %s.", names[len(names)-1], strings.Join(told, ", "))
	return f, nil
}

// LossFigure is the drop by every loss and order, a series a model.
func (s *section) LossFigure() (*figure, error) {
	f := newFigure(s.file("losses.svg"), "Drop of Dice at ε = "+epsilonText(s.Epsilon)+", 95 % intervals", "loss and order of its arguments", "drop of Dice")
	var names []string
	for _, a := range s.ways() {
		names = append(names, strings.NewReplacer(", ", "\n", " the ", "\nthe ").Replace(way(a)))
	}
	f.plot.X.Tick.Marker = ticks(names...)
	for i, m := range s.models {
		var points []point
		for j, a := range s.ways() {
			points = append(points, point{at(j, i, len(s.models), 0.7), m.mean(drop, a)})
		}
		if err := f.add(i, m.Label, false, points); err != nil {
			return nil, err
		}
	}
	f.fromZero()
	var told []string
	for _, a := range s.ways() {
		told = append(told, way(a)+" "+number(s.pooled.average(drop, a)))
	}
	f.Alt = "Points with intervals: the drop of Dice of each model by each loss and order. In the mean of models: " + strings.Join(told, "; ") + "."
	return f, nil
}

// SizeFigure is the drop against the number of parameters.
func (s *section) SizeFigure() (*figure, error) {
	f := newFigure(s.file("size.svg"), "Drop of Dice at ε = "+epsilonText(s.Epsilon)+" against size, 95 % intervals", "parameters (logarithmic)", "drop of Dice")
	f.plot.X.Scale, f.plot.X.Tick.Marker = plot.LogScale{}, parameterTicks{}
	series := []attack.Method{s.Main}
	if s.Other != nil {
		series = append(series, s.Other.Swapped.This)
	}
	for i, a := range series {
		var points []point
		for _, m := range s.models {
			points = append(points, point{float64(m.Parameters), m.mean(drop, a)})
		}
		if err := f.add(i, way(a), false, points); err != nil {
			return nil, err
		}
	}
	f.fromZero()
	f.plot.X.Min, f.plot.X.Max = f.plot.X.Min/1.5, f.plot.X.Max*1.5
	var told []string
	for _, m := range s.models {
		told = append(told, fmt.Sprintf("%s (%s) %s", m.Label, millions(m.Parameters), number(m.average(drop, s.Main))))
	}
	f.Alt = fmt.Sprintf("Scatter plot of the drop of Dice against parameters. With %s: %s.", way(s.Main), strings.Join(told, ", "))
	return f, nil
}

// parameterTicks names 1, 2 and 5 in every decade.
type parameterTicks struct{}

func (parameterTicks) Ticks(low, high float64) []plot.Tick {
	var list []plot.Tick
	for decade := math.Pow(10, math.Floor(math.Log10(low))); decade <= high; decade *= 10 {
		for _, k := range []float64{1, 2, 5} {
			if v := k * decade; v >= low && v <= high {
				list = append(list, plot.Tick{Value: v, Label: fmt.Sprintf("%g M", v/1e6)})
			}
		}
	}
	return list
}

// ChangeFigure is the drop of every model without and with a change of the main
// attack.
func (s *section) ChangeFigure(a *alternative, name, without, with string) (*figure, error) {
	f := newFigure(s.file(name+".svg"), "Drop of Dice, "+without+" and "+with+", 95 % intervals", "model", "drop of Dice")
	var names, told []string
	var first, second []point
	for i, m := range s.models {
		names = append(names, strings.ReplaceAll(m.Label, "-", "\n"))
		first = append(first, point{at(i, 0, 2, 0.5), a.Without[i].Drop})
		second = append(second, point{at(i, 1, 2, 0.5), a.With[i].Drop})
		told = append(told, fmt.Sprintf("%s %s and %s", m.Label, number(a.Without[i].Drop.Estimate), number(a.With[i].Drop.Estimate)))
	}
	f.plot.X.Tick.Marker = ticks(names...)
	f.plot.X.Min, f.plot.X.Max = -0.5, float64(len(s.models))-0.5
	for i, series := range [][]point{first, second} {
		if err := f.add(i, []string{without, with}[i], false, series); err != nil {
			return nil, err
		}
	}
	f.fromZero()
	f.Alt = fmt.Sprintf("Points with intervals: each model's drop of Dice, %s and %s. %s.", without, with, strings.Join(told, "; "))
	return f, nil
}
