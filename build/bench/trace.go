package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"segfault/core"
	"segfault/kernels"
)

// TraceTask asks for the time of every step of Forward or Gradient.
func TraceTask(task string) string { return "trace " + task }

// TracedStep is a step of a plan and what it took.
type TracedStep struct {
	Step         string  `json:"step"`
	By           string  `json:"by"` // the shader or kernel that computed it
	Milliseconds float64 `json:"ms"`
	FLOPs        int     `json:"flops"`
}

// Trace times the steps of a task on a backend; the first run warms up.
func (j *Job) Trace(ctx context.Context, b core.Backend, task string) ([]TracedStep, error) {
	plan := j.plan(task)
	loaded, err := b.Load(plan)
	if err != nil {
		return nil, err
	}
	defer loaded.Close()
	program, ok := loaded.(core.Traced)
	if !ok {
		return nil, fmt.Errorf("bench: this backend cannot time its steps")
	}
	for name, values := range map[string][]float32{"image": j.Image, "target": j.Target} {
		if _, asked := plan.Inputs[name]; !asked {
			continue
		}
		if err := program.Write(name, values); err != nil {
			return nil, err
		}
	}
	var times []core.StepTime
	for range 2 {
		if times, err = program.Trace(ctx); err != nil {
			return nil, err
		}
	}
	steps := make([]TracedStep, len(times))
	for i, t := range times {
		steps[i] = TracedStep{plan.Describe(i), t.By, t.Took.Seconds() * 1000, kernels.FLOPs(plan.Steps[i].Kernel)}
	}
	return steps, nil
}

// WriteTrace prints steps in the order in which they run, then sums by shader.
func WriteTrace(w io.Writer, steps []TracedStep) {
	total := 0.0
	by := map[string]*TracedStep{}
	for _, s := range steps {
		total += s.Milliseconds
		if by[s.By] == nil {
			by[s.By] = &TracedStep{By: s.By}
		}
		by[s.By].Milliseconds += s.Milliseconds
		by[s.By].FLOPs += s.FLOPs
	}
	line := func(s TracedStep, text string) {
		rate := ""
		if s.FLOPs > 0 && s.Milliseconds > 0 {
			rate = fmt.Sprintf("%.2f", float64(s.FLOPs)/s.Milliseconds/1e6)
		}
		fmt.Fprintf(w, "%9.3f ms %5.1f %% %7s  %s\n", s.Milliseconds, 100*s.Milliseconds/max(total, 1e-9), rate, text)
	}
	for _, s := range steps {
		line(s, s.Step)
	}
	fmt.Fprintf(w, "%9.3f ms in all, GFLOP/s in the third column; by shader:\n", total)
	for _, s := range slices.SortedFunc(maps.Values(by), func(a, b *TracedStep) int { return cmp.Compare(b.Milliseconds, a.Milliseconds) }) {
		line(*s, s.By)
	}
}
