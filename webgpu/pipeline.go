//go:build js && wasm

package webgpu

import (
	"fmt"
	"slices"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
)

// signature is what a bind group layout depends on: how many buffers a shader
// binds, how many of them it writes, and whether sizes come after them.
type signature struct {
	bindings, written int
	sized             bool
}

func signatureOf(work core.Step, v kernels.Shader) signature {
	n := len(v.Bind)
	if v.Bind == nil {
		n = len(work.Bind)
	}
	return signature{n, kernels.Updates(work.Kernel), v.Sizes != nil}
}

type layout struct{ group, pipeline js.Value }

// layout is made explicitly: one that the browser derives would leave out
// bindings that a shader does not use with some constants.
func (s *session) layout(k signature) layout {
	if l, ok := s.layouts[k]; ok {
		return l
	}
	kinds := slices.Repeat([]string{"read-only-storage"}, k.bindings-k.written)
	kinds = append(kinds, slices.Repeat([]string{"storage"}, k.written)...)
	if k.sized {
		kinds = append(kinds, "uniform")
	}
	entries := array(len(kinds))
	for i, kind := range kinds {
		const compute = 4 // GPUShaderStage.COMPUTE
		entries.SetIndex(i, object("binding", i, "visibility", compute, "buffer", object("type", kind)))
	}
	group := s.device.Call("createBindGroupLayout", object("entries", entries))
	groups := array(1)
	groups.SetIndex(0, group)
	l := layout{group, s.device.Call("createPipelineLayout", object("bindGroupLayouts", groups))}
	s.layouts[k] = l
	return l
}

// module is the shader of a variant.
func (s *session) module(v kernels.Shader) js.Value {
	m, ok := s.modules[v.Name]
	if !ok {
		m = s.device.Call("createShaderModule", object("label", v.Name, "code", v.Source()))
		s.modules[v.Name] = m
	}
	return m
}

// pipeline starts to compile a variant and returns the promise.
func (s *session) pipeline(work core.Step, v kernels.Shader) js.Value {
	key := pipelineKey(v)
	p, ok := s.pipelines[key]
	if !ok {
		constants := object()
		for _, c := range v.Constants {
			constants.Set(c.Name, c.Value)
		}
		p = s.device.Call("createComputePipelineAsync", object(
			"label", v.Name,
			"layout", s.layout(signatureOf(work, v)).pipeline,
			"compute", object("module", s.module(v), "entryPoint", "main", "constants", constants),
		))
		p.Call("catch", ignore) // load awaits one failure and leaves the others
		s.pipelines[key] = p
	}
	return p
}

// forget lets a pipeline that failed be tried again.
func (s *session) forget(v kernels.Shader) { delete(s.pipelines, pipelineKey(v)) }

func pipelineKey(v kernels.Shader) string { return fmt.Sprint(v.Name, v.Constants) }

var ignore = js.FuncOf(func(js.Value, []js.Value) any { return nil })
