package core

import (
	"fmt"
	"sync/atomic"

	"segfault/kernels"
)

// Role is what a node, and the buffer that holds it, is for.
type Role int

// The roles.
const (
	Computed  Role = iota // written by a kernel, may share its buffer
	Input                 // written by the caller, by name
	Parameter             // a Tensor: weights, constants, an optimiser's state
)

// Node is a value in a graph.
type Node struct {
	Shape Shape
	Role  Role
	Name  string  // of an input or a parameter
	Value *Tensor // of a parameter

	id     int64
	kernel kernels.Kernel // nil for a view of args[0]
	args   []*Node        // bound before the output, in the kernel's order
	effect bool           // the kernel updates its last args and has no output

	// parents are what the value depends on (nil for one that is absent), but for a
	// Stop's; grad gives the gradient with respect to parents[i] (nil where it is
	// zero), given that of the value. An op without grad cannot be differentiated.
	parents []*Node
	grad    func(dy *Node, i int) *Node
}

var nodes atomic.Int64 // numbers nodes in the order of building, an order they can run in

func newNode(n Node) *Node {
	checkShape(n.op(), n.Shape)
	n.id = nodes.Add(1)
	return &n
}

// op names what computes a node, for errors.
func (n *Node) op() string {
	switch {
	case n.kernel != nil:
		return n.kernel.Name()
	case n.Role == Computed:
		return "Reshape"
	default:
		return fmt.Sprintf("value %q", n.Name)
	}
}

// NewInput is a value that the caller writes before a run.
func NewInput(name string, shape ...int) *Node {
	return newNode(Node{Shape: shape, Role: Input, Name: name})
}

// NewParameter is a value held by a tensor.
func NewParameter(name string, t *Tensor) *Node {
	if len(t.Data) != t.Shape.Count() {
		panic(fmt.Sprintf("core: parameter %s: shape %v but %d values", name, t.Shape, len(t.Data)))
	}
	return newNode(Node{Shape: t.Shape, Role: Parameter, Name: name, Value: t})
}

// Constant is a parameter of the given values, of one dimension.
func Constant(values ...float32) *Node {
	return NewParameter("", &Tensor{Shape: Shape{len(values)}, Data: values})
}

// compute makes a node of a kernel whose arguments are all differentiable.
func compute(k kernels.Kernel, shape Shape, grad func(dy *Node, i int) *Node, args ...*Node) *Node {
	return newNode(Node{Shape: shape, kernel: k, args: args, parents: args, grad: grad})
}

// derive makes a node without a gradient, as most gradients are.
func derive(k kernels.Kernel, shape Shape, args ...*Node) *Node {
	return compute(k, shape, nil, args...)
}

// Stop is the same value to which no gradient goes: a constant, for Grad.
func Stop(x *Node) *Node { return newNode(Node{Shape: x.Shape, args: []*Node{x}}) }

// Reshape is the same value with another shape.
func Reshape(x *Node, shape ...int) *Node {
	if Shape(shape).Count() != x.Shape.Count() {
		refuse("Reshape", "%v has not as many elements as %v", x.Shape, Shape(shape))
	}
	return newNode(Node{Shape: shape, args: []*Node{x}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node { return Reshape(dy, x.Shape...) }})
}
