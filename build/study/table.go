package study

import (
	"fmt"
	"strings"

	"segfault/build/study/stats"
)

// table is a table of a report, in which the first column names the rows.
type table struct {
	Head []string
	Rows [][]string
}

func (t *table) add(cells ...string) { t.Rows = append(t.Rows, cells) }

// String is the table in Markdown.
func (t table) String() string {
	var s strings.Builder
	line := func(cells []string) { s.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(t.Head)
	s.WriteString("|---|" + strings.Repeat("---:|", len(t.Head)-1) + "\n")
	for _, row := range t.Rows {
		line(row)
	}
	return strings.TrimSuffix(s.String(), "\n")
}

// number writes a Dice coefficient or a difference of two.
func number(v float64) string {
	text := fmt.Sprintf("%.3f", v)
	if text == "-0.000" {
		text = "0.000"
	}
	return strings.Replace(text, "-", "−", 1)
}

// interval writes an estimate with its confidence interval.
func interval(i stats.Interval) string {
	return fmt.Sprintf("%s [%s, %s]", number(i.Estimate), number(i.Low), number(i.High))
}

// probability writes a p-value.
func probability(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return fmt.Sprintf("%.4f", p)
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// percents writes a range of shares.
func percents(low, high float64) string {
	if percent(low) == percent(high) {
		return percent(low)
	}
	return fmt.Sprintf("%.0f to %s", 100*low, percent(high))
}

// plural counts things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
