package study

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"segfault/core/attack"
	"segfault/core/lab"
)

// crafted names, in a table of methods, an attack by the model that it was made on; the row's model is who judges.
func crafted(method, model string) string { return method + " on " + model }

// judges are all models before a slice; the one that attacks are made on is among them, and needs no second session.
func (c *Suite) judges(s *lab.Subject, slice int, own *seat) (list []*seat, err error) {
	for _, m := range c.Models {
		judge := own
		if m.Name != own.Name {
			if judge, err = newSeat(s, slice, m); err != nil {
				return nil, err // nothing is compiled yet that had to be freed
			}
		}
		list = append(list, judge)
	}
	return list, nil
}

// passOn shows an attacked slice to every judge, and tells of the one that it was made on last: with its row all are there.
func (c *Suite) passOn(ctx context.Context, s *lab.Subject, own *seat, judges []*seat, method attack.Method, f *attack.Fault, t Tested, each func(Tested) error) error {
	shown := *s
	if t.Of != OfInput {
		settled, err := s.Settle(t.Slice, own.Model.Model, method, f.Moved)
		if err != nil {
			return err
		}
		scan := *s.Scan
		scan.Values = slices.Clone(s.Scan.Values)
		copy(scan.Values[t.Slice*s.Scan.Width*s.Scan.Height:], settled.Values)
		shown.Scan = &scan
	}
	slices.SortStableFunc(judges, func(a, b *seat) int { return later(a.Name == own.Name, b.Name == own.Name) })
	for _, judge := range judges {
		if t.Of == OfInput && (judge.Net.Shape().In != own.Net.Shape().In || judge.Normalisation != own.Normalisation) {
			return errors.New("study: models that see a slice with other channels or another normalisation see nothing of an attack on the input of one; attack the scan's own pixels with -of " + string(OfScan))
		}
		image, err := f.Adversarial, error(nil)
		switch {
		case t.Of != OfInput:
			image, err = shown.Image(t.Slice, judge.Model.Model)
		case judge != own:
			height, width := s.InputSize(own.Model.Model)
			image, err = lab.Seen(judge.Problem.Image, judge.Model.Model.Size, attack.Minus(f.Adversarial, own.Problem.Image), width, height)
		}
		if err != nil {
			return err
		}
		if judge.clean == nil {
			if judge.clean, err = judge.Predict(ctx, judge.Problem.Image); err != nil {
				return err
			}
		}
		logits, err := judge.Predict(ctx, image)
		if err != nil {
			return err
		}
		t.Model = judge.Name
		if err := judge.measure(ctx, &t, logits); err != nil {
			return err
		}
		if err := each(t); err != nil {
			return err
		}
	}
	return nil
}

// TransferTable is a matrix in Markdown of each method: Dice of the true class that every model has left, in the mean over slices, of attacks that were
// made on each, and of as much noise, which is no attack to have a matrix of its own.
func (c *Suite) TransferTable(rows []Tested) string {
	var b strings.Builder
	mean := func(budget Budget, method, model string, of func(Tested) float64) string {
		sum, n := 0.0, 0
		for _, t := range rows {
			if t.Budget == budget && t.Method == method && t.Model == model {
				sum, n = sum+of(t), n+1
			}
		}
		if n == 0 {
			return "–"
		}
		return fmt.Sprintf("%.3f", sum/float64(n))
	}
	strewn := func(m Listed) bool { return m.Method.Name == attack.Noise }
	for _, budget := range c.Budgets {
		for _, method := range c.Methods {
			beside := slices.IndexFunc(c.Methods, func(m Listed) bool { return strewn(m) && m.Norm == method.Norm })
			if strewn(method) && len(c.Methods) > 1 {
				continue
			}
			t := table{Head: []string{"made on"}}
			clean := []string{"nothing: the slice itself"}
			for _, m := range c.Models {
				t.Head = append(t.Head, m.Name)
				clean = append(clean, mean(budget, crafted(method.Name, m.Name), m.Name, func(t Tested) float64 { return t.TrueBefore }))
			}
			t.add(clean...)
			for _, on := range c.Models {
				row := []string{on.Name}
				for _, m := range c.Models {
					row = append(row, mean(budget, crafted(method.Name, on.Name), m.Name, func(t Tested) float64 { return t.True }))
				}
				t.add(row...)
			}
			if beside >= 0 && !strewn(method) {
				row := []string{"as much noise"}
				for _, m := range c.Models {
					row = append(row, mean(budget, crafted(c.Methods[beside].Name, m.Name), m.Name, func(t Tested) float64 { return t.True }))
				}
				t.add(row...)
			}
			fmt.Fprintf(&b, "**%s, ε = %v**: Dice of the true class that a column's model has left\n\n%s\n\n", method.Name, budget, t)
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
