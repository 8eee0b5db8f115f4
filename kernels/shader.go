package kernels

import (
	"reflect"
	"slices"
	"unsafe"
)

// Shader is one way of computing a kernel on a GPU. Where one shader cannot be
// fast everywhere (drivers on the processor hate barriers, GPUs need workgroup
// memory) a kernel has several, and whoever runs them measures.
type Shader struct {
	Name      string // its text is Name.wgsl
	Constants []Constant
	// Sizes is what needs no compiling anew: a pointer to a struct, field for field
	// the shader's Sizes, that is bound last as a uniform buffer; nil for none.
	Sizes  any
	Bind   []int // the kernel's bindings in the shader's order, or Parts or Packed; nil for all as they are
	Groups [3]int
	Needs  Needs
	// Writes is how many of its last bindings it may write; 0 for as many as the kernel.
	Writes int
	// Software is whether the shader is made for drivers that run on the processor.
	Software bool
	// Scratch is how many floats a shader leaves as Parts to Next, which finishes its work.
	Scratch int
	Next    *Shader
	// Packing is how the shader wants the weights, Packed; nil for as they are.
	Packing *Packing
	kernel  Kernel
	tile    *tile // of which the text is made
}

// What a Shader binds that is none of the kernel's buffers.
const (
	Parts  = -1 // what is between it and the next
	Packed = -2 // the weights as it wants them
	Spare  = -3 // what it will not write
)

// Needs is what a device must have for a shader; a test holds it against the text.
type Needs struct {
	Memory      int    // bytes that a workgroup shares
	Invocations int    // in a workgroup
	Barriers    bool   // whether they wait for each other, which ruins drivers on the processor
	Feature     string // of the device, "" for none
}

// Constant is the value of an override.
type Constant struct {
	Name  string
	Value float64
}

// Varied is a Kernel with more shaders than its own.
type Varied interface {
	Kernel
	Others() []Shader
}

// Sized is a Kernel whose own shader overrides no constants but reads Sizes, so
// that one pipeline serves all shapes.
type Sized interface {
	Kernel
	Sizes() any
}

// Padded is a Kernel whose own shader binds more buffers than it has bindings.
type Padded interface {
	Kernel
	// Order is the kernel's bindings in the shader's order, and how many of the last it may write.
	Order() (bind []int, writes int)
}

// Needing is a Kernel whose own shader needs more than others.
type Needing interface {
	Kernel
	Needs() Needs
}

// Weighted is a Kernel with a layer's weights among its bindings. Its shaders
// also read them as float16, two to a word, where Half says so.
type Weighted interface {
	Kernel
	// Weights is which binding they are.
	Weights() int
}

// Half is the shader for weights in float16.
func (s Shader) Half() Shader {
	if s.tile != nil {
		return s.halfTile()
	}
	s.Constants = append(slices.Clone(s.Constants), Constant{Name: "Half", Value: 1})
	return s
}

// Shaders lists those of a kernel; the first is its own.
func Shaders(k Kernel) []Shader {
	name := k.Name()
	if m, ok := k.(made); ok {
		name = m.title()
	}
	own := Shader{Name: name, Groups: k.Workgroups(), Needs: Needs{Invocations: invocations}, kernel: k}
	if s, ok := k.(Sized); ok {
		own.Sizes = s.Sizes()
	} else {
		own.Constants = constants(nil, reflect.ValueOf(k))
	}
	if n, ok := k.(Needing); ok {
		own.Needs = n.Needs()
	}
	if p, ok := k.(Padded); ok {
		own.Bind, own.Writes = p.Order()
	}
	if v, ok := k.(Varied); ok {
		return append([]Shader{own}, v.Others()...)
	}
	return []Shader{own}
}

// Source is the WGSL text of a shader.
func (s Shader) Source() string {
	if s.tile != nil {
		return s.tile.source()
	}
	switch k := s.kernel.(type) {
	case made:
		return k.text()
	case Shaded:
		return k.WGSL()
	}
	return source(s.Name)
}

// Words are the Sizes as they lie in the uniform buffer: all of four bytes.
func (s Shader) Words() []int32 {
	if s.Sizes == nil {
		return nil
	}
	v := reflect.ValueOf(s.Sizes)
	return unsafe.Slice((*int32)(v.UnsafePointer()), v.Type().Elem().Size()/4)
}

// constants are a kernel's fields, which its own shader overrides.
func constants(list []Constant, v reflect.Value) []Constant {
	for i := range v.NumField() {
		c := Constant{Name: v.Type().Field(i).Name}
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			list = constants(list, f)
			continue
		case reflect.Bool:
			c.Value = float64(flag(f.Bool()))
		case reflect.Float32:
			c.Value = f.Float()
		default:
			c.Value = float64(f.Int())
		}
		list = append(list, c)
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
