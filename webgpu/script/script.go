//go:build js && wasm

// Package script is what Go says to JavaScript again and again: how a promise ends, what was thrown, small objects, and bytes in typed arrays.
package script

import (
	"context"
	"syscall/js"
	"unsafe"
)

// Thrown is what JavaScript threw, or rejected a promise with.
type Thrown struct{ Value js.Value }

// Error is the text of an Error, a DOMException or a GPUError.
func (t Thrown) Error() string {
	if text := t.text("message"); text != "" {
		return text
	}
	return js.Global().Call("String", t.Value).String()
}

// Code is the code of an Error that has one.
func (t Thrown) Code() string { return t.text("code") }

func (t Thrown) text(name string) string {
	if t.Value.Type() != js.TypeObject {
		return ""
	}
	return Text(t.Value, name)
}

// Settled is how a promise ended.
type Settled struct {
	Value js.Value
	Err   error // Thrown
}

// Settle tells how a promise ends, to whoever waits for it later. A promise that nobody listens to when it is rejected is an error of the page.
func Settle(promise js.Value) <-chan Settled {
	done := make(chan Settled, 1)
	var fulfilled, rejected js.Func
	end := func(s Settled) any {
		done <- s
		fulfilled.Release()
		rejected.Release()
		return nil
	}
	fulfilled = js.FuncOf(func(_ js.Value, args []js.Value) any { return end(Settled{Value: args[0]}) })
	rejected = js.FuncOf(func(_ js.Value, args []js.Value) any { return end(Settled{Err: Thrown{args[0]}}) })
	promise.Call("then", fulfilled, rejected)
	return done
}

// Await waits for a promise. Where ctx ends first, the promise goes on alone.
func Await(ctx context.Context, promise js.Value) (js.Value, error) {
	select {
	case s := <-Settle(promise):
		return s.Value, s.Err
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	}
}

// Try calls f and returns what JavaScript threw in it as an error.
func Try(f func()) (err error) {
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case js.Error:
			err = Thrown{thrown.Value}
		default:
			panic(thrown)
		}
	}()
	f()
	return nil
}

// Text is a property that may be absent.
func Text(v js.Value, name string) string {
	if p := v.Get(name); p.Type() == js.TypeString {
		return p.String()
	}
	return ""
}

// Object is an object of names and values.
func Object(pairs ...any) js.Value {
	o := js.Global().Get("Object").New()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// Array is an array of n elements that are yet undefined.
func Array(n int) js.Value { return js.Global().Get("Array").New(n) }

// ByteArray is a Uint8Array of n zeros.
func ByteArray(n int) js.Value { return js.Global().Get("Uint8Array").New(n) }

// Copied is a Uint8Array with a copy of some bytes.
func Copied(data []byte) js.Value {
	array := ByteArray(len(data))
	js.CopyBytesToJS(array, data)
	return array
}

// Bytes is a copy of a Uint8Array.
func Bytes(array js.Value) []byte {
	data := make([]byte, array.Length())
	js.CopyBytesToGo(data, array)
	return data
}

// Floats is a copy of the values whose bytes a Uint8Array holds.
func Floats(array js.Value) []float32 {
	values := make([]float32, array.Length()/4)
	js.CopyBytesToGo(Raw(values), array)
	return values
}

// Raw sees the memory of values: WebAssembly and typed arrays are both little-endian.
func Raw[T float32 | int32](values []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), 4*len(values))
}
