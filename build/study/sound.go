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
	lower, slices := c.lower(model, tried)
	if float64(lower) > weaker*float64(slices) {
		return fmt.Sprintf("%s has a lower loss than %s on %d of %d slices of %s", tried.forty(), tried.one(), lower, slices, model)
	}
	if one, forty := c.robustMean(model, tried.one()), c.robustMean(model, tried.forty()); forty > one+tie {
		return fmt.Sprintf("%s leaves more (%s) than %s (%s) of %s", tried.forty(), number(forty), tried.one(), number(one), model)
	}
	return ""
}

// lower counts the slices on which 40 steps reach a lower loss than one, and all.
func (c *cohort) lower(model string, tried battery) (lower, slices int) {
	of := c.models[model]
	for _, p := range c.patients {
		for i, t := range of[tried.forty()][p] {
			slices++
			if t.Loss < of[tried.one()][p][i].Loss-noLower {
				lower++
			}
		}
	}
	return lower, slices
}

// robustMean is R of some methods, in the mean over patients.
func (c *cohort) robustMean(model string, methods ...string) (sum float64) {
	for _, p := range c.patients {
		sum += c.robust(model, methods, p) / float64(len(c.patients))
	}
	return sum
}

// masked says that an attack without gradients leaves less of a model than all with them, which a hidden gradient would explain.
func (c *cohort) masked(model string, tried battery) bool {
	blind, others := tried.blind()
	return c.robustMean(model, blind...) < c.robustMean(model, others...)
}

// soundTable tells of each model what the protocol asks of a run before it may be used.
func (c *cohort) soundTable(members []member, tried battery) table {
	t := table{Head: []string{"model", "40 steps' loss at least one step's", "R after one step", "after 40", "attacks with gradients", "without", "may be used"}}
	blind, others := tried.blind()
	for _, m := range members {
		lower, slices := c.lower(m.name, tried)
		used := "yes"
		if c.masked(m.name, tried) {
			used = "gradients are masked"
		}
		if c.unsound(m.name, tried) != "" {
			used = "no"
		}
		t.add(m.name, fmt.Sprintf("%d of %d slices", slices-lower, slices), number(c.robustMean(m.name, tried.one())), number(c.robustMean(m.name, tried.forty())),
			number(c.robustMean(m.name, others...)), number(c.robustMean(m.name, blind...)), used)
	}
	return t
}

// worstOn counts, of each attack, the slices of some models on which it is the worst of all, of several as bad the first; and all slices.
func (c *cohort) worstOn(members []member, names []string) (worst []int, count int) {
	worst = make([]int, len(names))
	for _, m := range members {
		for _, p := range c.patients {
			for i := range c.models[m.name][names[0]][p] {
				first := 0
				for k, name := range names {
					if c.models[m.name][name][p][i].True < c.models[m.name][names[first]][p][i].True-tie {
						first = k
					}
				}
				worst[first]++
				count++
			}
		}
	}
	return worst, count
}

// AttacksTable is what the protocol's attacks leave of some models at its ε, in Markdown: each alone, with the share of slices on which it is the worst of
// all, of several as bad the first; and all together.
func AttacksTable(task string, rows []Tested, patient string) (string, error) {
	of, err := patients(patient)
	if err != nil {
		return "", err
	}
	c, tried := newCohort(task, rows, of), newBattery()
	t := table{Head: []string{"attack", "Dice of the true class", "the worst on"}}
	members, _, _ := c.members(task, nil, tried)
	names := namesOf(tried.attacks)
	worst, count := c.worstOn(members, names)
	if count == 0 {
		return "", nil
	}
	left, least := make([]float64, len(names)), 0.0
	for _, m := range members {
		for _, p := range c.patients {
			for k, name := range names {
				for _, t := range c.models[m.name][name][p] {
					left[k] += t.True
				}
			}
			least += c.robust(m.name, names, p) / float64(len(c.patients)*len(members))
		}
	}
	for k, name := range names {
		t.add(name, number(left[k]/float64(count)), percent(float64(worst[k])/float64(count)))
	}
	t.add("all, patient by patient", number(least), "")
	return strings.TrimSpace(fmt.Sprintf("%s, %s of %s:\n\n%s", plural(len(members), "model"), plural(count, "slice"), plural(len(c.patients), "patient"), t)) + "\n", nil
}
