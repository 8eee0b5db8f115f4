//go:build js && wasm

package main

import (
	"syscall/js"

	"segfault/core/lab"
	"segfault/webgpu/script"

	"github.com/gowebapi/webapi/javascript"
)

// buffer is an ArrayBuffer.
type buffer = javascript.Object

// encoder makes values ready for a message. Typed arrays are copied once, out of Go's memory, and their buffers listed in transfer, so
// that the page receives them without another copy.
type encoder struct{ transfer []*buffer }

// encode encodes what is pointed to.
func (e *encoder) encode(at any) js.Value {
	switch v := at.(type) {
	case nil:
		return js.Null()
	case *string:
		return js.ValueOf(*v)
	case *bool:
		return js.ValueOf(*v)
	case *int:
		return js.ValueOf(*v)
	case *uint64:
		return js.ValueOf(float64(*v))
	case *float32:
		return js.ValueOf(lab.Shortest(*v))
	case *float64:
		return js.ValueOf(*v)
	case **float64:
		if *v == nil {
			return js.Null()
		}
		return js.ValueOf(**v)
	case *[]float32:
		return e.floats(*v)
	case *lab.Values:
		return e.floats(*v)
	case *[]uint8:
		return e.array("Uint8Array", *v)
	case *lab.File:
		return (*v).(file).value
	case *lab.RGBA:
		return e.array("Uint8ClampedArray", *v)
	case js.Value: // a typed array of the host's, which nobody else has
		e.transfer = append(e.transfer, javascript.ObjectFromJS(v.Get("buffer")))
		return v
	case lab.Pointer:
		return e.encode(v.At)
	case lab.Optional:
		return e.encode(v.At)
	case lab.List:
		a := script.Array(v.Len)
		for i := range v.Len {
			a.SetIndex(i, e.encode(v.At(i)))
		}
		return a
	}
	o := script.Object()
	lab.Fields(at, func(name string, at any) {
		if may, ok := at.(lab.Optional); !ok || !may.Empty {
			o.Set(name, e.encode(at))
		}
	})
	return o
}

func (e *encoder) floats(v []float32) js.Value { return e.array("Float32Array", script.Raw(v)) }

func (e *encoder) array(kind string, raw []byte) js.Value {
	b := script.Copied(raw).Get("buffer")
	e.transfer = append(e.transfer, javascript.ObjectFromJS(b))
	return js.Global().Get(kind).New(b)
}
