//go:build js && wasm

package webgpu

import (
	"context"
	"syscall/js"
	"time"

	"segfault/webgpu/script"
)

// nudge is how often, at first, a wait asks the browser to look whether it is over.
const nudge = 2 * time.Millisecond

// await waits for a promise of the device.
func (s *session) await(ctx context.Context, promise js.Value) (js.Value, error) {
	return s.wait(ctx, script.Settle(promise))
}

// wait waits for what the device settles, or for its loss, after which that may
// never be. Firefox looks for finished work when some is submitted and else ten
// times a second, so that nothing is submitted now and then: ever more rarely,
// since a long wait may well end a little late.
func (s *session) wait(ctx context.Context, end <-chan script.Settled) (js.Value, error) {
	began := time.Now()
	for {
		select {
		case how := <-end:
			return how.Value, how.Err
		case <-ctx.Done():
			return js.Undefined(), ctx.Err()
		case <-s.gone:
			return js.Undefined(), s.lost
		case <-time.After(max(nudge, time.Since(began)/8)):
			if err := script.Try(func() { s.queue.Call("submit", script.Array(0)) }); err != nil {
				return js.Undefined(), err
			}
		}
	}
}
