package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Write prints results in Markdown, a section for each model and size: a line for
// each task and contender, and what a contender costs.
func Write(w io.Writer, results []Result) {
	for _, subject := range subjects(results) {
		fmt.Fprintf(w, "\n### %s\n\n", subject)
		of := slices.DeleteFunc(slices.Clone(results), func(r Result) bool { return r.subject() != subject })
		writeTimes(w, of)
		fmt.Fprintln(w)
		writeCosts(w, of)
	}
}

func writeTimes(w io.Writer, results []Result) {
	rows := [][]string{{"task", "contender", "median ms", "min", "max", "runs", "CPU ms", "GFLOP/s", "of matmul"}}
	for _, task := range tasksOf(results) {
		for _, r := range results {
			if t, ok := r.Times[task]; ok {
				rows = append(rows, []string{task, r.title(), number(t.Median), number(t.Min), number(t.Max), fmt.Sprint(t.Runs), number(t.CPU),
					fmt.Sprintf("%.1f", t.GFLOPs), share(t.GFLOPs, r.Peaks.MatMul)})
			} else if ms, out := r.LeftOut[task]; out {
				rows = append(rows, []string{task, r.title(), fmt.Sprintf("left out: some %.0f s", ms/1000), "–", "–", "0", "–", "–", "–"})
			}
		}
	}
	writeRows(w, rows)
}

func writeCosts(w io.Writer, results []Result) {
	rows := [][]string{{"contender", "first result, ms", "over FGSM", "download, MB", "memory, MB", "FMA, GFLOP/s", "matmul, GFLOP/s", "copy, GB/s", "convolutions, of matmul", "outside kernels", "held over live", "numbers"}}
	for _, r := range results {
		rows = append(rows, []string{r.title(), number(r.First), ratio(r.First, r.Times[FGSM].Median), mega(r.Bytes), mega(r.Memory),
			number(r.Peaks.FMA), number(r.Peaks.MatMul), number(r.Peaks.Copy), share(r.Convolutions, r.Peaks.MatMul), share(r.Outside, 1), ratio(r.Held, 1), r.verdict()})
	}
	writeRows(w, rows)
}

// WriteOverview prints a section with the medians of all models that did the
// usual tasks, if any.
func WriteOverview(w io.Writer, results []Result) {
	rows := [][]string{append([]string{"model", "contender"}, Tasks...)}
	for _, r := range results {
		if r.Times[Forward].Runs == 0 && r.Error == "" { // asked for something else
			continue
		}
		row := []string{r.subject(), r.title()}
		for _, task := range Tasks {
			row = append(row, number(r.Times[task].Median))
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		fmt.Fprint(w, "\n## Overview, median ms\n\n")
		writeRows(w, rows)
	}
}

// subject is what a result is about.
func (r Result) subject() string { return fmt.Sprintf("%s, %d×%d", r.Model, r.Size, r.Size) }

func subjects(results []Result) (names []string) {
	for _, r := range results {
		if !slices.Contains(names, r.subject()) {
			names = append(names, r.subject())
		}
	}
	return names
}

func (r Result) title() string { return fmt.Sprintf("%s, %s, %s", r.Contender, r.Backend, r.Runs) }

// verdict is whether the numbers are right.
func (r Result) verdict() string {
	c := r.Check
	switch {
	case r.Error != "":
		return "failed: " + r.Error
	case c == nil:
		return "–"
	case !c.Right():
		return fmt.Sprintf("WRONG: logits %.0e, gradient %.0e, signs %.2f %%", c.Logits, c.Gradient, 100*c.Signs)
	default:
		return fmt.Sprintf("logits %.0e, gradient %.0e, signs %.2f %%", c.Logits, c.Gradient, 100*c.Signs)
	}
}

func number(v float64) string {
	switch {
	case v == 0:
		return "–"
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func mega(bytes int64) string {
	if bytes == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", float64(bytes)/1e6)
}

func share(part, whole float64) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*part/whole)
}

func ratio(a, b float64) string {
	if a == 0 || b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", a/b)
}

// writeRows aligns a table; the first row is its head.
func writeRows(w io.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for at, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(w, "| %s%s ", cell, strings.Repeat(" ", widths[i]-len([]rune(cell))))
		}
		fmt.Fprintln(w, "|")
		if at == 0 {
			for _, n := range widths {
				fmt.Fprintf(w, "|%s", strings.Repeat("-", n+2))
			}
			fmt.Fprintln(w, "|")
		}
	}
}
