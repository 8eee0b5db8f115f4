//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"io"
	"syscall/js"

	"segfault/webgpu/script"
)

// file is a visitor's file, which is read a part at a time where it lies, so that a large one is never in memory as a whole. Where a worker
// can read no Blob, it is an array of its bytes.
type file struct {
	value   js.Value // as the page gave it: { name, bytes } or { name, file }
	content js.Value // a Blob or a Uint8Array
}

func fileOf(name string, v js.Value) (file, error) {
	content := v.Get("bytes")
	if content.IsUndefined() {
		content = v.Get("file")
	}
	f := file{v, content}
	if v.Get("name").Type() != js.TypeString || content.IsUndefined() || !f.array() && !content.InstanceOf(js.Global().Get("Blob")) {
		return f, fmt.Errorf("segfault: %s should be a file: its name, and its content as a Uint8Array or a Blob", name)
	}
	return f, nil
}

// Name implements lab.File.
func (f file) Name() string { return f.value.Get("name").String() }

func (f file) array() bool { return f.content.InstanceOf(js.Global().Get("Uint8Array")) }

// Size implements lab.File.
func (f file) Size() int64 {
	if f.array() {
		return int64(f.content.Length())
	}
	return int64(f.content.Get("size").Float())
}

// ReadAt implements io.ReaderAt.
func (f file) ReadAt(p []byte, at int64) (int, error) {
	part := f.content.Call("slice", at, at+int64(len(p)))
	if !f.array() {
		buffer, err := script.Await(context.Background(), part.Call("arrayBuffer"))
		if err != nil {
			return 0, fmt.Errorf("it may have been moved or changed (%w)", err)
		}
		part = js.Global().Get("Uint8Array").New(buffer)
	}
	n := js.CopyBytesToGo(p, part)
	if n < len(p) {
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}
