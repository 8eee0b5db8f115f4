package core

import (
	"context"
	"time"

	"segfault/kernels"
)

// CPU runs plans on the machine's cores through the kernels' Go twins.
type CPU struct{ workers *kernels.Workers }

// NewCPU is a backend on n cores; n < 1 means all.
func NewCPU(n int) *CPU { return &CPU{kernels.NewWorkers(n)} }

// Load implements Backend. Parameters are used in place: an optimiser updates
// the Tensor itself.
func (c *CPU) Load(p *Plan) (Program, error) {
	if err := fit(p, room); err != nil {
		return nil, err
	}
	prog := &cpuProgram{cpu: c, plan: p}
	data := make([][]float32, len(p.Buffers))
	for i, b := range p.Buffers {
		if b.Role == Parameter {
			data[i] = b.Value.Data
		} else {
			data[i] = make([]float32, b.Count)
		}
	}
	prog.data = data
	for _, s := range p.Steps {
		bind := make([][]float32, len(s.Bind))
		for i, at := range s.Bind {
			bind[i] = data[at]
		}
		prog.steps = append(prog.steps, s.Kernel.Bind(c.workers, bind))
	}
	return prog, nil
}

type cpuProgram struct {
	cpu   *CPU
	plan  *Plan
	data  [][]float32
	steps [][]kernels.Stage // of the plan's steps
}

func (p *cpuProgram) Write(name string, src []float32) error {
	at, err := p.plan.Input(name, len(src))
	if err == nil {
		copy(p.data[at], src)
	}
	return err
}

func (p *cpuProgram) Run(ctx context.Context, tick func(step int)) error {
	for i, stages := range p.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.cpu.workers.Run(stages)
		if tick != nil {
			tick(i + 1)
		}
	}
	return nil
}

// Trace implements Traced.
func (p *cpuProgram) Trace(ctx context.Context) ([]StepTime, error) {
	times := make([]StepTime, len(p.plan.Steps))
	for i, s := range p.plan.Steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		began := time.Now()
		p.cpu.workers.Run(p.steps[i])
		times[i] = StepTime{time.Since(began), s.Kernel.Name()}
	}
	return times, nil
}

func (p *cpuProgram) Read(_ context.Context, name string, dst []float32) error {
	at, err := p.plan.Output(name, len(dst))
	if err == nil {
		copy(dst, p.data[at])
	}
	return err
}

// Fetch implements Program: everything has been computed, so nothing is waited for.
func (p *cpuProgram) Fetch(ctx context.Context, dst map[string][]float32) (wait func() error, err error) {
	for name, values := range dst {
		if err := p.Read(ctx, name, values); err != nil {
			return nil, err
		}
	}
	return func() error { return nil }, nil
}

func (p *cpuProgram) Close() { p.data, p.steps = nil, nil }
