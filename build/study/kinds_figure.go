package study

import (
	"fmt"
	"image/color"
	"strings"

	"segfault/build/data"
	"segfault/core/attack"

	"gonum.org/v1/plot/plotter"
)

// foundAs are the ways in which a tumour is found, or not: as its own kind, which Dice of the true class of 0.5 or more says; as another, which Dice of
// all classes together then says; or not at all.
var foundAs = [3]string{"as its own kind", "as another kind", "not found"}

// found is which of them.
func found(union, own float64) int {
	switch {
	case union < 0.5:
		return 2
	case own < 0.5:
		return 1
	}
	return 0
}

// kindCounts counts, of each class, what slices are taken for before an attack and after it.
func kindCounts(rows []Row, classes []data.Class) [][3][3]int {
	counts := make([][3][3]int, len(classes))
	for _, r := range rows {
		if r.Attack.Name == attack.Noise {
			continue
		}
		if k := data.ClassOf(r.Image, classes); k >= 0 {
			counts[k][found(r.Before, r.TrueBefore)][found(r.After, r.TrueAfter)]++
		}
	}
	return counts
}

// kindsFigure shows what tumours are taken for before an attack and after it: a panel a kind, a row of cells a way before, a column a way after.
func kindsFigure(name string, rows []Row, classes []data.Class) (*figure, error) {
	var panels []*figure
	var told []string
	models, count := map[string]bool{}, 0
	for _, r := range rows {
		if models[r.Model] = true; r.Attack.Name != attack.Noise {
			count++
		}
	}
	for k, counts := range kindCounts(rows, classes) {
		f := newFigure(name, classes[k].Name, "after the attack", "before")
		f.plot.X.Tick.Marker = ticks("own kind", "another", "not")
		f.plot.Y.Tick.Marker = ticks("not", "another", "own kind")
		f.plot.Y.Tick.Label.Rotation, f.plot.Y.Tick.Label.XAlign, f.plot.Y.Tick.Label.YAlign = 1.5708, -0.5, 0
		var labels plotter.XYLabels
		for was, row := range counts {
			all := row[0] + row[1] + row[2]
			told = append(told, fmt.Sprintf("%s, %s before, %d: after it %d %s, %d %s, %d %s", classes[k].Name, foundAs[was], all, row[0], foundAs[0], row[1], foundAs[1], row[2], foundAs[2]))
			for is, n := range row {
				share := float64(n) / float64(max(all, 1))
				x, y := float64(is), float64(2-was)
				cell, err := plotter.NewPolygon(plotter.XYs{{X: x - 0.5, Y: y - 0.5}, {X: x + 0.5, Y: y - 0.5}, {X: x + 0.5, Y: y + 0.5}, {X: x - 0.5, Y: y + 0.5}})
				if err != nil {
					return nil, fmt.Errorf("study: %w", err)
				}
				cell.Color, cell.LineStyle.Color, cell.LineStyle.Width = color.NRGBA{0, 114, 178, uint8(150 * share)}, color.Gray{150}, 0.5
				f.plot.Add(cell)
				labels.XYs, labels.Labels = append(labels.XYs, plotter.XY{X: x, Y: y}), append(labels.Labels, fmt.Sprintf("%d\n%s", n, percent(share)))
				f.marks = append(f.marks, mark{x, y, fmt.Sprintf("%s, before %s, after %s: %d of %d (%s)", classes[k].Name, foundAs[was], foundAs[is], n, all, percent(share))})
			}
		}
		drawn, err := plotter.NewLabels(labels)
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		for i := range drawn.TextStyle {
			drawn.TextStyle[i] = f.plot.X.Tick.Label
			drawn.TextStyle[i].XAlign, drawn.TextStyle[i].YAlign = -0.5, -0.5
		}
		f.plot.Add(drawn)
		f.plot.X.Min, f.plot.X.Max, f.plot.Y.Min, f.plot.Y.Max = -0.5, 2.5, -0.5, 2.5
		panels = append(panels, f)
	}
	f := panels[0]
	f.title, f.panels, f.wide = "What tumours are taken for, before an attack and after it", panels[1:], true
	f.Alt = "Tables of what slices are found as, before an attack (rows) and after it (columns), a table a kind of tumour. " + strings.Join(told, "; ") + "."
	f.Caption = fmt.Sprintf("What %d models together take %d slices for, before one step with DiceFocal at ε = %s (rows) and after it (columns), a panel a kind: slices, and their share of the row, which is the deeper the larger. "+
		"Found is a Dice of 0.5 or more of all classes together; as its own kind, of the true class.", len(models), count/len(models), epsilonText(rows[0].Attack.Epsilon))
	return f, nil
}
