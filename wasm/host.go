//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"syscall/js"

	"segfault/core/scan"

	"github.com/gowebapi/webapi/javascript"
)

// host is what surrounds the engine: site/engine/worker.js.
type host struct{ value js.Value }

func hostFrom(v js.Value) host { return host{v} }

// release is the site's release.json, as the build wrote it.
func (h host) release() params { return params{h.value.Get("release")} }

// decode unpacks a frame of a compressed DICOM with decoders that the host fetches when they are first needed, unless the
// context ends before they are there.
func (h host) decode(ctx context.Context, f scan.Frame, onBytes func(done int)) ([]byte, error) {
	counted := counter(onBytes)
	defer counted.Release()
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
	value, err := await(h.value.Call("decode", encode(object{
		"syntax": f.Syntax, "data": f.Data, "width": f.Width, "height": f.Height, "samples": f.Samples,
		"allocated": f.Allocated, "stored": f.Stored, "signed": f.Signed, "photometric": f.Photometric,
	}, new([]*javascript.Object)), counted, abort.Get("signal")))
	if err != nil {
		return nil, reason(err)
	}
	pixels := make([]byte, value.Length())
	js.CopyBytesToGo(pixels, value)
	return pixels, nil
}

// counter is a function that JavaScript calls with the bytes that have come.
func counter(onBytes func(done int)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		onBytes(args[0].Int())
		return nil
	})
}

// reason is an Error's message.
func reason(err error) error {
	if e, ok := err.(js.Error); ok && e.Value.InstanceOf(js.Global().Get("Error")) {
		return fmt.Errorf("%s", e.Value.Get("message").String())
	}
	return err
}

// weights fetches a file of the site's weights folder.
func (h host) weights(file string, onBytes func(done int)) ([]byte, error) {
	counted := counter(onBytes)
	defer counted.Release()
	value, err := await(h.value.Call("weights", file, counted))
	if err != nil {
		return nil, reason(err)
	}
	data := make([]byte, value.Length())
	js.CopyBytesToGo(data, value)
	h.value.Call("drop", file)
	return data, nil
}
