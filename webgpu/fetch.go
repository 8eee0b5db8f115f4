//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"iter"
	"syscall/js"

	"segfault/webgpu/script"
)

// staging is a buffer in which outputs travel to the host, a run's at a time.
type staging struct {
	buffer js.Value
	busy   bool
	mapped <-chan script.Settled // when the outputs are there
	run    int                   // whose outputs they are
	number int32                 // of the fetch
	at     int                   // where it travels, behind the outputs, in bytes
	host   js.Value              // their bytes as Uint8Array, when they are there
}

// numberSize is what the number of a fetch takes, in bytes.
const numberSize = 4

// fetch begins to copy outputs of the last run. There are as many staging buffers
// as runs whose outputs were under way at once.
func (l *loaded) fetch(p *program, names iter.Seq[string]) (*staging, error) {
	var s *staging
	err := script.Try(func() {
		s = l.unused(p)
		l.fetches++
		s.number = l.fetches
		number := script.ByteArray(numberSize)
		js.CopyBytesToJS(number, script.Raw([]int32{s.number}))
		l.session.queue.Call("writeBuffer", l.tally, 0, number)
		encoder := l.session.device.Call("createCommandEncoder")
		for name := range names {
			size := 4 * p.plan.Shapes[name].Count()
			encoder.Call("copyBufferToBuffer", l.buffers[p.plan.Outputs[name]], 0, s.buffer, p.outputs[name], size)
		}
		encoder.Call("copyBufferToBuffer", l.tally, 0, s.buffer, p.bytes, numberSize)
		l.session.finish(encoder)
		const read = 1 // GPUMapMode.READ
		s.mapped = script.Settle(s.buffer.Call("mapAsync", read))
	})
	if err != nil {
		return nil, l.session.explain("the results could not be read", err)
	}
	s.busy, s.run = true, l.runs
	return s, nil
}

// unused is a staging buffer that is not in use.
func (l *loaded) unused(p *program) *staging {
	for _, s := range l.staging {
		if !s.busy {
			return s
		}
	}
	s := &staging{buffer: l.session.buffer((p.bytes+numberSize)/4, mapRead|copyDst), at: p.bytes}
	l.staging = append(l.staging, s)
	return s
}

// wait waits for the outputs, and gives the buffer back where they do not come.
func (s *staging) wait(ctx context.Context, l *loaded) error {
	_, err := l.session.wait(ctx, s.mapped)
	if err == nil {
		err = l.session.trouble()
	}
	if err == nil {
		err = script.Try(func() { s.host = js.Global().Get("Uint8Array").New(s.buffer.Call("getMappedRange")) })
	}
	if err == nil && !s.arrived() {
		err = errors.New("the GPU did not send them")
	}
	if err != nil {
		s.release()
		return l.session.explain("the results could not be read", err)
	}
	l.finished = max(l.finished, s.run)
	return nil
}

// arrived is whether this fetch's number came, and with it the outputs before it:
// buffers of a lost device may be mapped all the same.
func (s *staging) arrived() bool {
	number := []int32{0}
	js.CopyBytesToGo(script.Raw(number), s.host.Call("subarray", s.at, s.at+numberSize))
	return number[0] == s.number
}

// copy fills dst from an offset in bytes.
func (s *staging) copy(dst []float32, at int) {
	js.CopyBytesToGo(script.Raw(dst), s.host.Call("subarray", at, at+4*len(dst)))
}

// release gives the buffer back to the device; it also ends a mapping that
// nobody waits for any more.
func (s *staging) release() {
	_ = script.Try(func() {
		if s.buffer.Get("mapState").String() != "unmapped" {
			s.buffer.Call("unmap")
		}
	})
	s.busy, s.host, s.mapped = false, js.Undefined(), nil
}
