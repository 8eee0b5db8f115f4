//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"

	"segfault/core"
	"segfault/core/lab"
	"segfault/kernels"
	"segfault/wasm/wire"
	"segfault/webgpu"
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
	return wire.Bytes(value), nil
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
	counted := js.FuncOf(func(_ js.Value, args []js.Value) any {
		arrived(args[0].Int())
		return nil
	})
	defer counted.Release()
	return h.wait(ctx, function, append(args, counted)...)
}

// wait calls a function of the host that returns a promise, and ends it with the context.
func (h *host) wait(ctx context.Context, function string, args ...any) (js.Value, error) {
	abort := js.Global().Get("AbortController").New()
	ended := make(chan struct{})
	defer close(ended)
	go func() { // context.AfterFunc would cost 3 KB of the first load
		select {
		case <-ctx.Done():
			abort.Call("abort")
		case <-ended:
		}
	}()
	value, err := await(h.value.Call(function, append(args, abort.Get("signal"))...))
	if ctx.Err() != nil {
		return value, ctx.Err()
	}
	return value, reason(err)
}

// reason is an Error's message, with its code if it has one.
func reason(err error) error {
	e, ok := err.(js.Error)
	if !ok || !e.Value.InstanceOf(js.Global().Get("Error")) {
		return err
	}
	err = errors.New(e.Value.Get("message").String())
	if code := e.Value.Get("code"); code.Type() == js.TypeString {
		return lab.Coded(lab.Code(code.String()), err)
	}
	return err
}

// gpu is a device as the lab sees it.
type gpu struct{ *webgpu.Device }

func (g gpu) Software() bool { return g.Info().Software }
func (g gpu) String() string { return g.Info().String() }

func (g gpu) Check() lab.Check {
	c := g.Device.Check()
	return lab.Check{Shaders: c.Shaders, Error: c.Worst}
}

// GPU implements lab.Machine.
func (h *host) GPU(ctx context.Context) (lab.Device, error) {
	d, err := webgpu.Open(ctx, webgpu.Options{})
	if err != nil {
		return nil, err
	}
	return gpu{d}, nil
}

// CPU implements lab.Machine.
func (h *host) CPU() core.Backend { return core.NewCPU(1) }

// CPUName implements lab.Machine.
func (h *host) CPUName() string {
	if simd := kernels.SIMD(); simd != "" {
		return "WebAssembly with " + simd
	}
	return "WebAssembly without SIMD, several times slower"
}
