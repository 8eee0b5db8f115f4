package onnx

import (
	"context"

	"segfault/core"
)

// value is what flows along an edge of a file's graph: a node of core's, or
// whole numbers that are known while the graph is read.
type value struct {
	kind  kind
	shape core.Shape
	// node holds floating-point numbers, and others where they are traced: booleans
	// are 0 and 1. Nil for known whole numbers and for what has no elements.
	node *core.Node
	ints []int64
	// traced says that it depends on the image; fixed that it depends not even on
	// the image's size.
	traced, fixed bool
	// from is what made it, where that can be done together with what follows: a
	// *convolution, *joined, *enlarged, *padded, *moved or *squashed.
	from any
}

// real is a value of floating-point numbers.
func real(n *core.Node) value { return value{kind: float32s, shape: n.Shape, node: n} }

// whole is a value of known whole numbers.
func whole(shape []int, ints ...int64) value { return value{kind: int64s, shape: shape, ints: ints} }

// given says whether there is a value at all.
func (v value) given() bool { return v.kind != 0 }

// empty says whether it has no elements.
func (v value) empty() bool { return v.shape.Count() == 0 }

// floats is the value as floating-point numbers.
func (v value) floats() *core.Node {
	if v.node != nil {
		return v.node
	}
	t := core.NewTensor(v.shape...)
	for i, x := range v.ints {
		t.Data[i] = float32(x)
	}
	return core.NewParameter("", t)
}

// settle computes what depends on no image, and makes whole numbers of it where it
// holds them.
func (v value) settle() (value, error) {
	if v.traced || v.node == nil {
		return v, nil
	}
	t, err := evaluate(v.node)
	if err != nil {
		return v, err
	}
	v.from = nil
	if v.kind.real() {
		v.node = core.NewParameter(v.node.Name, t)
		return v, nil
	}
	v.node, v.ints = nil, make([]int64, len(t.Data))
	for i, x := range t.Data {
		v.ints[i] = int64(x)
	}
	return v, nil
}

// evaluate computes a node that depends on no input.
func evaluate(n *core.Node) (*core.Tensor, error) {
	if n.Role == core.Parameter {
		return n.Value, nil
	}
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": n}))
	if err != nil {
		return nil, err
	}
	defer program.Close()
	ctx := context.Background()
	if err := program.Run(ctx, nil); err != nil {
		return nil, err
	}
	t := core.NewTensor(n.Shape...)
	return t, program.Read(ctx, "y", t.Data)
}

// indices numbers a value's elements, so that what moves numbers can move others.
func (v value) indices(first int) *core.Node {
	t := core.NewTensor(v.shape...)
	for i := range t.Data {
		t.Data[i] = float32(first + i)
	}
	return core.NewParameter("", t)
}

// mostIndices is how many elements can be numbered in float32, and how many whole
// numbers are known at most.
const mostIndices = 1 << 20
