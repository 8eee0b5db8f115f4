//go:build js && wasm

package webgpu

import (
	"reflect"
	"syscall/js"

	"segfault/kernels"
)

// signature is what a bind group layout depends on: how many buffers a kernel
// binds and how many of the last it writes.
type signature struct{ bindings, written int }

type layout struct{ group, pipeline js.Value }

// layout is made explicitly: one that the browser derives would leave out
// bindings that a variant of a shader does not use.
func (s *session) layout(k signature) layout {
	if l, ok := s.layouts[k]; ok {
		return l
	}
	entries := array(k.bindings)
	for i := range k.bindings {
		kind := "read-only-storage"
		if i >= k.bindings-k.written {
			kind = "storage"
		}
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

// module is the shader of a kernel.
func (s *session) module(k kernels.Kernel) js.Value {
	m, ok := s.modules[k.Name()]
	if !ok {
		m = s.device.Call("createShaderModule", object("label", k.Name(), "code", kernels.Source(k)))
		s.modules[k.Name()] = m
	}
	return m
}

// pipeline starts to compile a kernel and returns the promise.
func (s *session) pipeline(k kernels.Kernel, l layout) js.Value {
	p, ok := s.pipelines[k]
	if !ok {
		p = s.device.Call("createComputePipelineAsync", object(
			"label", k.Name(),
			"layout", l.pipeline,
			"compute", object("module", s.module(k), "entryPoint", "main", "constants", s.constants(k)),
		))
		p.Call("catch", ignore) // load awaits one failure and leaves the others
		s.pipelines[k] = p
	}
	return p
}

var ignore = js.FuncOf(func(js.Value, []js.Value) any { return nil })

// constants are a kernel's fields, which its shader overrides.
func (s *session) constants(k kernels.Kernel) js.Value {
	o := object()
	if _, ok := k.(kernels.Conv2D); ok && s.exact {
		o.Set("Exact", 1)
	}
	v := reflect.ValueOf(k)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.Bool:
			o.Set(name, 0)
			if f.Bool() {
				o.Set(name, 1)
			}
		case reflect.Float32:
			o.Set(name, f.Float())
		default:
			o.Set(name, f.Int())
		}
	}
	return o
}
