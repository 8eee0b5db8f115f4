package study

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// worst is the row of a table for the worst of all attacks on each slice: robust Dice.
const worst = "worst of all, slice by slice"

// Table is the methods' means in Markdown: of each model and ε, over the slices that every method has.
func (c *Suite) Table(rows []Tested) string {
	var b strings.Builder
	for _, m := range c.Models {
		for _, budget := range c.Budgets {
			slices, of := c.complete(rows, m.Name, budget)
			if len(slices) == 0 {
				continue
			}
			fmt.Fprintf(&b, "**%s, ε = %v**, %d slices\n\n| method | Dice, any class | Dice, true class | loss | ended well for the attack |\n|---|---|---|---|---|\n", m.Name, budget, len(slices))
			line := func(name string, list []Tested, before bool) {
				var after, own, loss, ended float64
				for _, t := range list {
					if before {
						t.After, t.True = t.Before, t.TrueBefore
					} else if t.Ending.Success() {
						ended++
					}
					after, own, loss = after+t.After, own+t.True, loss+t.Loss
				}
				n := float64(len(list))
				told := fmt.Sprintf("%.3f | %.0f of %d", loss/n, ended, len(list))
				if before {
					told = " | "
				}
				fmt.Fprintf(&b, "| %s | %.3f | %.3f | %s |\n", name, after/n, own/n, told)
			}
			line("clean", of[c.Methods[0].Name], true)
			lowest := make([]Tested, len(slices))
			for i, method := range c.Methods {
				list := of[method.Name]
				line(method.Name, list, false)
				if method.Norm != c.Methods[0].Norm {
					continue
				}
				for k, t := range list {
					if i > 0 {
						t = t.worse(lowest[k])
					}
					lowest[k] = t
				}
			}
			line(worst, lowest, false)
			b.WriteString("\n")
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// worse is of each number what two attacks on a slice leave of it at worst.
func (t Tested) worse(than Tested) Tested {
	t.After, t.True, t.Loss = min(t.After, than.After), min(t.True, than.True), max(t.Loss, than.Loss)
	if than.Ending.Success() {
		t.Ending = than.Ending
	}
	return t
}

// complete are the slices that every method was tried on, and the rows of each method in their order.
func (c *Suite) complete(rows []Tested, model string, budget Budget) (list []string, of map[string][]Tested) {
	count, of := map[string]int{}, map[string][]Tested{}
	at := func(t Tested) string { return fmt.Sprint(t.Image, "\n", t.Slice) }
	for _, t := range rows {
		if t.Model == model && t.Budget == budget && slices.ContainsFunc(c.Methods, func(l Listed) bool { return l.Name == t.Method }) {
			of[t.Method], count[at(t)] = append(of[t.Method], t), count[at(t)]+1
		}
	}
	for slice, n := range count {
		if n == len(c.Methods) {
			list = append(list, slice)
		}
	}
	for method, all := range of {
		all = slices.DeleteFunc(all, func(t Tested) bool { return count[at(t)] != len(c.Methods) })
		slices.SortFunc(all, func(a, b Tested) int { return cmp.Or(cmp.Compare(a.Image, b.Image), cmp.Compare(a.Slice, b.Slice)) })
		of[method] = all
	}
	return list, of
}
