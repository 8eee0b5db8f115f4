//go:build js && wasm

package main

import (
	"fmt"
	"math"
	"syscall/js"

	"segfault/core/lab"
	"segfault/webgpu/script"
)

// decode reads an object into a struct, of which it is given a pointer. What is missing stays; what is of a wrong type is an error that
// names it.
func decode(object js.Value, into any) (err error) {
	if object.Type() != js.TypeObject {
		return nil
	}
	lab.Fields(into, func(name string, at any) {
		if err == nil {
			if v := object.Get(name); !v.IsUndefined() && !v.IsNull() {
				err = read(name, v, at)
			}
		}
	})
	return err
}

// read reads a value into what at points to.
func read(name string, v js.Value, at any) error {
	switch given := at.(type) {
	case lab.Optional:
		at = given.At
	case lab.Pointer:
		at = given.New()
	case **float64:
		if v.IsNull() { // in a list
			return nil
		}
	}
	want := js.TypeObject
	switch at.(type) {
	case *string:
		want = js.TypeString
	case *bool:
		want = js.TypeBoolean
	case *int, *uint64, *float32, *float64, **float64:
		want = js.TypeNumber
	}
	if v.Type() != want {
		return fmt.Errorf("segfault: %s should be %s, found %s", name, article(want, at), article(v.Type(), nil))
	}
	switch at := at.(type) {
	case *string:
		*at = v.String()
	case *bool:
		*at = v.Bool()
	case *float64:
		*at = v.Float()
	case **float64:
		number := v.Float()
		*at = &number
	case *float32:
		*at = float32(v.Float())
	case *int:
		*at = int(v.Float())
		return lab.Whole(name, v.Float(), math.MinInt32, math.MaxInt32)
	case *uint64:
		*at = uint64(v.Float())
		return lab.Whole(name, v.Float(), 0, lab.MaxSeed)
	case *[]float32:
		return list(name, v, func(n int) { *at = make([]float32, n) }, func(i int) any { return &(*at)[i] })
	case *[2]float64:
		if !isArray(v) || v.Length() != 2 {
			return fmt.Errorf("segfault: of %s each should be an array of 2", name)
		}
		return list(name, v, func(int) {}, func(i int) any { return &at[min(i, 1)] })
	case *[]uint8:
		if !v.InstanceOf(js.Global().Get("Uint8Array")) {
			return fmt.Errorf("segfault: %s should be a Uint8Array", name)
		}
		*at = script.Bytes(v)
	case *lab.Values:
		if !v.InstanceOf(js.Global().Get("Float32Array")) {
			return fmt.Errorf("segfault: %s should be a Float32Array", name)
		}
		*at = script.Floats(js.Global().Get("Uint8Array").New(v.Get("buffer"))) // a message's array has one of its own
	case *lab.File:
		f, err := fileOf(name, v)
		*at = f
		return err
	case lab.List:
		if at.Grow == nil { // an array
			if !isArray(v) || v.Length() != at.Len {
				return fmt.Errorf("segfault: %s should be an array of %d", name, at.Len)
			}
			at.Grow = func(int) {}
		}
		return list(name, v, at.Grow, at.At)
	default:
		return decode(v, at)
	}
	return nil
}

// list reads an array's elements, each into what at says.
func list(name string, v js.Value, grow func(n int), at func(i int) any) error {
	if !isArray(v) {
		return fmt.Errorf("segfault: %s should be an array", name)
	}
	n := v.Length()
	for i := range n { // before there is memory for all: a vast array may be empty
		if v.Index(i).IsUndefined() {
			return fmt.Errorf("segfault: %s should be an array of values; of its %d, number %d is missing", name, n, i+1)
		}
	}
	grow(n)
	for i := range n {
		if err := read(name, v.Index(i), at(i)); err != nil {
			return err
		}
	}
	return nil
}

// article is a type in a sentence; what is read into a list is an array.
func article(t js.Type, at any) string {
	switch at.(type) {
	case lab.List, *[]float32, *[2]float64:
		return "an array"
	}
	switch t {
	case js.TypeNull, js.TypeUndefined:
		return t.String()
	case js.TypeObject:
		return "an object"
	}
	return "a " + t.String()
}

// isArray says whether it is one, or one of numbers as the engine itself sends it.
func isArray(v js.Value) bool {
	return v.InstanceOf(js.Global().Get("Array")) || v.InstanceOf(js.Global().Get("Float32Array"))
}
