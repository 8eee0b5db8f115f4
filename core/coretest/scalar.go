package coretest

import (
	"context"

	"segfault/core"
	"segfault/kernels"
)

// Scalar is the reference: the CPU backend on one core, without vector
// instructions.
func Scalar() core.Backend { return scalarBackend{core.NewCPU(1)} }

type scalarBackend struct{ cpu *core.CPU }

func (s scalarBackend) Load(p *core.Plan) (core.Program, error) {
	program, err := s.cpu.Load(p)
	return scalarProgram{program}, err
}

type scalarProgram struct{ core.Program }

func (p scalarProgram) Run(ctx context.Context, tick func(step int)) error {
	kernels.SetSIMD(false)
	defer kernels.SetSIMD(true)
	return p.Program.Run(ctx, tick)
}
