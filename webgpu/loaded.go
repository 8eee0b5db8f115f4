//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
)

// loaded is a program's side on one device.
type loaded struct {
	session *session
	buffers []js.Value // of the plan
	steps   []step
	staging js.Value   // all outputs, for reading
	host    js.Value   // its bytes as Uint8Array once a run was fetched, else undefined
	pending []js.Value // promises of submissions in flight, oldest first
}

type step struct {
	pipeline, group js.Value
	workgroups      [3]int
}

// ahead is how many runs may wait on the device: enough to keep it busy, few
// enough for a cancelled attack to stop soon.
const ahead = 8

// load makes buffers, bind groups and pipelines for a program.
func (s *session) load(ctx context.Context, p *program) (*loaded, error) {
	if err := s.check(p.plan); err != nil {
		return nil, err
	}
	l := &loaded{session: s, host: js.Undefined()}
	var promises, scopes []js.Value
	err := try(func() {
		s.device.Call("pushErrorScope", "validation")
		s.device.Call("pushErrorScope", "out-of-memory")
		defer func() {
			scopes = append(scopes, s.device.Call("popErrorScope"), s.device.Call("popErrorScope"))
		}()
		l.allocate(p)
		for _, step := range p.plan.Steps {
			promises = append(promises, l.prepare(step))
		}
	})
	if err != nil {
		l.free(p.plan)
		return nil, s.explain("the plan could not be loaded", err)
	}
	for i, promise := range promises {
		pipeline, err := await(ctx, promise)
		if err != nil {
			k := p.plan.Steps[i].Kernel
			delete(s.pipelines, k)
			l.free(p.plan)
			return nil, s.explain(fmt.Sprintf("kernel %s%+v could not be compiled", k.Name(), k), err)
		}
		l.steps[i].pipeline = pipeline
	}
	for i, scope := range scopes {
		fault, err := await(ctx, scope)
		if err == nil && fault.Truthy() {
			err = errors.New(message(fault))
		}
		if err != nil {
			l.free(p.plan)
			return nil, s.explain([]string{"the GPU's memory does not suffice for this plan", "the plan could not be loaded"}[i], err)
		}
	}
	return l, nil
}

// allocate makes the plan's buffers and writes what is known of them.
func (l *loaded) allocate(p *program) {
	s := l.session
	for _, b := range p.plan.Buffers {
		if b.Role == core.Parameter {
			l.buffers = append(l.buffers, s.share(b.Value))
		} else {
			l.buffers = append(l.buffers, s.buffer(b.Count, storage|copySrc|copyDst))
		}
	}
	for name, host := range p.inputs {
		s.queue.Call("writeBuffer", l.buffers[p.plan.Inputs[name]], 0, host)
	}
	l.staging = s.buffer(p.bytes/4, mapRead|copyDst)
}

// prepare makes a step's bind group and starts to compile its pipeline.
func (l *loaded) prepare(work core.Step) js.Value {
	s := l.session
	layout := s.layout(signature{len(work.Bind), kernels.Updates(work.Kernel)})
	entries := array(len(work.Bind))
	for i, at := range work.Bind {
		entries.SetIndex(i, object("binding", i, "resource", object("buffer", l.buffers[at])))
	}
	group := s.device.Call("createBindGroup", object("layout", layout.group, "entries", entries))
	l.steps = append(l.steps, step{group: group, workgroups: work.Kernel.Workgroups()})
	return s.pipeline(work.Kernel, layout)
}

// run submits all steps at once.
func (l *loaded) run(ctx context.Context) error {
	s := l.session
	err := try(func() {
		l.unmap()
		encoder := s.device.Call("createCommandEncoder")
		pass := encoder.Call("beginComputePass")
		for _, step := range l.steps {
			pass.Call("setPipeline", step.pipeline)
			pass.Call("setBindGroup", 0, step.group)
			pass.Call("dispatchWorkgroups", step.workgroups[0], step.workgroups[1], step.workgroups[2])
		}
		pass.Call("end")
		l.submit(encoder)
		l.pending = append(l.pending, s.queue.Call("onSubmittedWorkDone"))
	})
	if err == nil && len(l.pending) > ahead {
		_, err = await(ctx, l.pending[0])
		l.pending = l.pending[1:]
	}
	if err != nil {
		return s.explain("the run failed", err)
	}
	return nil
}

func (l *loaded) submit(encoder js.Value) {
	commands := array(1)
	commands.SetIndex(0, encoder.Call("finish"))
	l.session.queue.Call("submit", commands)
}

// fetch waits for the last run and gives the bytes of all its outputs.
func (l *loaded) fetch(ctx context.Context, p *program) (js.Value, error) {
	if l.host.Truthy() {
		return l.host, nil
	}
	var mapping js.Value
	err := try(func() {
		encoder := l.session.device.Call("createCommandEncoder")
		for name, at := range p.outputs {
			size := 4 * p.plan.Shapes[name].Count()
			encoder.Call("copyBufferToBuffer", l.buffers[p.plan.Outputs[name]], 0, l.staging, at, size)
		}
		l.submit(encoder)
		const read = 1 // GPUMapMode.READ
		mapping = l.staging.Call("mapAsync", read)
	})
	if err == nil {
		_, err = await(ctx, mapping)
	}
	if err == nil {
		err = l.session.trouble()
	}
	if err != nil {
		l.unmap()
		return js.Undefined(), l.session.explain("the results could not be read", err)
	}
	l.pending = nil
	l.host = js.Global().Get("Uint8Array").New(l.staging.Call("getMappedRange"))
	return l.host, nil
}

// unmap gives the staging buffer back to the device; it also ends a mapping
// that nobody waits for any more.
func (l *loaded) unmap() {
	if l.staging.Get("mapState").String() != "unmapped" {
		l.staging.Call("unmap")
	}
	l.host = js.Undefined()
}

// free destroys what belongs to this program alone.
func (l *loaded) free(p *core.Plan) {
	_ = try(func() {
		for i, buffer := range l.buffers {
			if b := p.Buffers[i]; b.Role == core.Parameter {
				l.session.release(b.Value)
			} else {
				buffer.Call("destroy")
			}
		}
		if l.staging.Truthy() {
			l.staging.Call("destroy")
		}
	})
	l.buffers = nil
}
