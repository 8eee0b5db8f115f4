//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"segfault/core/scan/formats"
	"segfault/webgpu/script"
)

// host is what surrounds the engine and this module: site/engine/worker.js.
type host struct{ value js.Value }

// decoders says whether the decoders are there.
func (h host) decoders() bool { return h.value.Get("decoders").Bool() }

// codec decompresses DICOM, and notes in lacking that it was asked to while the decoders were not there.
func (h host) codec() (codec formats.Codec, lacking *bool) {
	lacking = new(bool)
	return func(frame formats.Frame) ([]byte, error) {
		if !h.decoders() {
			*lacking = true
			return nil, fmt.Errorf("the decoders are not loaded")
		}
		return h.decode(frame)
	}, lacking
}

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
