//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"
)

// host is what surrounds the engine: site/engine/worker.js.
type host struct{ value js.Value }

func hostFrom(v js.Value) host { return host{v} }

// release is the site's release.json, as the build wrote it.
func (h host) release() params { return params{h.value.Get("release")} }

// weights fetches a file of the site's weights folder.
func (h host) weights(file string, onBytes func(done int)) ([]byte, error) {
	counted := js.FuncOf(func(_ js.Value, args []js.Value) any {
		onBytes(args[0].Int())
		return nil
	})
	defer counted.Release()
	value, err := await(h.value.Call("weights", file, counted))
	if err != nil {
		if e, ok := err.(js.Error); ok && e.Value.InstanceOf(js.Global().Get("Error")) {
			err = fmt.Errorf("%s", e.Value.Get("message").String())
		}
		return nil, err
	}
	data := make([]byte, value.Length())
	js.CopyBytesToGo(data, value)
	h.value.Call("drop", file)
	return data, nil
}
