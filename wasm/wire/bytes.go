//go:build js && wasm

package wire

import (
	"syscall/js"
	"unsafe"
)

// Array is a Uint8Array with a copy of some bytes.
func Array(data []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(array, data)
	return array
}

// Bytes is a copy of a Uint8Array.
func Bytes(array js.Value) []byte {
	data := make([]byte, array.Length())
	js.CopyBytesToGo(data, array)
	return data
}

// Raw are the bytes of values where they lie.
func Raw(values []float32) []byte {
	if len(values) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), 4*len(values))
}

// Floats is a copy of the values whose bytes a Uint8Array holds.
func Floats(array js.Value) []float32 {
	values := make([]float32, array.Length()/4)
	js.CopyBytesToGo(Raw(values), array)
	return values
}
