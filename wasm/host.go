//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"segfault/wasm/wire"
)

// host is what surrounds the engine: site/engine/worker.js.
type host struct{ value js.Value }

func hostFrom(v js.Value) host { return host{v} }

// release is the site's release.json, as the build wrote it.
func (h host) release() params { return params{h.value.Get("release")} }

// noDecoders is the error of a handler that needs the decoders.
type noDecoders struct{ host host }

func (noDecoders) Error() string { return "segfault: the decoders are not loaded" }

func (n noDecoders) fetch(c *call) error {
	_, err := n.host.arrive(c, "decoder", 0, "fetchDecoders")
	return err
}

// digest is the SHA-256 of a visitor's file.
func (h host) digest(c *call, file blob) (string, error) {
	value, err := h.wait(c, "digest", file.value)
	if err != nil {
		return "", err
	}
	return value.String(), nil
}

// arrive waits for something that the host fetches, and tells how many bytes have come.
func (h host) arrive(c *call, stage string, total int, function string, args ...any) (js.Value, error) {
	counted := js.FuncOf(func(_ js.Value, args []js.Value) any {
		c.progress(stage, args[0].Int(), total)
		return nil
	})
	defer counted.Release()
	return h.wait(c, function, append(args, counted)...)
}

// wait calls a function of the host that returns a promise, and ends it with the call.
func (h host) wait(c *call, function string, args ...any) (js.Value, error) {
	abort := js.Global().Get("AbortController").New()
	ended := make(chan struct{})
	defer close(ended)
	go func() { // context.AfterFunc would cost 3 KB of the first load
		select {
		case <-c.Done():
			abort.Call("abort")
		case <-ended:
		}
	}()
	value, err := await(h.value.Call(function, append(args, abort.Get("signal"))...))
	if c.Err() != nil {
		return value, c.Err()
	}
	return value, reason(err)
}

// reason is an Error's message.
func reason(err error) error {
	if e, ok := err.(js.Error); ok && e.Value.InstanceOf(js.Global().Get("Error")) {
		return fmt.Errorf("%s", e.Value.Get("message").String())
	}
	return err
}

// weights fetches a file of the site's weights folder.
func (h host) weights(c *call, file string, size int) ([]byte, error) {
	value, err := h.arrive(c, "weights", size, "weights", file)
	if err != nil {
		return nil, err
	}
	h.value.Call("drop", file)
	return wire.Bytes(value), nil
}
