//go:build js && wasm

package webgpu

import (
	"cmp"
	"context"
	"fmt"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
)

// loaded is a program's side on one device.
type loaded struct {
	session  *session
	buffers  []js.Value // of the plan
	half     []bool     // which of them are float16
	uniforms []js.Value // the sizes that variants read
	steps    []step
	recorded js.Value   // the steps, for submitSteps
	staging  []*staging // for reading
	fetches  int32      // how many were begun
	tally    js.Value   // the number of the latest fetch, on the device
	read     *staging   // with all outputs of the last run, once one was read
	runs     int        // how many were submitted
	finished int        // how many of them are known to be through
	pending  []js.Value // promises of the latest ones, oldest first
}

type step struct {
	pipeline, group js.Value
	workgroups      [3]int
	name            string // of its shader
}

// ahead is how many runs may wait on the device: enough to keep it busy, few
// enough for a cancelled attack to stop soon.
const ahead = 8

// load makes buffers, bind groups and pipelines for a program.
func (s *session) load(ctx context.Context, p *program) (*loaded, error) {
	if err := s.check(p.plan); err != nil {
		return nil, err
	}
	l := &loaded{session: s}
	if err := l.fill(ctx, p); err != nil {
		l.free(p.plan)
		return nil, err
	}
	return l, nil
}

func (l *loaded) fill(ctx context.Context, p *program) error {
	s := l.session
	err := s.guard(ctx, func() error {
		if err := try(func() { l.allocate(p) }); err != nil {
			return err
		}
		chosen, err := l.choose(ctx, p.plan.Steps)
		if err != nil {
			return err
		}
		for i, work := range p.plan.Steps { // all are under way before the first is awaited
			if err := try(func() { s.pipeline(work, chosen[i]) }); err != nil {
				return err
			}
		}
		for i, work := range p.plan.Steps {
			next, err := l.prepare(ctx, work, chosen[i])
			if err != nil {
				return err
			}
			l.steps = append(l.steps, next)
		}
		return try(func() { l.recorded = record(l.steps) })
	})
	if err != nil {
		return s.explain("the plan could not be loaded", err)
	}
	return nil
}

// guard does what makes objects on the device and waits for its complaints.
func (s *session) guard(ctx context.Context, f func() error) error {
	filters := []string{"validation", "out-of-memory"}
	if err := try(func() {
		for _, filter := range filters {
			s.device.Call("pushErrorScope", filter)
		}
	}); err != nil {
		return err
	}
	failed := f()
	var scopes []js.Value
	err := try(func() {
		for range filters {
			scopes = append(scopes, s.device.Call("popErrorScope"))
		}
	})
	for i, scope := range scopes { // the last one pushed comes first
		fault, waited := s.await(ctx, scope)
		switch {
		case waited != nil:
			err = waited
		case fault.Truthy() && i == 0:
			failed = core.NoRoom("the GPU's memory does not suffice: " + message(fault))
		case fault.Truthy() && failed == nil:
			failed = complaint(message(fault))
		}
	}
	return cmp.Or(failed, err)
}

// allocate makes the plan's buffers and writes what is known of them.
func (l *loaded) allocate(p *program) {
	s := l.session
	l.half = packable(p.plan)
	for i, b := range p.plan.Buffers {
		var buffer js.Value
		if b.Role == core.Parameter {
			buffer, l.half[i] = s.share(b.Value, s.packs && l.half[i])
		} else {
			buffer = s.buffer(b.Count, storage|copySrc|copyDst)
		}
		l.buffers = append(l.buffers, buffer)
	}
	for name, host := range p.inputs {
		s.queue.Call("writeBuffer", l.buffers[p.plan.Inputs[name]], 0, host)
	}
	l.tally = s.buffer(1, copySrc|copyDst)
	l.idle(p) // the first, as what comes later may not fit
}

// prepare makes a step's bind group and waits for its pipeline.
func (l *loaded) prepare(ctx context.Context, work core.Step, v kernels.Shader) (step, error) {
	s := l.session
	next := step{workgroups: v.Groups, name: v.Name}
	var promise js.Value
	err := try(func() {
		bound := make([]js.Value, 0, len(work.Bind)+1)
		if v.Bind == nil {
			for _, at := range work.Bind {
				bound = append(bound, l.buffers[at])
			}
		}
		for _, i := range v.Bind {
			bound = append(bound, l.buffers[work.Bind[i]])
		}
		if v.Sizes != nil {
			bound = append(bound, l.uniform(v.Words()))
		}
		entries := array(len(bound))
		for i, buffer := range bound {
			entries.SetIndex(i, object("binding", i, "resource", object("buffer", buffer)))
		}
		layout := s.layout(signatureOf(work, v))
		next.group = s.device.Call("createBindGroup", object("layout", layout.group, "entries", entries))
		promise = s.pipeline(work, v)
	})
	if err == nil {
		next.pipeline, err = s.await(ctx, promise)
	}
	if err != nil {
		s.forget(v)
		return next, fmt.Errorf("kernel %s%+v could not be compiled as %s: %w", work.Kernel.Name(), work.Kernel, v.Name, err)
	}
	return next, nil
}

// uniform is a small buffer of a variant's sizes.
func (l *loaded) uniform(values []int32) js.Value {
	s := l.session
	const aligned = 16 // what the size of a uniform must be a multiple of
	buffer := s.device.Call("createBuffer", object("size", (4*len(values)+aligned-1)/aligned*aligned, "usage", uniform|copyDst))
	host := byteArray(4 * len(values))
	js.CopyBytesToJS(host, bytesOf(values))
	s.queue.Call("writeBuffer", buffer, 0, host)
	l.uniforms = append(l.uniforms, buffer)
	return buffer
}

// run submits all steps at once.
func (l *loaded) run(ctx context.Context) error {
	s := l.session
	err := try(func() {
		l.forget()
		s.submit(l.recorded)
		l.runs++
		l.pending = append(l.pending, s.queue.Call("onSubmittedWorkDone"))
	})
	l.pending = l.pending[max(0, len(l.pending)-(l.runs-l.finished)):]
	if err == nil && len(l.pending) > ahead {
		oldest := l.pending[0]
		l.pending = l.pending[1:]
		_, err = s.await(ctx, oldest)
	}
	if err != nil {
		return s.explain("the run failed", err)
	}
	return nil
}

// record writes steps down for submitSteps (submit.mjs), five entries each.
func record(steps []step) js.Value {
	list := array(0)
	for _, s := range steps {
		list.Call("push", s.pipeline, s.group, s.workgroups[0], s.workgroups[1], s.workgroups[2])
	}
	return list
}

// submit runs what was recorded, in one pass.
func (s *session) submit(recorded js.Value) {
	js.Global().Call("submitSteps", s.device, recorded)
}

// finish submits an encoder's work.
func (s *session) finish(encoder js.Value) {
	commands := array(1)
	commands.SetIndex(0, encoder.Call("finish"))
	s.queue.Call("submit", commands)
}

// forget gives back what was read of the last run.
func (l *loaded) forget() {
	if l.read != nil {
		l.read.release()
		l.read = nil
	}
}

// free destroys what belongs to this program alone.
func (l *loaded) free(p *core.Plan) {
	_ = try(func() {
		for i, buffer := range l.buffers {
			if b := p.Buffers[i]; b.Role == core.Parameter {
				l.session.release(form{b.Value, l.half[i]})
			} else {
				buffer.Call("destroy")
			}
		}
		for _, buffer := range append(l.uniforms, l.tally) {
			if buffer.Truthy() {
				buffer.Call("destroy")
			}
		}
		for _, s := range l.staging {
			s.buffer.Call("destroy")
		}
	})
	l.buffers, l.uniforms, l.staging = nil, nil, nil
}
