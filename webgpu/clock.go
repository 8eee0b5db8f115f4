//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"slices"
	"syscall/js"
	"time"

	"segfault/webgpu/script"
)

// timestamps is the feature of a GPU that tells by its own clock what it did when.
const timestamps = "timestamp-query"

// mostQueries is how many times a query set may hold (WebGPU, section 20.1); a
// pass takes two.
const mostQueries = 4096

// tick is how coarse the GPU's clock may be: browsers round it to 0.1 ms.
const tick = 100 * time.Microsecond

// coarse is what a driver on the processor rounds its times to where it plays a
// GPU: more than its shorter steps take, as a GPU's clock does.
const coarse = time.Millisecond

// measure says what each of some steps takes when it is done so many times: by the GPU's own clock
// where it has one, and else with the way there and back. A step of which the
// clock does not tell took no time.
func (l *loaded) measure(ctx context.Context, times int, steps ...step) ([]time.Duration, error) {
	took := make([]time.Duration, 0, len(steps))
	if has(l.session.device, timestamps) {
		for some := range slices.Chunk(steps, mostQueries/2) {
			more, err := l.stamp(ctx, times, some)
			if err != nil {
				return nil, err
			}
			took = append(took, more...)
		}
		return took, nil
	}
	for _, work := range steps {
		t, err := l.time(ctx, slices.Repeat([]step{work}, times))
		if err != nil {
			return nil, err
		}
		took = append(took, t)
	}
	return took, nil
}

// grain is how much of a measured time is not the work's: of a wait, what an empty one takes.
func (l *loaded) grain(ctx context.Context) (time.Duration, error) {
	s := l.session
	if s.grain == 0 && !has(s.device, timestamps) {
		empty := make([]float64, 5)
		for i := range empty {
			took, err := l.time(ctx, nil)
			if err != nil {
				return 0, err
			}
			empty[i] = float64(took)
		}
		slices.Sort(empty)
		s.grain = time.Duration(empty[len(empty)/2])
	}
	return max(s.grain, tick, s.coarse), nil
}

// time submits steps and waits for it.
func (l *loaded) time(ctx context.Context, steps []step) (time.Duration, error) {
	began := time.Now()
	err := script.Try(func() { l.session.submit(record(steps)) })
	if err == nil {
		_, err = l.session.await(ctx, l.session.queue.Call("onSubmittedWorkDone"))
	}
	return time.Since(began), err
}

// stamp gives every step a pass of its own between two timestamps.
func (l *loaded) stamp(ctx context.Context, times int, steps []step) ([]time.Duration, error) {
	device := l.session.device
	size := 16 * len(steps) // two times of 64 bits
	var queries, resolved, staging, mapping js.Value
	err := script.Try(func() {
		queries = device.Call("createQuerySet", script.Object("type", "timestamp", "count", 2*len(steps)))
		resolved = device.Call("createBuffer", script.Object("size", size, "usage", resolve|copySrc))
		staging = device.Call("createBuffer", script.Object("size", size, "usage", mapRead|copyDst))
		encoder := device.Call("createCommandEncoder")
		for i, work := range steps {
			pass := encoder.Call("beginComputePass", script.Object("timestampWrites",
				script.Object("querySet", queries, "beginningOfPassWriteIndex", 2*i, "endOfPassWriteIndex", 2*i+1)))
			js.Global().Call("encodeSteps", pass, record([]step{work}), times)
			pass.Call("end")
		}
		encoder.Call("resolveQuerySet", queries, 0, 2*len(steps), resolved, 0)
		encoder.Call("copyBufferToBuffer", resolved, 0, staging, 0, size)
		l.session.finish(encoder)
		const read = 1 // GPUMapMode.READ
		mapping = staging.Call("mapAsync", read)
	})
	if err == nil {
		_, err = l.session.await(ctx, mapping)
	}
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	took := make([]time.Duration, len(steps))
	err = script.Try(func() {
		js.CopyBytesToGo(data, js.Global().Get("Uint8Array").New(staging.Call("getMappedRange")))
		for _, made := range []js.Value{queries, resolved, staging} {
			made.Call("destroy")
		}
	})
	for i := range took {
		began, ended := binary.LittleEndian.Uint64(data[16*i:]), binary.LittleEndian.Uint64(data[16*i+8:])
		if grain := uint64(max(l.session.coarse, 1)); ended > began { // clocks may be reset
			took[i] = time.Duration((ended/grain - began/grain) * grain)
		}
	}
	return took, err
}
