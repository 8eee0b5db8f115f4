//go:build js && wasm

package webgpu

import (
	"cmp"
	"context"
	"fmt"
	"syscall/js"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// loaded is a program's side on one device.
type loaded struct {
	session  *session
	buffers  []js.Value // of the plan
	weights  []bool     // which of them only ever serve as a layer's weights, in forms that shaders want
	half     []bool     // which of those are float16
	holds    map[form]bool
	idle     [][]int  // the plan's buffers that a step may leave things in
	between  js.Value // see reserve
	repacked js.Value
	uniforms []js.Value // the sizes that variants read
	steps    []step
	recorded []js.Value // the steps of each submission, for submitSteps
	staging  []*staging // for reading
	fetches  int32      // how many were begun
	tally    js.Value   // the number of the latest fetch, on the device
	spare    js.Value   // bound where a shader could write, but will not
	read     *staging   // with all outputs of the last run, once one was read
	runs     int        // how many were submitted
	finished int        // how many of them are known to be through
	pending  []js.Value // promises of the latest ones, oldest first
}

// step is what a shader of the plan's step dispatches, one after another.
type step struct {
	parts  []dispatch
	shader kernels.Shader // the first
}

type dispatch struct {
	pipeline, group js.Value
	workgroups      [3]int
}

// ahead is how many runs may wait on the device: enough to keep it busy, few
// enough for a cancelled attack to stop soon.
const ahead = 8

// load makes buffers, bind groups and pipelines for a program.
func (s *session) load(ctx context.Context, p *program) (*loaded, error) {
	if err := s.admit(p.plan); err != nil {
		return nil, err
	}
	l := &loaded{session: s, holds: map[form]bool{}}
	if err := l.fill(ctx, p); err != nil {
		l.free(p.plan)
		return nil, err
	}
	return l, nil
}

func (l *loaded) fill(ctx context.Context, p *program) error {
	s := l.session
	err := s.guard(ctx, func() error {
		if err := script.Try(func() { l.allocate(p) }); err != nil {
			return err
		}
		kept, raced := l.holds, map[form]bool{}
		l.holds = raced // goes when what was chosen of it is held anew
		chosen, err := l.choose(ctx, p.plan)
		l.holds = kept
		defer s.release(raced)
		if err != nil {
			return err
		}
		if err := script.Try(func() {
			l.reserve(p.plan, func(i int) []kernels.Shader { return chosen[i : i+1] })
			for i, work := range p.plan.Steps { // all are under way before the first is awaited, and weights go up meanwhile
				s.compile(work, chosen[i])
			}
		}); err != nil {
			return err
		}
		for i, v := range chosen {
			next, err := l.prepare(ctx, p.plan, i, v)
			if err != nil {
				return err
			}
			l.steps = append(l.steps, next)
		}
		return script.Try(func() {
			for _, some := range s.cut(p.plan, l.steps) {
				l.recorded = append(l.recorded, record(some))
			}
		})
	})
	if err != nil {
		return s.explain("the plan could not be loaded", err)
	}
	return nil
}

// guard does what makes objects on the device and waits for its complaints.
func (s *session) guard(ctx context.Context, f func() error) error {
	filters := []string{"validation", "out-of-memory"}
	if err := script.Try(func() {
		for _, filter := range filters {
			s.device.Call("pushErrorScope", filter)
		}
	}); err != nil {
		return err
	}
	failed := f()
	var scopes []js.Value
	err := script.Try(func() {
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
			failed = core.NoRoom("the GPU's memory does not suffice: " + script.Thrown{Value: fault}.Error())
		case fault.Truthy() && failed == nil:
			failed = complaint(script.Thrown{Value: fault}.Error())
		}
	}
	return cmp.Or(failed, err)
}

// allocate makes the plan's buffers and writes what is known of them.
func (l *loaded) allocate(p *program) {
	s := l.session
	l.weights, l.half, l.idle = packable(p.plan), make([]bool, len(p.plan.Buffers)), p.plan.Idle()
	for i, b := range p.plan.Buffers {
		buffer := js.Undefined()
		switch {
		case l.weights[i]:
			l.half[i] = s.packs && isHalf(b.Value.Data)
		case b.Role == core.Parameter:
			buffer = l.parameter(b.Value, false)
		default:
			buffer = s.buffer(b.Count, storage|copySrc|copyDst)
		}
		l.buffers = append(l.buffers, buffer)
	}
	for name, host := range p.inputs {
		s.queue.Call("writeBuffer", l.buffers[p.plan.Inputs[name]], 0, host)
	}
	l.tally, l.spare = s.buffer(1, copySrc|copyDst), s.buffer(4, storage)
	l.unused(p) // the first, as what comes later may not fit
}

// prepare makes a step's bind groups and waits for its pipelines.
func (l *loaded) prepare(ctx context.Context, plan *core.Plan, i int, v kernels.Shader) (step, error) {
	next, work := step{shader: v}, plan.Steps[i]
	packed, between := js.Undefined(), l.between
	if at, ok := l.room(plan, i, v); ok {
		between = l.buffers[at]
	}
	if v.Packing != nil {
		at := work.Bind[work.Kernel.(kernels.Weighted).Weights()]
		buffer, repack, err := l.packed(ctx, at, plan.Buffers[at], v)
		if err != nil {
			return next, fmt.Errorf("the weights of kernel %s%+v could not be packed: %w", work.Kernel.Name(), work.Kernel, err)
		}
		if packed = buffer; repack != nil {
			next.parts = append(next.parts, *repack)
		}
	}
	for part := &v; part != nil; part = part.Next {
		signed := signatureOf(work, *part)
		pipeline, err := l.session.compiled(ctx, *part, signed)
		if err == nil {
			err = script.Try(func() {
				group := l.session.group(signed, l.bound(plan, work, *part, packed, between)...)
				next.parts = append(next.parts, dispatch{pipeline, group, part.Groups})
			})
		}
		if err != nil {
			return next, fmt.Errorf("kernel %s%+v could not be compiled as %s: %w", work.Kernel.Name(), work.Kernel, part.Name, err)
		}
	}
	return next, nil
}

// bound are the buffers of a shader of a step, in its order.
func (l *loaded) bound(plan *core.Plan, work core.Step, v kernels.Shader, packed, between js.Value) (list []js.Value) {
	bind := v.Bind
	if bind == nil {
		for i := range work.Bind {
			bind = append(bind, i)
		}
	}
	for _, i := range bind {
		switch {
		case i == kernels.Parts:
			list = append(list, between)
		case i == kernels.Packed:
			list = append(list, packed)
		case i == kernels.Spare:
			list = append(list, l.spare)
		case l.weights[work.Bind[i]]:
			at := work.Bind[i]
			list = append(list, l.parameter(plan.Buffers[at].Value, l.half[at]))
		default:
			list = append(list, l.buffers[work.Bind[i]])
		}
	}
	if v.Sizes != nil {
		list = append(list, l.uniform(v.Words()))
	}
	return list
}

// uniform is a small buffer of a variant's sizes.
func (l *loaded) uniform(values []int32) js.Value {
	s := l.session
	const aligned = 16 // what the size of a uniform must be a multiple of
	buffer := s.device.Call("createBuffer", script.Object("size", (4*len(values)+aligned-1)/aligned*aligned, "usage", uniform|copyDst))
	host := script.ByteArray(4 * len(values))
	js.CopyBytesToJS(host, script.Raw(values))
	s.queue.Call("writeBuffer", buffer, 0, host)
	l.uniforms = append(l.uniforms, buffer)
	return buffer
}

// run submits all steps, in as few submissions as may be.
func (l *loaded) run(ctx context.Context) error {
	s := l.session
	err := script.Try(func() {
		l.forget()
		for _, some := range l.recorded {
			s.submit(some)
		}
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
	list := script.Array(0)
	for _, s := range steps {
		for _, d := range s.parts {
			list.Call("push", d.pipeline, d.group, d.workgroups[0], d.workgroups[1], d.workgroups[2])
		}
	}
	return list
}

// submit runs what was recorded, in one pass.
func (s *session) submit(recorded js.Value) {
	js.Global().Call("submitSteps", s.device, recorded)
}

// finish submits an encoder's work.
func (s *session) finish(encoder js.Value) {
	commands := script.Array(1)
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
	_ = script.Try(func() {
		for i, buffer := range l.buffers {
			if p.Buffers[i].Role != core.Parameter {
				buffer.Call("destroy")
			}
		}
		l.session.release(l.holds)
		l.abandon()
		for _, buffer := range append(l.uniforms, l.tally, l.spare) {
			if buffer.Truthy() {
				buffer.Call("destroy")
			}
		}
		for _, s := range l.staging {
			s.buffer.Call("destroy")
		}
	})
	l.buffers, l.uniforms, l.staging, l.holds = nil, nil, nil, nil
}
