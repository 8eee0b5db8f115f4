//go:build !js

package main

import (
	"fmt"
	"runtime"

	"segfault/core"
	"segfault/core/names"
	"segfault/kernels"
)

// openBackend is the CPU on all cores.
func openBackend(name string) (b core.Backend, device string, software bool, err error) {
	if name != "cpu" {
		return nil, "", false, fmt.Errorf("bench: a native program has no backend %q", name)
	}
	return core.NewCPU(0), fmt.Sprintf("%s/%s, %s, %s", runtime.GOOS, runtime.GOARCH, names.Counted(runtime.GOMAXPROCS(0), "core"), kernels.SIMD()), false, nil
}
