//go:build js && wasm

package main

import (
	"syscall/js"

	"segfault/core/scan/formats"
	"segfault/webgpu/script"
)

// host is what surrounds the engine and this module: site/engine/worker.js.
type host struct{ value js.Value }

// decoders says whether the decoders are there.
func (h host) decoders() bool { return h.value.Get("decoders").Bool() }

// decode unpacks a frame of a compressed DICOM with the decoders, which must be there.
func (h host) decode(f formats.Frame) (pixels []byte, err error) {
	err = script.Try(func() {
		pixels = script.Bytes(h.value.Call("decode", map[string]any{
			"syntax": f.Syntax, "data": script.Copied(f.Data), "width": f.Width, "height": f.Height, "samples": f.Samples,
			"allocated": f.Allocated, "stored": f.Stored, "signed": f.Signed, "photometric": f.Photometric,
		}))
	})
	return pixels, err
}
