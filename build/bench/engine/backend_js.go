package main

import (
	"context"
	"fmt"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu"
)

// openBackend is the GPU or the CPU on the one core that WebAssembly has.
func openBackend(name string) (b core.Backend, device string, software bool, err error) {
	switch name {
	case "cpu":
		return core.NewCPU(1), "WebAssembly, 1 core, " + kernels.SIMD(), false, nil
	case "webgpu":
		d, err := webgpu.Open(context.Background(), webgpu.Options{})
		if err != nil {
			return nil, "", false, err
		}
		return d, d.Info().String(), d.Info().Software, nil
	}
	return nil, "", false, fmt.Errorf("bench: unknown backend %q", name)
}
