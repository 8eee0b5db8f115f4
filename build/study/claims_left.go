package study

import (
	"strings"

	"segfault/build/study/stats"
)

// leftHead is of what noise and attacks leave of a model.
var leftHead = []string{"attacked slices: clean", "worst noise", "worst attack", "relative drop"}

// left is a model's Dice of the true class on the attacked slices, clean, under the worst noise and, with its interval over patients, under
// the worst attack; and the relative drop.
func (c *cohort) left(model string, tried battery) []string {
	noise, attacks := namesOf(tried.noise), namesOf(tried.attacks)
	var clean, robust, drops []float64
	for _, p := range c.patients {
		before, after := c.clean(model, attacks[0], p), c.robust(model, attacks, p)
		drop := before
		if before > 0 {
			drop = (before - after) / before
		}
		clean, robust, drops = append(clean, before), append(robust, after), append(drops, drop)
	}
	return []string{number(meanOf(clean)), number(c.robustMean(model, noise...)), interval(stats.Student(robust, 1).Interval(stats.Confidence)), percent(meanOf(drops))}
}

func meanOf(values []float64) (sum float64) {
	for _, v := range values {
		sum += v / float64(len(values))
	}
	return sum
}

// LeftTables are, in Markdown, what noise and the protocol's attacks leave of each model at its ε, and whether its rows may be used.
func LeftTables(task string, rows []Tested, patient string) (string, error) {
	of, err := patients(patient)
	if err != nil {
		return "", err
	}
	c, tried := newCohort(task, rows, of), newBattery()
	members, _, _ := c.members(task, nil, tried)
	if len(members) == 0 {
		return "", nil
	}
	t := table{Head: append([]string{"model"}, leftHead...)}
	for _, m := range members {
		t.add(append([]string{m.name}, c.left(m.name, tried)...)...)
	}
	return strings.TrimSpace(t.String()) + "\n\n" + strings.TrimSpace(c.soundTable(members, tried).String()) + "\n", nil
}
