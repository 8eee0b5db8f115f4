//go:build js && wasm

package webgpu

import (
	"fmt"
	"slices"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// The flags of GPUBufferUsage.
const (
	mapRead = 1
	copySrc = 4
	copyDst = 8
	uniform = 64
	storage = 128
	resolve = 512
)

// admit refuses a plan that the device cannot hold, before anything is
// allocated: an oversized binding would not fail but read zeros.
func (s *session) admit(p *core.Plan) error {
	limit := s.limits.most()
	for i, b := range p.Buffers {
		if size := 4 * int64(b.Count); size > limit {
			return fmt.Errorf("webgpu: %s of this plan needs %s, but this GPU allows %s in one buffer: use a smaller image or the CPU",
				bufferName(i, b), megabytes(size), megabytes(limit))
		}
	}
	for i, step := range p.Steps {
		if n := len(step.Bind); n > s.limits.Bindings {
			return fmt.Errorf("webgpu: step %d (%s) binds %d buffers, but this GPU allows %d: use the CPU",
				i, step.Kernel.Name(), n, s.limits.Bindings)
		}
		for _, v := range s.shaders(step.Kernel) {
			if size := 4 * int64(v.Scratch); size > limit {
				return fmt.Errorf("webgpu: step %d (%s) needs %s for its parts, but this GPU allows %s in one buffer: use a smaller image or the CPU",
					i, v.Name, megabytes(size), megabytes(limit))
			}
			if n := slices.Max(v.Groups[:]); n > s.limits.Groups {
				return fmt.Errorf("webgpu: step %d (%s) needs %d workgroups in one dimension, but this GPU allows %d: use a smaller image or the CPU",
					i, v.Name, n, s.limits.Groups)
			}
		}
		written := step.Bind[len(step.Bind)-kernels.Updates(step.Kernel):]
		for j, at := range step.Bind {
			for k, w := range written {
				if at == w && j != len(step.Bind)-len(written)+k {
					return fmt.Errorf("webgpu: step %d (%s) reads and writes %s, which WebGPU forbids",
						i, step.Kernel.Name(), bufferName(at, p.Buffers[at]))
				}
			}
		}
	}
	return nil
}

// changed are the inputs and parameters that a step changes.
func changed(p *core.Plan, step core.Step) (list []int) {
	for _, at := range step.Bind[len(step.Bind)-kernels.Updates(step.Kernel):] {
		if p.Buffers[at].Role != core.Computed {
			list = append(list, at)
		}
	}
	return list
}

func bufferName(i int, b core.Buffer) string {
	if b.Name != "" {
		return fmt.Sprintf("buffer %q", b.Name)
	}
	return fmt.Sprintf("buffer #%d", i)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// buffer makes a buffer of n floats, in whole vectors of four, as which some
// shaders read them; WebGPU knows no empty bindings.
func (s *session) buffer(n, usage int) js.Value {
	return s.device.Call("createBuffer", script.Object("size", (max(n, 1)+3)/4*16, "usage", usage))
}
