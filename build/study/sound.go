package study

import (
	"fmt"
	"strings"
)

// What the protocol asks of a run before it may be used.
const (
	weaker  = 0.01 // the share of slices on which PGD may have a lower loss than FGSM
	noLower = 1e-6 // by which a loss, of six digits in the file, is not lower
)

// unsound names what the protocol forbids of a model's rows; empty where they may be used.
func (c *cohort) unsound(model string, tried battery) string {
	of := c.models[model]
	one, forty := tried.attacks[0].Name, tried.attacks[1].Name
	slices, lower := 0, 0
	for _, p := range c.patients {
		for i, t := range of[forty][p] {
			slices++
			if t.Loss < of[one][p][i].Loss-noLower {
				lower++
			}
		}
	}
	if float64(lower) > weaker*float64(slices) {
		return fmt.Sprintf("%s has a lower loss than %s on %d of %d slices of %s", forty, one, lower, slices, model)
	}
	return ""
}

// masked says that an attack without gradients leaves less of a model than all with them, which a hidden gradient would explain.
func (c *cohort) masked(model string, tried battery) bool {
	var blind, others []string
	for _, l := range tried.attacks {
		if l.Blind() {
			blind = append(blind, l.Name)
		} else {
			others = append(others, l.Name)
		}
	}
	without, with := 0.0, 0.0
	for _, p := range c.patients {
		without, with = without+c.robust(model, blind, p), with+c.robust(model, others, p)
	}
	return without < with
}

// AttacksTable is what the protocol's attacks leave of some models at its ε, in Markdown: each alone, with the share of slices on which it is the worst of
// all, of several as bad the first; and all together.
func AttacksTable(task string, rows []Tested, patient string) (string, error) {
	of, err := patients(patient)
	if err != nil {
		return "", err
	}
	c, tried := newCohort(rows, of), newBattery()
	t := table{Head: []string{"attack", "Dice of the true class", "the worst on"}}
	members, _, _ := c.members(task, nil, tried)
	names := namesOf(tried.attacks)
	left, worst, count := make([]float64, len(names)), make([]int, len(names)), 0
	var least float64
	for _, m := range members {
		for _, p := range c.patients {
			for i := range c.models[m.name][names[0]][p] {
				first := 0
				for k, name := range names {
					v := c.models[m.name][name][p][i].True
					left[k] += v
					if v < c.models[m.name][names[first]][p][i].True-tie {
						first = k
					}
				}
				worst[first]++
				count++
			}
			least += c.robust(m.name, names, p) / float64(len(c.patients)*len(members))
		}
	}
	if count == 0 {
		return "", nil
	}
	for k, name := range names {
		t.add(name, number(left[k]/float64(count)), percent(float64(worst[k])/float64(count)))
	}
	t.add("all, patient by patient", number(least), "")
	return strings.TrimSpace(fmt.Sprintf("%s, %s of %s:\n\n%s", plural(len(members), "model"), plural(count, "slice"), plural(len(c.patients), "patient"), t)) + "\n", nil
}
