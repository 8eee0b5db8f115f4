//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"syscall/js"
	"unsafe"
)

// settled is how a promise ended.
type settled struct {
	value js.Value
	err   error
}

// settle tells how a promise ends, to whoever waits for it later. A promise that
// nobody listens to when it is rejected is an error of the page.
func settle(promise js.Value) <-chan settled {
	done := make(chan settled, 1)
	var fulfilled, rejected js.Func
	end := func(s settled) {
		done <- s
		fulfilled.Release()
		rejected.Release()
	}
	fulfilled = js.FuncOf(func(_ js.Value, args []js.Value) any {
		end(settled{value: args[0]})
		return nil
	})
	rejected = js.FuncOf(func(_ js.Value, args []js.Value) any {
		end(settled{err: errors.New(message(args[0]))})
		return nil
	})
	promise.Call("then", fulfilled, rejected)
	return done
}

// await waits for a promise. Where ctx ends first, the promise goes on alone.
func await(ctx context.Context, promise js.Value) (js.Value, error) {
	select {
	case s := <-settle(promise):
		return s.value, s.err
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	}
}

// try calls f and returns what JavaScript threw in it as an error.
func try(f func()) (err error) {
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case js.Error:
			err = errors.New(message(thrown.Value))
		default:
			panic(thrown)
		}
	}()
	f()
	return nil
}

// message is the text of an Error, a DOMException or a GPUError.
func message(v js.Value) string {
	if v.Type() == js.TypeObject {
		if text := v.Get("message"); text.Type() == js.TypeString && text.String() != "" {
			return text.String()
		}
	}
	return js.Global().Call("String", v).String()
}

// text is a property that older browsers lack.
func text(v js.Value, name string) string {
	if p := v.Get(name); p.Type() == js.TypeString {
		return p.String()
	}
	return ""
}

func object(pairs ...any) js.Value {
	o := js.Global().Get("Object").New()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

func array(n int) js.Value { return js.Global().Get("Array").New(n) }

// byteArray is a new Uint8Array of n bytes.
func byteArray(n int) js.Value { return js.Global().Get("Uint8Array").New(n) }

// bytesOf sees the memory of x: WebAssembly and WebGPU are both little-endian.
func bytesOf[T float32 | int32](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
