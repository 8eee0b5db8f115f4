package core

import (
	"fmt"

	"segfault/kernels"
)

// Effects change inputs and parameters at the end of a run. They are passed to
// Compile and have no value.

// Assign copies a value into an input or a parameter, for the next run.
func Assign(to, value *Node) *Node {
	mutable("Assign", to)
	if !to.Shape.Equal(value.Shape) {
		refuse("Assign", "value %v to %v", value.Shape, to.Shape)
	}
	return effect(kernels.Copy(0, to.Shape.Count()), value, to)
}

// Follow moves a running average toward a value: to += rate·(value − to).
func Follow(to, value *Node, rate float32) *Node {
	mutable("Follow", to)
	if !to.Shape.Equal(value.Shape) {
		refuse("Follow", "value %v by %v", value.Shape, to.Shape)
	}
	return effect(kernels.Lerp{Count: to.Shape.Count(), Rate: rate}, value, to)
}

func effect(k kernels.Kernel, args ...*Node) *Node {
	return newNode(Node{kernel: k, args: args, effect: true})
}

func mutable(op string, n *Node) {
	if n.Role == Computed {
		panic(fmt.Sprintf("core: %s: only an input or a parameter can be changed", op))
	}
}
