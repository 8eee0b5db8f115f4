package kernels

import (
	"reflect"
	"slices"
)

// Variant is one of the shaders that compute a kernel. Where one shader cannot
// be fast everywhere (drivers on the processor hate barriers, GPUs need
// workgroup memory) there are several, and whoever runs them measures.
type Variant struct {
	Name       string // its shader is Name.wgsl
	Constants  []Constant
	Shape      []int32 // of a uniform buffer, bound last: sizes that need no compiling anew; nil for none
	Bind       []int   // the kernel's bindings in the shader's order; nil for all as they are
	Workgroups [3]int
	// Software is whether the variant is made for drivers that run on the processor.
	Software bool
	// Barriers is whether invocations wait for each other, which ruins it there.
	Barriers bool
	kernel   Kernel
}

// Constant is the value of an override.
type Constant struct {
	Name  string
	Value float64
}

// Varied is a Kernel with more shaders than its own.
type Varied interface {
	Kernel
	Variants() []Variant
}

// Weighted is a Kernel with a layer's weights among its bindings. Its shaders
// also read them as float16, two to a word, where Packed says so.
type Weighted interface {
	Kernel
	// Weights is which binding they are.
	Weights() int
}

// Packed is the variant for weights in float16.
func (v Variant) Packed() Variant {
	v.Constants = append(slices.Clone(v.Constants), Constant{Name: "Half", Value: 1})
	return v
}

// Variants lists the shaders of a kernel; the first is its own.
func Variants(k Kernel) []Variant {
	variants := []Variant{{Name: k.Name(), Constants: constants(k), Workgroups: k.Workgroups(), kernel: k}}
	if v, ok := k.(Varied); ok {
		variants = append(variants, v.Variants()...)
	}
	return variants
}

// Source is the WGSL text of a variant.
func (v Variant) Source() string {
	if s, ok := v.kernel.(Shaded); ok {
		return s.WGSL()
	}
	return source(v.Name)
}

// constants are a kernel's fields, which its own shader overrides.
func constants(k Kernel) []Constant {
	v := reflect.ValueOf(k)
	list := make([]Constant, v.NumField())
	for i := range list {
		c := &list[i]
		c.Name = v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.Bool:
			c.Value = float64(flag(f.Bool()))
		case reflect.Float32:
			c.Value = f.Float()
		default:
			c.Value = float64(f.Int())
		}
	}
	return list
}

// flag is a bool for a shader.
func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
