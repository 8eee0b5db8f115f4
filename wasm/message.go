//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"segfault/core/lab"
	"segfault/wasm/wire"

	"github.com/gowebapi/webapi/javascript"
)

// object is a JavaScript object to be.
type object map[string]any

// pixels are RGBA bytes, which become a Uint8ClampedArray.
type pixels []uint8

// handed is a typed array that is the page's from now on.
type handed struct{ js.Value }

// encode makes a value ready for a message. Typed arrays are copied once, out of Go's memory, and their buffers listed in
// transfer so that the page receives them without another copy.
func encode(v any, transfer *[]*javascript.Object) js.Value {
	switch v := v.(type) {
	case object:
		o := js.Global().Get("Object").New()
		for name, member := range v {
			o.Set(name, encode(member, transfer))
		}
		return o
	case []object:
		return array(v, transfer)
	case []string:
		return array(v, transfer)
	case []float64:
		return array(v, transfer)
	case []*float64:
		return array(v, transfer)
	case *float64:
		if v == nil {
			return js.Null()
		}
		return js.ValueOf(*v)
	case []int:
		return array(v, transfer)
	case [][]int:
		return array(v, transfer)
	case []float32:
		return typed("Float32Array", wire.Raw(v), transfer)
	case []uint8:
		return typed("Uint8Array", v, transfer)
	case handed:
		*transfer = append(*transfer, javascript.ObjectFromJS(v.Get("buffer")))
		return v.Value
	case pixels:
		return typed("Uint8ClampedArray", v, transfer)
	}
	return js.ValueOf(v)
}

func array[T any](values []T, transfer *[]*javascript.Object) js.Value {
	a := js.Global().Get("Array").New(len(values))
	for i, v := range values {
		a.SetIndex(i, encode(v, transfer))
	}
	return a
}

func typed(kind string, raw []byte, transfer *[]*javascript.Object) js.Value {
	buffer := wire.Array(raw).Get("buffer")
	*transfer = append(*transfer, javascript.ObjectFromJS(buffer))
	return js.Global().Get(kind).New(buffer)
}

// params are a call's parameters. A missing one reads as zero; one of a wrong type is an error that names it.
type params struct{ value js.Value }

func (p params) get(name string, want js.Type) (js.Value, error) {
	if p.value.Type() != js.TypeObject {
		return js.Undefined(), nil
	}
	v := p.value.Get(name)
	if v.IsUndefined() || v.IsNull() {
		return js.Undefined(), nil
	}
	if v.Type() != want {
		return js.Undefined(), fmt.Errorf("segfault: %s should be a %v, found a %v", name, want, v.Type())
	}
	return v, nil
}

// has says whether a parameter was given.
func (p params) has(name string) bool {
	v := p.value.Get(name)
	return !v.IsUndefined() && !v.IsNull()
}

func (p params) text(name string) (string, error) {
	v, err := p.get(name, js.TypeString)
	if err != nil || v.IsUndefined() {
		return "", err
	}
	return v.String(), nil
}

func (p params) number(name string) (float64, error) {
	v, err := p.get(name, js.TypeNumber)
	if err != nil || v.IsUndefined() {
		return 0, err
	}
	return v.Float(), nil
}

// index is a whole number, such as a slice's or a thing's.
func (p params) index(name string) (int, error) {
	v, err := p.number(name)
	if err == nil && (v != float64(int(v))) {
		err = fmt.Errorf("segfault: %s should be a whole number, found %v", name, v)
	}
	return int(v), err
}

func (p params) flag(name string) (bool, error) {
	v, err := p.get(name, js.TypeBoolean)
	if err != nil || v.IsUndefined() {
		return false, err
	}
	return v.Bool(), nil
}

// array is a Uint8Array; undefined if there is none.
func (p params) array(name string) (js.Value, error) {
	v, err := p.get(name, js.TypeObject)
	if err == nil && !v.IsUndefined() && !v.InstanceOf(js.Global().Get("Uint8Array")) {
		err = fmt.Errorf("segfault: %s should be a Uint8Array", name)
	}
	return v, err
}

// bytes copies a Uint8Array; nil if there is none.
func (p params) bytes(name string) ([]byte, error) {
	v, err := p.array(name)
	if err != nil || v.IsUndefined() {
		return nil, err
	}
	return wire.Bytes(v), nil
}

// options are those that the call's own caller gave; see site/engine/options.js.
func (p params) options() ([]lab.Option, error) {
	return list(p, "options", js.TypeObject, func(v js.Value) lab.Option {
		return lab.Option{Name: v.Get("name").String(), Odd: v.Get("odd").String()}
	})
}

// list reads an array with one function an element.
func list[T any](p params, name string, want js.Type, read func(js.Value) T) ([]T, error) {
	v, err := p.get(name, js.TypeObject)
	if err != nil || v.IsUndefined() {
		return nil, err
	}
	if !v.InstanceOf(js.Global().Get("Array")) {
		return nil, fmt.Errorf("segfault: %s should be an array", name)
	}
	values := make([]T, v.Length())
	for i := range values {
		member := v.Index(i)
		if member.Type() != want {
			return nil, fmt.Errorf("segfault: %s should hold only values of type %v, found a %v", name, want, member.Type())
		}
		values[i] = read(member)
	}
	return values, nil
}

func (p params) texts(name string) ([]string, error) {
	return list(p, name, js.TypeString, js.Value.String)
}

func (p params) numbers(name string) ([]float64, error) {
	return list(p, name, js.TypeNumber, js.Value.Float)
}
