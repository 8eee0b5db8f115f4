//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"syscall/js"
	"time"

	"segfault/core"
)

// Trace implements core.Traced, by the GPU's own clock where it has one. Without
// it every step is waited for, which adds the way there and back.
func (p *program) Trace(ctx context.Context) ([]core.StepTime, error) {
	l, err := p.ready(ctx)
	if err != nil {
		return nil, err
	}
	times := make([]core.StepTime, len(l.steps))
	for i, step := range l.steps {
		times[i].By = step.name
	}
	if has(l.session.device, timestamps) {
		err = l.stamp(ctx, times)
	} else {
		for i, work := range l.steps {
			if times[i].Took, err = l.time(ctx, work, 1); err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil, l.session.explain("the trace failed", err)
	}
	p.ran = true
	return times, nil
}

// stamp gives every step a pass of its own between two timestamps.
func (l *loaded) stamp(ctx context.Context, times []core.StepTime) error {
	device := l.session.device
	size := 16 * len(times) // two times of 64 bits
	var queries, resolved, staging, mapping js.Value
	err := try(func() {
		l.forget()
		queries = device.Call("createQuerySet", object("type", "timestamp", "count", 2*len(times)))
		resolved = device.Call("createBuffer", object("size", size, "usage", resolve|copySrc))
		staging = device.Call("createBuffer", object("size", size, "usage", mapRead|copyDst))
		encoder := device.Call("createCommandEncoder")
		for i, step := range l.steps {
			pass := encoder.Call("beginComputePass", object("timestampWrites",
				object("querySet", queries, "beginningOfPassWriteIndex", 2*i, "endOfPassWriteIndex", 2*i+1)))
			pass.Call("setPipeline", step.pipeline)
			pass.Call("setBindGroup", 0, step.group)
			pass.Call("dispatchWorkgroups", step.workgroups[0], step.workgroups[1], step.workgroups[2])
			pass.Call("end")
		}
		encoder.Call("resolveQuerySet", queries, 0, 2*len(times), resolved, 0)
		encoder.Call("copyBufferToBuffer", resolved, 0, staging, 0, size)
		l.session.finish(encoder)
		const read = 1 // GPUMapMode.READ
		mapping = staging.Call("mapAsync", read)
	})
	if err == nil {
		_, err = await(ctx, mapping)
	}
	if err != nil {
		return err
	}
	data := make([]byte, size)
	js.CopyBytesToGo(data, js.Global().Get("Uint8Array").New(staging.Call("getMappedRange")))
	for i := range times {
		began, ended := binary.LittleEndian.Uint64(data[16*i:]), binary.LittleEndian.Uint64(data[16*i+8:])
		if ended > began { // clocks may be reset
			times[i].Took = time.Duration(ended - began)
		}
	}
	return try(func() {
		for _, made := range []js.Value{queries, resolved, staging} {
			made.Call("destroy")
		}
	})
}
