//go:build js && wasm

package main

import (
	"fmt"
	"math"
	"syscall/js"

	"segfault/core/lab"
	"segfault/wasm/wire"
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
		return fmt.Errorf("segfault: %s should be a %v, found a %v", name, want, v.Type())
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
		return whole(name, v, math.MinInt32, math.MaxInt32, func(n float64) { *at = int(n) })
	case *uint64:
		return whole(name, v, 0, lab.MaxSeed, func(n float64) { *at = uint64(n) })
	case *[]int:
		return list(name, v, func(n int) { *at = make([]int, n) }, func(i int) any { return &(*at)[i] })
	case *[]float32:
		return list(name, v, func(n int) { *at = make([]float32, n) }, func(i int) any { return &(*at)[i] })
	case *[]string:
		return list(name, v, func(n int) { *at = make([]string, n) }, func(i int) any { return &(*at)[i] })
	case *[][2]float64:
		return list(name, v, func(n int) { *at = make([][2]float64, n) }, func(i int) any { return &(*at)[i] })
	case *[2]float64:
		return list(name, v, func(int) {}, func(i int) any { return &at[min(i, 1)] })
	case *[]uint8:
		if !v.InstanceOf(js.Global().Get("Uint8Array")) {
			return fmt.Errorf("segfault: %s should be a Uint8Array", name)
		}
		*at = wire.Bytes(v)
	case *lab.Values:
		if !v.InstanceOf(js.Global().Get("Float32Array")) {
			return fmt.Errorf("segfault: %s should be a Float32Array", name)
		}
		*at = wire.Floats(js.Global().Get("Uint8Array").New(v.Get("buffer"))) // a message's array has one of its own
	case *lab.File:
		f, err := fileOf(name, v)
		*at = f
		return err
	case *[]lab.File:
		return list(name, v, func(n int) { *at = make([]lab.File, n) }, func(i int) any { return &(*at)[i] })
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

// whole reads a whole number within limits.
func whole(name string, v js.Value, least, most float64, set func(float64)) error {
	n := v.Float()
	if n != math.Trunc(n) {
		return fmt.Errorf("segfault: %s should be a whole number, found %v", name, n)
	}
	if !(n >= least && n <= most) {
		return fmt.Errorf("segfault: a %s of %v; expected a whole number from %.0f to %.0f", name, n, least, most)
	}
	set(n)
	return nil
}

// list reads an array's elements, each into what at says.
func list(name string, v js.Value, grow func(n int), at func(i int) any) error {
	if !isArray(v) {
		return notArray(name)
	}
	n := v.Length()
	grow(n)
	for i := range n {
		if err := read(name, v.Index(i), at(i)); err != nil {
			return err
		}
	}
	return nil
}

// isArray says whether it is one, or one of numbers as the engine itself sends it.
func isArray(v js.Value) bool {
	return v.InstanceOf(js.Global().Get("Array")) || v.InstanceOf(js.Global().Get("Float32Array"))
}

func notArray(name string) error { return fmt.Errorf("segfault: %s should be an array", name) }
