//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"maps"
	"slices"
	"syscall/js"

	"segfault/core"
	"segfault/webgpu/script"
)

// program is a loaded plan. Its host side outlives a lost device, its device
// side does not.
type program struct {
	device  *Device
	plan    *core.Plan
	inputs  map[string]js.Value // what was last written, as Uint8Array
	outputs map[string]int      // where each output lies in the staging buffer, in bytes
	bytes   int                 // of all outputs
	loaded  *loaded             // nil before Load and after a failed reload
	ran     bool                // whether loaded holds outputs
	changes []int               // the inputs and parameters that a run changes
	left    map[int]bool        // those of them that a run has changed since they were written: only the device has them
}

// Load implements core.Backend. Parameters that steps change stay on the device:
// whoever wants them makes them outputs.
func (d *Device) Load(plan *core.Plan) (core.Program, error) {
	p := &program{device: d, plan: plan, inputs: map[string]js.Value{}, outputs: map[string]int{}, left: map[int]bool{}}
	for name, at := range plan.Inputs {
		p.inputs[name] = script.ByteArray(4 * plan.Buffers[at].Count)
	}
	for _, step := range plan.Steps {
		p.changes = append(p.changes, changed(plan, step)...)
	}
	for _, name := range slices.Sorted(maps.Keys(plan.Outputs)) {
		p.outputs[name] = p.bytes
		p.bytes += 4 * plan.Shapes[name].Count()
	}
	if _, err := p.ready(context.Background()); err != nil {
		return nil, err
	}
	return p, nil
}

// ready is the program's side on the device, made anew where the device is.
func (p *program) ready(ctx context.Context) (*loaded, error) {
	s, err := p.device.current(ctx)
	if err != nil {
		return nil, err
	}
	if p.loaded != nil && p.loaded.session == s {
		return p.loaded, nil
	}
	p.loaded, p.ran = nil, false
	if len(p.left) > 0 { // to go on from what was written once would be to begin again, unnoticed
		return nil, errors.New("webgpu: what runs had left to the next was lost with the GPU device: begin again")
	}
	l, err := s.load(ctx, p)
	if err != nil && s.forget(err) {
		l, err = s.load(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	p.loaded = l
	if err := p.device.verify(ctx, p.plan, l.steps); err != nil {
		p.Close()
		return nil, err
	}
	s.keep(p.device.options.Races)
	return l, nil
}

// Write implements core.Program.
func (p *program) Write(name string, src []float32) error {
	at, err := p.plan.Input(name, len(src))
	if err != nil {
		return err
	}
	host := p.inputs[name]
	js.CopyBytesToJS(host, script.Raw(src))
	delete(p.left, at)
	if p.loaded == nil {
		return nil // Run will upload it
	}
	return script.Try(func() { p.loaded.session.queue.Call("writeBuffer", p.loaded.buffers[at], 0, host) })
}

// Run implements core.Program. It returns when the work is submitted; Read
// waits for it. Where a device was lost with what runs before have left to this
// one, it fails until that has been written anew.
func (p *program) Run(ctx context.Context, _ func(step int)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l, err := p.ready(ctx)
	if err != nil {
		return err
	}
	p.ran = true
	for _, at := range p.changes {
		p.left[at] = true
	}
	return l.run(ctx)
}

// Read implements core.Program. The first Read of a run fetches all outputs at
// once, because waiting is what costs.
func (p *program) Read(ctx context.Context, name string, dst []float32) error {
	if _, err := p.plan.Output(name, len(dst)); err != nil {
		return err
	}
	l, err := p.computed(ctx)
	if err != nil {
		return err
	}
	if l.read == nil {
		all, err := l.fetch(p, maps.Keys(p.outputs))
		if err != nil {
			return err
		}
		if err := all.wait(ctx, l); err != nil {
			return err
		}
		l.read = all
	}
	l.read.copy(dst, p.outputs[name])
	return nil
}

// Fetch implements core.Program.
func (p *program) Fetch(ctx context.Context, dst map[string][]float32) (wait func() error, err error) {
	for name, values := range dst {
		if _, err := p.plan.Output(name, len(values)); err != nil {
			return nil, err
		}
	}
	l, err := p.computed(ctx)
	if err != nil {
		return nil, err
	}
	outputs, err := l.fetch(p, maps.Keys(dst))
	if err != nil {
		return nil, err
	}
	return func() error {
		if err := outputs.wait(ctx, l); err != nil {
			return err
		}
		for name, values := range dst {
			outputs.copy(values, p.outputs[name])
		}
		outputs.release()
		return nil
	}, nil
}

// computed is the program's side on the device after a run.
func (p *program) computed(ctx context.Context) (*loaded, error) {
	s, err := p.device.current(ctx)
	if err != nil {
		return nil, err
	}
	if !p.ran || p.loaded == nil || p.loaded.session != s {
		return nil, errors.New("webgpu: there is nothing to read: run the program first")
	}
	return p.loaded, nil
}

// Close implements core.Program.
func (p *program) Close() {
	if p.loaded != nil {
		p.loaded.free(p.plan)
		p.loaded = nil
	}
}
