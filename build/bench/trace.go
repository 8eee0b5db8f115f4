package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

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

// traces is how often a task is traced after a run that warms up; where all
// took longer than patience, less often, but once.
const (
	traces   = 5
	patience = 10 * time.Second
)

// Trace times the steps of a task on a backend, each at its quickest. outside is
// the share of a traced run, from writing the inputs to having read the
// outputs, that no step takes; the least, for others may want the cores.
func (j *Job) Trace(ctx context.Context, b core.Backend, task string) (steps []TracedStep, outside float64, err error) {
	plan := j.plan(task)
	loaded, err := b.Load(plan)
	if err != nil {
		return nil, 0, err
	}
	defer loaded.Close()
	program, ok := loaded.(core.Traced)
	if !ok {
		return nil, 0, fmt.Errorf("bench: this backend cannot time its steps")
	}
	outside = 1
	started := time.Now()
	for round := range traces + 1 {
		if round > 1 && time.Since(started) > patience {
			break
		}
		began := time.Now()
		times, err := j.traced(ctx, program, plan)
		if err != nil {
			return nil, 0, err
		}
		took := time.Since(began)
		if round == 0 {
			continue
		}
		var sum time.Duration
		for i, t := range times {
			sum += t.Took
			ms := t.Took.Seconds() * 1000
			if round == 1 {
				steps = append(steps, TracedStep{plan.Describe(i), t.By, ms, kernels.FLOPs(plan.Steps[i].Kernel)})
			}
			steps[i].Milliseconds = min(steps[i].Milliseconds, ms)
		}
		outside = min(outside, 1-sum.Seconds()/took.Seconds())
	}
	return steps, outside, nil
}

// traced is one run: inputs, steps, outputs.
func (j *Job) traced(ctx context.Context, program core.Traced, plan *core.Plan) ([]core.StepTime, error) {
	for name, values := range map[string][]float32{"image": j.Image, "target": j.Target} {
		if _, asked := plan.Inputs[name]; !asked {
			continue
		}
		if err := program.Write(name, values); err != nil {
			return nil, err
		}
	}
	times, err := program.Trace(ctx)
	if err != nil {
		return nil, err
	}
	for name, shape := range plan.Shapes {
		if _, asked := plan.Outputs[name]; asked {
			if err := program.Read(ctx, name, make([]float32, shape.Count())); err != nil {
				return nil, err
			}
		}
	}
	return times, nil
}

// convolutions is the rate of all steps that count operations, in GFLOP/s.
func convolutions(steps []TracedStep) float64 {
	flops, ms := 0, 0.0
	for _, s := range steps {
		if s.FLOPs > 0 {
			flops += s.FLOPs
			ms += s.Milliseconds
		}
	}
	if ms == 0 {
		return 0
	}
	return float64(flops) / ms / 1e6
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
