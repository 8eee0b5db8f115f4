package core

import (
	"context"
	"fmt"
	"strings"

	"segfault/kernels"
)

// FirstNotFinite runs a plan step by step on the CPU and says which is the first whose result is NaN or infinite: the layer,
// by its parameters' name, and the kernel; an input by its name; "" where there is none.
func FirstNotFinite(ctx context.Context, p *Plan, inputs map[string][]float32) (string, error) {
	loaded, err := NewCPU(0).Load(p)
	if err != nil {
		return "", err
	}
	defer loaded.Close()
	for name, x := range inputs {
		if !Finite(x) {
			return name, nil
		}
		if err := loaded.Write(name, x); err != nil {
			return "", err
		}
	}
	program := loaded.(*cpuProgram)
	layer := ""
	for i, s := range p.Steps {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		program.cpu.workers.Run(program.steps[i])
		own := false
		for _, at := range s.Bind {
			if b := p.Buffers[at]; b.Role == Parameter && strings.Contains(b.Name, ".") {
				layer, own = b.Name[:strings.LastIndexByte(b.Name, '.')], true
				break
			}
		}
		for _, at := range s.Bind {
			if Finite(program.data[at]) {
				continue
			}
			switch {
			case layer == "":
				return s.Kernel.Name(), nil
			case own:
				return fmt.Sprintf("%s (%s)", layer, s.Kernel.Name()), nil
			}
			return fmt.Sprintf("%s after %s", s.Kernel.Name(), layer), nil
		}
	}
	return "", nil
}

// Finite says whether none of the numbers is NaN or infinite.
func Finite(x []float32) bool { return kernels.Finite(x) }
