package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Run is what one run of the bench measured: ratios are of numbers of one run.
type Run struct {
	Command string   `json:"command"`
	Load    string   `json:"load"` // processes that wanted a core in the last minutes, at its end; empty where unknown
	Results []Result `json:"results"`
	Tests   []Tested `json:"tests,omitempty"` // that were run on the device
}

// Tested is what became of a package's tests.
type Tested struct {
	Package string   `json:"package"`
	Passed  int      `json:"passed"`
	Skipped int      `json:"skipped"`
	Failed  []string `json:"failed"`
	Seconds float64  `json:"seconds"`
	Error   string   `json:"error,omitempty"` // with the end of what it said
}

// NewRun is a run that ends now.
func NewRun(command string, results []Result) Run {
	run := Run{Command: command, Results: results}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		run.Load = strings.Fields(string(load))[2]
	}
	return run
}

// ReadRun reads a run that was written as JSON.
func ReadRun(path string) (run Run, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return run, fmt.Errorf("bench: %w", err)
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return run, fmt.Errorf("bench: %s is no run that the bench wrote with -json: %w", path, err)
	}
	if len(run.Results) == 0 {
		return run, fmt.Errorf("bench: %s holds no results", path)
	}
	return run, nil
}

// WriteReport writes runs as a page of Markdown.
func WriteReport(w io.Writer, runs []Run) {
	var results []Result
	fmt.Fprint(w, "# The last bench\n\nAll ratios are of numbers of one run, its contenders in turns:\n\n")
	for _, run := range runs {
		results = append(results, run.Results...)
		fmt.Fprintf(w, "- `%s`", run.Command)
		if run.Load != "" {
			fmt.Fprintf(w, ", at whose end %s processes had been wanting a core", run.Load)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "\nAbove the number of cores, the bench's own processes counted, times are too long, and ratios of processor times are what to read.\n")
	fmt.Fprintf(w, "\n## What it ran on\n\n%s\n", strings.Join(devices(results), "\n"))
	WriteOverview(w, results)
	var ratios strings.Builder
	for _, run := range runs {
		WriteRatios(&ratios, run.Results)
	}
	if ratios.Len() > 0 {
		fmt.Fprint(w, "\n## Beside the fastest peer\n\n")
	}
	for line := range strings.Lines(ratios.String()) {
		fmt.Fprint(w, "- ", line)
	}
	for _, run := range runs {
		WriteTests(w, run.Tests)
	}
	fmt.Fprint(w, "\n## In full\n")
	for _, run := range runs {
		Write(w, run.Results)
	}
}

func devices(results []Result) (lines []string) {
	for _, r := range results {
		if line := fmt.Sprintf("- %s: %s", r.title(), r.Device); r.Device != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if !slices.ContainsFunc(results, func(r Result) bool { return r.Backend == WebGPU && r.Contender == Ours && !r.Software }) {
		lines = append(lines, "- there was no GPU: WebGPU ran on the processor, and nothing here says how fast a GPU is")
	}
	return lines
}

// WriteTests says what became of tests, if there were any.
func WriteTests(w io.Writer, tests []Tested) {
	if len(tests) > 0 {
		fmt.Fprint(w, "\n## Tests on this device\n\n")
	}
	for _, t := range tests {
		fmt.Fprintf(w, "- %s: %d passed, %d skipped, %d failed in %.0f s", t.Package, t.Passed, t.Skipped, len(t.Failed), t.Seconds)
		if len(t.Failed) > 0 {
			fmt.Fprintf(w, ": %s", strings.Join(t.Failed, ", "))
		}
		if t.Error != "" && len(t.Failed) == 0 {
			fmt.Fprintf(w, ", and ended: %s", t.Error)
		}
		fmt.Fprintln(w)
	}
}
