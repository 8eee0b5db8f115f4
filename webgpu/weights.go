//go:build js && wasm

package webgpu

import (
	"context"
	"slices"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// form is a tensor as it is kept on the GPU.
type form struct {
	of      *core.Tensor
	half    bool            // whether as float16
	packing kernels.Packing // how it is laid out; zero for as it is
}

// parameter is a tensor on the GPU.
type parameter struct {
	buffer js.Value
	users  int
}

// shaders are those of a step that may be used here, for its weights as they
// are kept.
func (l *loaded) shaders(step core.Step) []kernels.Shader {
	variants := l.session.shaders(step.Kernel)
	if k, ok := step.Kernel.(kernels.Weighted); ok && l.half[step.Bind[k.Weights()]] {
		variants = slices.Clone(variants)
		for i, v := range variants {
			variants[i] = v.Half()
		}
	}
	return variants
}

// hold is the buffer of a parameter in a form, which this program uses from now on.
func (l *loaded) hold(f form, build func() js.Value) js.Value {
	s := l.session
	if !l.holds[f] {
		if s.parameters[f] == nil {
			s.parameters[f] = &parameter{buffer: build()}
		}
		s.parameters[f].users++
		l.holds[f] = true
	}
	return s.parameters[f].buffer
}

// parameter is the buffer of a parameter as it is, or of float16.
func (l *loaded) parameter(t *core.Tensor, half bool) js.Value {
	return l.hold(form{of: t, half: half}, func() js.Value {
		if half {
			words, _ := pack(t.Data)
			return l.session.upload(script.Raw(words))
		}
		return l.session.upload(script.Raw(t.Data))
	})
}

// packed are weights as a shader wants them. Where they are a parameter's they are
// made so once, and else in every run, by the step that is returned.
func (l *loaded) packed(ctx context.Context, at int, b core.Buffer, v kernels.Shader) (buffer js.Value, repack *dispatch, err error) {
	s := l.session
	packer := v.Packing.Shader(v.IsHalf())
	pipeline, err := s.compiled(ctx, packer, signature{2, 1, sizesOf(packer)})
	if err != nil {
		return buffer, nil, err
	}
	sizes := l.uniform(packer.Words())
	if !l.weights[at] {
		group := s.group(signature{2, 1, sizesOf(packer)}, l.buffers[at], l.repacked, sizes)
		return l.repacked, &dispatch{pipeline, group, packer.Groups}, nil
	}
	buffer = l.hold(form{b.Value, v.IsHalf(), *v.Packing}, func() js.Value {
		whole := s.upload(script.Raw(b.Value.Data))
		made := s.buffer(v.Packing.Words(v.IsHalf()), storage|copySrc|copyDst)
		s.submit(record([]step{{parts: []dispatch{{pipeline, s.group(signature{2, 1, sizesOf(packer)}, whole, made, sizes), packer.Groups}}}}))
		whole.Call("destroy")
		return made
	})
	return buffer, nil, nil
}

// upload makes a buffer that holds data.
func (s *session) upload(data []byte) js.Value {
	buffer := s.buffer(len(data)/4, storage|copySrc|copyDst)
	host := script.ByteArray(len(data))
	js.CopyBytesToJS(host, data)
	s.queue.Call("writeBuffer", buffer, 0, host)
	return buffer
}

// release frees the parameters that no program uses any more.
func (s *session) release(forms map[form]bool) {
	for f := range forms {
		p := s.parameters[f]
		if p.users--; p.users == 0 {
			p.buffer.Call("destroy")
			delete(s.parameters, f)
		}
	}
}

// room is the smallest of a step's idle buffers that holds what a shader leaves to the next.
func (l *loaded) room(plan *core.Plan, i int, v kernels.Shader) (at int, ok bool) {
	for _, other := range l.idle[i] {
		if n := plan.Buffers[other].Count; n >= v.Scratch && (!ok || n < plan.Buffers[at].Count) {
			at, ok = other, true
		}
	}
	return at, ok
}

// reserve makes the buffers that steps use alone, one after another: between
// the parts of a shader, where no other is idle and large enough, and of weights
// that every run packs anew.
func (l *loaded) reserve(plan *core.Plan, shaders func(i int) []kernels.Shader) {
	between, packed := 0, 0
	for i, step := range plan.Steps {
		for _, v := range shaders(i) {
			if _, ok := l.room(plan, i, v); !ok {
				between = max(between, v.Scratch)
			}
			if k, ok := step.Kernel.(kernels.Weighted); ok && v.Packing != nil && !l.weights[step.Bind[k.Weights()]] {
				packed = max(packed, v.Packing.Words(v.IsHalf()))
			}
		}
	}
	l.abandon()
	if between > 0 {
		l.between = l.session.buffer(between, storage)
	}
	if packed > 0 {
		l.repacked = l.session.buffer(packed, storage)
	}
}

// abandon frees what reserve made.
func (l *loaded) abandon() {
	for _, buffer := range []js.Value{l.between, l.repacked} {
		if buffer.Truthy() {
			buffer.Call("destroy")
		}
	}
	l.between, l.repacked = js.Undefined(), js.Undefined()
}
