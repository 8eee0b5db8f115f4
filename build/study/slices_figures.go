package study

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Two figures of the protocol that are of slices: what is left of each, and which attack is the worst of how many.

// sliceMean is a slice's Dice of the true class in the mean of models: before, and of the worst attack on each.
type sliceMean struct {
	image         string
	slice         int
	before, after float64
}

// sliceMeans are all slices in the order of their clean Dice.
func (c *cohort) sliceMeans(members []member, names []string) (list []sliceMean) {
	at := map[string]int{}
	for _, m := range members {
		of := c.models[m.name]
		for _, p := range c.patients {
			for i, t := range of[names[0]][p] {
				least := t.TrueBefore
				for _, name := range names {
					least = min(least, of[name][p][i].True)
				}
				key := fmt.Sprint(t.Image, "\n", t.Slice)
				if _, known := at[key]; !known {
					at[key], list = len(list), append(list, sliceMean{image: t.Image, slice: t.Slice})
				}
				s := &list[at[key]]
				s.before, s.after = s.before+t.TrueBefore/float64(len(members)), s.after+least/float64(len(members))
			}
		}
	}
	slices.SortFunc(list, func(a, b sliceMean) int {
		return cmp.Or(cmp.Compare(a.before, b.before), cmp.Compare(a.image, b.image), cmp.Compare(a.slice, b.slice))
	})
	return list
}

// slicesFigure shows every slice before and after the worst attack, in the order of what was found before.
func (c *cohort) slicesFigure(name string, members []member, attacks []string) (*figure, error) {
	list := c.sliceMeans(members, attacks)
	f := newFigure(name, "Every slice before and after the worst attack", "slices in the order of their clean Dice", "Dice of the true class")
	var before, after []mark
	lost, sum := 0, 0.0
	for i, s := range list {
		says := fmt.Sprintf("%s, slice %d: %s, after it %s", s.image, s.slice, number(s.before), number(s.after))
		before, after = append(before, mark{float64(i + 1), s.before, says}), append(after, mark{float64(i + 1), s.after, says})
		fall, err := plotter.NewLine(plotter.XYs{{X: float64(i + 1), Y: s.before}, {X: float64(i + 1), Y: s.after}})
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		fall.Color, fall.Width = colours[4], 0.4
		f.plot.Add(fall)
		if sum += s.before - s.after; s.before >= 0.5 && s.after < 0.5 {
			lost++
		}
	}
	if err := f.dots(0, "before", 2.5, before); err != nil {
		return nil, err
	}
	if err := f.dots(1, "after the worst attack", 2.5, after); err != nil {
		return nil, err
	}
	f.plot.X.Min, f.plot.X.Max, f.plot.Y.Min, f.plot.Y.Max = 0, float64(len(list)+1), 0, 1
	least, most := list[0], list[len(list)-1]
	f.Alt = fmt.Sprintf("Two points a slice, %d slices in the order of their clean Dice of the true class, from %s to %s: before and after the worst attack. In the mean it takes %s; from 0.5 or more to less it brings %s.",
		len(list), number(least.before), number(most.before), number(sum/float64(len(list))), plural(lost, "slice"))
	f.Caption = fmt.Sprintf("Each of the %d attacked slices before (circles) and after (squares) the worst of ten attacks at ε = 2/255: Dice of the true class in the mean of %s. The worst attack is chosen of each slice and each model.",
		len(list), plural(len(members), "model"))
	return f, nil
}

// worstFigure shows attack by attack, and width by width, the share of slices on which it is the worst.
func (c *cohort) worstFigure(name string, members []member, attacks []string) (*figure, error) {
	f := newFigure(name, "Which attack is the worst, of how many slices", "attack", "share of the slices, %")
	var names []string
	for _, attack := range attacks { // as many lines each: what has fewer would stand lower
		lines := strings.Fields(strings.ReplaceAll(attack, "/", " /"))
		for len(lines) < 3 {
			lines = append(lines, " ")
		}
		names = append(names, strings.Join(lines, "\n"))
	}
	f.plot.X.Tick.Marker = ticks(names...)
	f.plot.X.Min, f.plot.X.Max = -0.5, float64(len(attacks))-0.5
	var told []string
	for place, width := range Widths {
		of := slices.DeleteFunc(slices.Clone(members), func(m member) bool { return m.place != place })
		if len(of) == 0 {
			continue
		}
		worst, count := c.worstOn(of, attacks)
		series := fmt.Sprintf("width / %d, %s", width, plural(len(of), "model"))
		var marks []mark
		var shares []string
		for k, attack := range attacks {
			share := float64(worst[k]) / float64(count)
			m := mark{at(k, place, len(Widths), 0.6), 100 * share, fmt.Sprintf("%s, %s: %s of %d slices", series, attack, percent(share), count)}
			stem, err := plotter.NewLine(plotter.XYs{{X: m.x, Y: 0}, {X: m.x, Y: m.y}})
			if err != nil {
				return nil, fmt.Errorf("study: %w", err)
			}
			stem.Color, stem.Width = colours[place], 2
			f.plot.Add(stem)
			marks, shares = append(marks, m), append(shares, attack+" "+percent(share))
		}
		if err := f.dots(place, series, vg.Length(4), marks); err != nil {
			return nil, err
		}
		told = append(told, series+": "+strings.Join(shares, ", "))
	}
	f.plot.Y.Min = 0
	f.Alt = fmt.Sprintf("The share of slices on which each attack leaves the least Dice of the true class, by width. %s.", strings.Join(told, "; "))
	f.Caption = "The share of slices on which each attack leaves the least of the true class's Dice, at ε = 2/255, width by width, seeds together; of several that are as bad to 0.0001 the first is counted."
	return f, nil
}
