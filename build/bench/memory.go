package bench

import (
	"context"

	"segfault/core"
	"segfault/core/attack"
)

// Memory is what the plans of a task hold while it runs, in bytes.
type Memory struct {
	Inputs     int64 `json:"inputs"`
	Parameters int64 `json:"parameters"` // each once, though several plans read it
	Computed   int64 `json:"computed"`
}

func (m Memory) bytes() int64 { return m.Inputs + m.Parameters + m.Computed }

// ledger is a backend that notes what it is asked to load, and computes nothing.
type ledger struct{ plans []*core.Plan }

func (l *ledger) Load(p *core.Plan) (core.Program, error) {
	l.plans = append(l.plans, p)
	return idle{}, nil
}

type idle struct{}

func (idle) Write(string, []float32) error                 { return nil }
func (idle) Run(context.Context, func(int)) error          { return nil }
func (idle) Read(context.Context, string, []float32) error { return nil }
func (idle) Close()                                        {}
func (idle) Fetch(context.Context, map[string][]float32) (func() error, error) {
	return func() error { return nil }, nil
}

// memory goes through an attack in full, all its steps, and adds up the plans
// that it loads. It is nothing for a task that is no attack.
func (j *Job) memory(task string) (m Memory, err error) {
	if StepsOf(task) == 0 {
		return m, nil
	}
	l := &ledger{}
	session, err := attack.NewSession(l, j.Net, j.Size, j.Size)
	if err != nil {
		return m, err
	}
	if _, _, err := session.Run(context.Background(), j.Problem(), Attack(task), nil); err != nil {
		return m, err
	}
	known := map[*core.Tensor]bool{}
	for _, p := range l.plans {
		m.Inputs += p.Bytes(core.Input)
		m.Computed += p.Bytes(core.Computed)
		for _, b := range p.Buffers {
			if b.Role == core.Parameter && !known[b.Value] {
				known[b.Value] = true
				m.Parameters += 4 * int64(b.Count)
			}
		}
	}
	return m, nil
}
