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
	settle := script.Callback("settle", func(args []js.Value) any { return settled(asks, args[0]) })
	defer settle.Release()
	progress := script.Callback("progress", func(args []js.Value) any { return asks.Progress(args[0].String(), args[1].Int(), args[2].Int()) })
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

// settled is the image that a helper is answered with, or the sentence of what went wrong.
func settled(asks lab.Asks, moved js.Value) any {
	var image []float32
	err := script.Attempt("settle", func() (err error) {
		image, err = asks.Settle(script.Floats(moved))
		return err
	})
	if err != nil {
		return err.Error()
	}
	return script.Copied(script.Raw(image))
}

// Settle implements lab.Helpers.
func (h *host) Settle(ctx context.Context, task int, moved []float32) ([]float32, error) {
	image, err := h.wait(ctx, "settle", task, script.Copied(script.Raw(moved)))
	if err != nil {
		return nil, err
	}
	return script.Floats(image), nil
}
