//go:build js && wasm

package webgpu

import (
	"fmt"
	"slices"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
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

// check refuses a plan that the device cannot hold, before anything is
// allocated: an oversized binding would not fail but read zeros.
func (s *session) check(p *core.Plan) error {
	limit := min(s.limits.Buffer, s.limits.Binding)
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

func bufferName(i int, b core.Buffer) string {
	if b.Name != "" {
		return fmt.Sprintf("buffer %q", b.Name)
	}
	return fmt.Sprintf("buffer #%d", i)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// buffer makes a buffer of n floats; WebGPU knows no empty bindings.
func (s *session) buffer(n, usage int) js.Value {
	return s.device.Call("createBuffer", object("size", 4*max(n, 1), "usage", usage))
}

// share is the buffer of a parameter, uploaded by the first program that uses
// it; as float16 where it may be and nothing is lost.
func (s *session) share(t *core.Tensor, may bool) (buffer js.Value, half bool) {
	packed := form{t, true}
	if may && s.parameters[packed] == nil {
		if words, ok := pack(t.Data); ok {
			s.parameters[packed] = &parameter{buffer: s.upload(bytesOf(words))}
		}
	}
	half = may && s.parameters[packed] != nil
	f := form{t, half}
	if s.parameters[f] == nil {
		s.parameters[f] = &parameter{buffer: s.upload(bytesOf(t.Data))}
	}
	p := s.parameters[f]
	p.users++
	return p.buffer, half
}

// upload makes a buffer that holds data.
func (s *session) upload(data []byte) js.Value {
	buffer := s.buffer(len(data)/4, storage|copySrc|copyDst)
	host := byteArray(len(data))
	js.CopyBytesToJS(host, data)
	s.queue.Call("writeBuffer", buffer, 0, host)
	return buffer
}

// release frees a parameter that no program uses any more.
func (s *session) release(f form) {
	p, ok := s.parameters[f]
	if !ok {
		return
	}
	if p.users--; p.users == 0 {
		p.buffer.Call("destroy")
		delete(s.parameters, f)
	}
}
