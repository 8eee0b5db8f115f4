package main

import (
	"context"
	"fmt"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu"
)

// openBackend is the GPU or the CPU on the one core that WebAssembly has.
func openBackend(name string) (core.Backend, string, error) {
	switch name {
	case "cpu":
		return core.NewCPU(1), "WebAssembly, 1 core, " + kernels.SIMD(), nil
	case "webgpu":
		d, err := webgpu.Open(context.Background(), webgpu.Options{})
		if err != nil {
			return nil, "", err
		}
		return d, d.Info().String(), nil
	}
	return nil, "", fmt.Errorf("bench: unknown backend %q", name)
}
