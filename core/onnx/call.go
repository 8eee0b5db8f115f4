package onnx

import (
	"fmt"
	"slices"

	"segfault/core"
)

// operator computes a node's outputs.
type operator func(c *call) []value

// call is a node with the values of its inputs.
type call struct {
	*node
	in []value
	r  *reading
}

// refusal is what building a graph panics with where a node cannot be computed.
type refusal struct{ problem string }

// refuse names the node and ends the reading.
func (c *call) refuse(format string, args ...any) {
	panic(refusal{c.label() + ": " + fmt.Sprintf(format, args...)})
}

// label names a node, its operator and its domain.
func (n *node) label() string {
	domain, name := n.domain, n.name
	if standard(domain) {
		domain = "ai.onnx"
	}
	if name == "" && len(n.outputs) > 0 {
		name = "that gives " + n.outputs[0]
	}
	return fmt.Sprintf("node %q (operator %s of domain %s)", name, n.op, domain)
}

// one is a node's only output.
func one(n *core.Node) []value { return []value{real(n)} }

// since says whether the file's operators are of a version or a later one.
func (c *call) since(version int) bool { return c.r.file.opset >= version }

// has says whether an input is there.
func (c *call) has(i int) bool { return i < len(c.in) && c.in[i].given() }

// wants says whether an output is used.
func (c *call) wants(i int) bool { return i < len(c.outputs) && c.outputs[i] != "" }

// get is an input that must be there.
func (c *call) get(i int) value {
	if !c.has(i) {
		c.refuse("it lacks its input %d", i+1)
	}
	return c.in[i]
}

// x is an input of floating-point numbers.
func (c *call) x(i int) *core.Node {
	v := c.get(i)
	if v.empty() {
		c.refuse("its input %d has no elements (%v)", i+1, v.shape)
	}
	return v.floats()
}

// ints are the whole numbers of an input, which must be known.
func (c *call) ints(i int) []int64 {
	v := c.get(i)
	if v.traced {
		c.refuse("its input %d (%q) is computed from the image's values, but has to be known beforehand: export with a fixed input size", i+1, c.inputs[i])
	}
	if v.node != nil {
		c.refuse("its input %d should be whole numbers", i+1)
	}
	return v.ints
}

// sizes are ints as int.
func (c *call) sizes(i int) []int { return narrow(c.ints(i)) }

func narrow(list []int64) []int {
	sizes := make([]int, len(list))
	for i, v := range list {
		sizes[i] = int(min(max(v, -1<<40), 1<<40))
	}
	return sizes
}

// numbers are the floating-point numbers of an input, which must be known.
func (c *call) numbers(i int) []float32 {
	v := c.get(i)
	switch {
	case v.empty():
		return nil
	case v.traced:
		c.refuse("its input %d (%q) is computed from the image's values, but has to be known beforehand: export with a fixed input size", i+1, c.inputs[i])
	}
	t, err := evaluate(v.floats())
	if err != nil {
		c.refuse("%v", err)
	}
	return t.Data
}

// number is an attribute, or its default.
func (c *call) number(name string, otherwise float32) float32 {
	if a := c.attributes[name]; a != nil {
		return a.f
	}
	return otherwise
}

// integer is an attribute, or its default.
func (c *call) integer(name string, otherwise int) int {
	if a := c.attributes[name]; a != nil {
		return narrow([]int64{a.i})[0]
	}
	return otherwise
}

// word is an attribute, or its default.
func (c *call) word(name, otherwise string) string {
	if a := c.attributes[name]; a != nil {
		return a.s
	}
	return otherwise
}

// list is an attribute; nil where there is none.
func (c *call) list(name string) []int {
	if a := c.attributes[name]; a != nil {
		return narrow(a.ints)
	}
	return nil
}

// listOr is an attribute of older versions, or an input of newer ones: nil where
// there is neither.
func (c *call) listOr(name string, input int) []int {
	if a := c.attributes[name]; a != nil {
		return narrow(a.ints)
	}
	if c.has(input) {
		return c.sizes(input)
	}
	return nil
}

// axis is an axis of a shape, counted from 0.
func (c *call) axis(axis, rank int) int {
	if axis < -rank || axis >= rank {
		c.refuse("it has no axis %d: its input has %d", axis, rank)
	}
	return (axis + max(rank, 1)) % max(rank, 1)
}

// move moves the elements of values, whatever they are: f says how.
func (c *call) move(f func(x []*core.Node) *core.Node, values ...value) value {
	known := !slices.ContainsFunc(values, func(v value) bool { return v.node != nil })
	if !known {
		x := make([]*core.Node, len(values))
		for i, v := range values {
			x[i] = v.floats()
		}
		y := f(x)
		return value{kind: values[0].kind, shape: y.Shape, node: y}
	}
	var x []*core.Node
	var all []int64
	for _, v := range values {
		x = append(x, v.indices(len(all)))
		all = append(all, v.ints...)
	}
	if len(all) > mostIndices {
		c.refuse("%d whole numbers are more than shapes need: they cannot be known beforehand", len(all))
	}
	y := f(x)
	c.limit(y.Shape, mostIndices)
	at, err := evaluate(y)
	if err != nil {
		c.refuse("%v", err)
	}
	ints := make([]int64, len(at.Data))
	for i, v := range at.Data {
		ints[i] = all[int(v)]
	}
	return value{kind: values[0].kind, shape: y.Shape, ints: ints}
}

// limit refuses a value that is too large to be known.
func (c *call) limit(shape core.Shape, most int) {
	n := 1
	for _, d := range shape {
		if d < 0 || d > 0 && n > most/d {
			c.refuse("a value of %v would be larger than is known of any network", shape)
		}
		n *= max(d, 1)
	}
}
