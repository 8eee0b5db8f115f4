//go:build js && wasm

package main

import (
	"context"
	"syscall/js"

	"segfault/core/lab"
	"segfault/webgpu/script"
)

// Wake implements lab.Helpers.
func (h *host) Wake(ctx context.Context, helper int, bytes int64) error {
	_, err := h.wait(ctx, "pool", "wake", helper, bytes)
	return err
}

// Help implements lab.Helpers.
func (h *host) Help(ctx context.Context, helper int, bytes int64, t *lab.Task, asks lab.Asks) (*lab.Done, error) {
	settle := js.FuncOf(func(_ js.Value, args []js.Value) any {
		image, err := asks.Settle(script.Floats(args[0]))
		if err != nil {
			return err.Error()
		}
		return script.Copied(script.Raw(image))
	})
	defer settle.Release()
	progress := js.FuncOf(func(_ js.Value, args []js.Value) any {
		return asks.Progress(args[0].String(), args[1].Int(), args[2].Int())
	})
	defer progress.Release()
	reply, err := h.wait(ctx, "pool", "help", helper, bytes, new(encoder).encode(t), settle, progress)
	switch {
	case err != nil:
		return nil, err
	case reply.IsNull():
		return nil, lab.ErrEnded
	case reply.IsUndefined():
		return nil, lab.ErrNobody
	}
	d := &lab.Done{}
	return d, decode(reply, d)
}

// Settle implements lab.Helpers.
func (h *host) Settle(ctx context.Context, task int, moved []float32) ([]float32, error) {
	image, err := h.wait(ctx, "settle", task, script.Copied(script.Raw(moved)))
	if err != nil {
		return nil, err
	}
	return script.Floats(image), nil
}
