package bench

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// WriteReport writes results as a page of Markdown: what must be true and
// whether it is, then everything that was measured.
func WriteReport(w io.Writer, command string, results []Result) {
	fmt.Fprintf(w, "# The last bench\n\nWritten by `%s`; numbers of one run, contenders in turns.\n", command)
	var devices []string
	for _, r := range results {
		if line := fmt.Sprintf("- %s: %s", r.title(), r.Device); r.Device != "" && !slices.Contains(devices, line) {
			devices = append(devices, line)
		}
	}
	fmt.Fprintf(w, "\n## What it ran on\n\n%s\n", strings.Join(devices, "\n"))
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Fprintf(w, "- at the end, %s processes had been wanting a core in the last minutes, the bench's own among them: "+
			"above the number of cores, times are too long, and ratios of processor times are what to read\n", strings.Fields(string(load))[2])
	}
	if !slices.ContainsFunc(results, func(r Result) bool { return r.Backend == WebGPU && !r.Software }) {
		fmt.Fprintln(w, "- there was no GPU: WebGPU ran on the processor, and nothing here says how fast a GPU is")
	}
	fmt.Fprint(w, "\n## What must show\n\n")
	rows := [][]string{{"model", "what", "measured", "processor time", "wanted", "holds"}}
	for _, model := range models(results) {
		for _, c := range Claims(results, model) {
			rows = append(rows, c.row(model))
		}
	}
	writeRows(w, rows)
	fmt.Fprint(w, "\n## Measured\n\n")
	Write(w, results)
	fmt.Fprintln(w)
	var ratios strings.Builder
	WriteRatios(&ratios, results)
	for line := range strings.Lines(ratios.String()) {
		fmt.Fprint(w, "- ", line)
	}
}

func models(results []Result) (names []string) {
	for _, r := range results {
		if !slices.Contains(names, r.Model) {
			names = append(names, r.Model)
		}
	}
	return names
}

func (c Claim) row(model string) []string {
	sign, holds := "≤", "no"
	if c.AtLeast {
		sign = "≥"
	}
	switch {
	case math.IsNaN(c.Measured):
		holds = "not measured"
	case c.Holds():
		holds = "yes"
	}
	return []string{model, c.What, decimals(c.Measured), decimals(c.Processor), fmt.Sprintf("%s %v", sign, c.Bound), holds}
}

func decimals(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.2f", v)
}
