//go:build js && wasm

package webgpu

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// signature is what a bind group layout depends on: how many buffers a shader
// binds, how many of them it writes, and whether sizes come after them.
type signature struct {
	bindings, written int
	sizes             int // bytes of what comes last: wgpu keeps those of another pipeline with the same layout
}

func signatureOf(work core.Step, v kernels.Shader) signature {
	n := len(v.Bind)
	if v.Bind == nil {
		n = len(work.Bind)
	}
	return signature{n, cmp.Or(v.Writes, kernels.Updates(work.Kernel)), sizesOf(v)}
}

// sizesOf is how many bytes a shader's Sizes take, by vectors; 0 for none.
func sizesOf(v kernels.Shader) int { return (len(v.Words()) + 3) / 4 * 16 }

type layout struct{ group, pipeline js.Value }

// layout is made explicitly: one that the browser derives would leave out
// bindings that a shader does not use with some constants.
func (s *session) layout(k signature) layout {
	if l, ok := s.layouts[k]; ok {
		return l
	}
	kinds := slices.Repeat([]string{"read-only-storage"}, k.bindings-k.written)
	kinds = append(kinds, slices.Repeat([]string{"storage"}, k.written)...)
	entries := script.Array(len(kinds) + min(k.sizes, 1))
	const compute = 4 // GPUShaderStage.COMPUTE
	for i, kind := range kinds {
		entries.SetIndex(i, script.Object("binding", i, "visibility", compute, "buffer", script.Object("type", kind)))
	}
	if k.sizes > 0 {
		entries.SetIndex(len(kinds), script.Object("binding", len(kinds), "visibility", compute, "buffer", script.Object("type", "uniform", "minBindingSize", k.sizes)))
	}
	group := s.device.Call("createBindGroupLayout", script.Object("entries", entries))
	groups := script.Array(1)
	groups.SetIndex(0, group)
	l := layout{group, s.device.Call("createPipelineLayout", script.Object("bindGroupLayouts", groups))}
	s.layouts[k] = l
	return l
}

// module is the shader of a variant.
func (s *session) module(v kernels.Shader) js.Value {
	m, ok := s.modules[v.Name]
	if !ok {
		m = s.device.Call("createShaderModule", script.Object("label", v.Name, "code", v.Source()))
		s.modules[v.Name] = m
	}
	return m
}

// group binds buffers, of which the sizes come last.
func (s *session) group(k signature, buffers ...js.Value) js.Value {
	entries := script.Array(len(buffers))
	for i, buffer := range buffers {
		entries.SetIndex(i, script.Object("binding", i, "resource", script.Object("buffer", buffer)))
	}
	return s.device.Call("createBindGroup", script.Object("layout", s.layout(k).group, "entries", entries))
}

// compile starts to compile all that a step wants of a variant.
func (s *session) compile(work core.Step, v kernels.Shader) {
	if v.Packing != nil {
		packer := v.Packing.Shader(v.IsHalf())
		s.pipeline(packer, signature{2, 1, sizesOf(packer)})
	}
	for part := &v; part != nil; part = part.Next {
		s.pipeline(*part, signatureOf(work, *part))
	}
}

// compiled is a variant's pipeline, waited for.
func (s *session) compiled(ctx context.Context, v kernels.Shader, k signature) (js.Value, error) {
	var promise js.Value
	err := script.Try(func() { promise = s.pipeline(v, k) })
	if err == nil {
		promise, err = s.await(ctx, promise)
	}
	if err != nil {
		delete(s.pipelines, pipelineKey(v)) // it may be tried again
	}
	return promise, err
}

// pipeline starts to compile a variant and returns the promise.
func (s *session) pipeline(v kernels.Shader, k signature) js.Value {
	key := pipelineKey(v)
	p, ok := s.pipelines[key]
	if !ok {
		constants := script.Object()
		for _, c := range v.Constants {
			constants.Set(c.Name, c.Value)
		}
		p = s.device.Call("createComputePipelineAsync", script.Object(
			"label", v.Name,
			"layout", s.layout(k).pipeline,
			"compute", script.Object("module", s.module(v), "entryPoint", "main", "constants", constants),
		))
		p.Call("catch", ignore) // load awaits one failure and leaves the others
		s.pipelines[key] = p
	}
	return p
}

func pipelineKey(v kernels.Shader) string { return fmt.Sprint(v.Name, v.Constants) }

var ignore = js.FuncOf(func(js.Value, []js.Value) any { return nil })
