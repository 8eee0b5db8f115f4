package core

import (
	"fmt"
	"slices"
	"strings"
)

// Shape is the extent of each dimension, outermost first; images are N×C×H×W.
type Shape []int

// Count is the number of elements.
func (s Shape) Count() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether two shapes are the same.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// String writes a shape as 1×3×224×224.
func (s Shape) String() string {
	if len(s) == 0 {
		return "scalar"
	}
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, "×")
}

// Tensor is an array of float32 in row-major order. Backends know a parameter
// by the identity of its Tensor, and may keep it on their device.
type Tensor struct {
	Shape Shape
	Data  []float32
}

// NewTensor makes a tensor of zeros.
func NewTensor(shape ...int) *Tensor {
	return &Tensor{Shape: shape, Data: make([]float32, Shape(shape).Count())}
}
