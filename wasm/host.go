//go:build js && wasm

package main

import (
	"context"
	"syscall/js"

	"segfault/core"
	"segfault/core/lab"
	"segfault/kernels"
	"segfault/webgpu"
	"segfault/webgpu/script"
)

// host is what surrounds the engine: site/engine/worker.js.
type host struct {
	value  js.Value
	breath *breath
}

// Breathe implements lab.Host.
func (h *host) Breathe() { h.breath.take() }

// Release implements lab.Host: release.json, as the build wrote it.
func (h *host) Release() (r lab.Release, err error) {
	return r, decode(h.value.Get("release"), &r)
}

// Weights implements lab.Host: a file of the site's weights folder.
func (h *host) Weights(ctx context.Context, file string, arrived func(int)) ([]byte, error) {
	value, err := h.arrive(ctx, arrived, "weights", file)
	if err != nil {
		return nil, err
	}
	h.value.Call("drop", file)
	return script.Bytes(value), nil
}

// Digest implements lab.Host.
func (h *host) Digest(ctx context.Context, f lab.File) (string, error) {
	value, err := h.wait(ctx, "digest", f.(file).content)
	if err != nil {
		return "", err
	}
	return value.String(), nil
}

// arrive waits for something that the host fetches; arrived hears how many bytes have come.
func (h *host) arrive(ctx context.Context, arrived func(int), function string, args ...any) (js.Value, error) {
	counted := script.Callback("counted", func(args []js.Value) any {
		arrived(args[0].Int())
		return nil
	})
	defer counted.Release()
	return h.wait(ctx, function, append(args, counted)...)
}

// wait calls a function of the host that returns a promise, and ends it with the context.
func (h *host) wait(ctx context.Context, function string, args ...any) (js.Value, error) {
	abort := js.Global().Get("AbortController").New()
	end := script.Settle(h.value.Call(function, append(args, abort.Get("signal"))...))
	select {
	case <-ctx.Done():
		abort.Call("abort")
		<-end // until then it may call what is about to be released
		return js.Undefined(), ctx.Err()
	case how := <-end:
		if thrown, ok := how.Err.(script.Thrown); ok && thrown.Code() != "" {
			return how.Value, lab.Coded(lab.Code(thrown.Code()), how.Err)
		}
		return how.Value, how.Err
	}
}

// GPU implements lab.Machine.
func (h *host) GPU(ctx context.Context) (lab.Device, error) {
	d, err := webgpu.Open(ctx, webgpu.Options{})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// CPU implements lab.Machine.
func (h *host) CPU() core.Backend { return core.NewCPU(1) }

// CPUName implements lab.Machine.
func (h *host) CPUName() string {
	if simd := kernels.SIMD(); simd != "" {
		return "WebAssembly with " + simd
	}
	return "WebAssembly without SIMD, some thirty times slower"
}
