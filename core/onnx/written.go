package onnx

import "segfault/core/net"

// written finds what an activation is of that an exporter wrote out in other operators, as PyTorch's does with a softmax of values whose axes it does not
// know; "" where a node ends none.
func (f *File) written(n *node) (of string, a net.Activation) {
	switch n.op {
	case "Exp":
		if m := f.source(n, 0, "LogSoftmax"); m != nil {
			return m.inputs[0], net.Softmax
		}
	case "Div": // by the sum of all
		if e, sum := f.source(n, 0, "Exp"), f.source(n, 1, "ReduceSum"); e != nil && sum != nil && sum.inputs[0] == n.inputs[0] && f.axes(sum) == 1 {
			return e.inputs[0], net.Softmax
		}
		if f.number(n.inputs[0]) == 1 {
			return f.grown(f.source(n, 1, "Add")), net.Sigmoid
		}
	case "Reciprocal":
		return f.grown(f.source(n, 0, "Add")), net.Sigmoid
	}
	return "", 0
}

// source is the standard's operator of a name that makes an input of a node; nil where another does, or none.
func (f *File) source(n *node, input int, op string) *node {
	if n == nil || input >= len(n.inputs) {
		return nil
	}
	if m := f.graph.makers[n.inputs[input]]; m != nil && m.op == op && standard(m.domain) && len(m.inputs) > 0 {
		return m
	}
	return nil
}

// axes is how many a sum is over; 0 for all, or where that is not known.
func (f *File) axes(sum *node) int {
	if a := sum.attributes["axes"]; a != nil {
		return len(a.ints)
	}
	if len(sum.inputs) < 2 {
		return 0
	}
	if t := f.held(sum.inputs[1]); t != nil {
		return count(t.dims)
	}
	return 0
}

// grown is the x of 1 + e⁻ˣ.
func (f *File) grown(sum *node) string {
	for i := range 2 {
		minus := f.source(f.source(sum, i, "Exp"), 0, "Neg")
		if minus != nil && len(sum.inputs) == 2 && f.number(sum.inputs[1-i]) == 1 {
			return minus.inputs[0]
		}
	}
	return ""
}

// limits says whether a node holds values within 0 and 1, as nothing but probabilities is.
func (f *File) limits(n *node) bool {
	if n.op != "Clip" {
		return false
	}
	if low, high := n.attributes["min"], n.attributes["max"]; low != nil && high != nil {
		return low.f == 0 && high.f == 1
	}
	if len(n.inputs) != 3 || n.inputs[1] == "" {
		return false
	}
	low, known := f.constant(n.inputs[1])
	return known && low == 0 && f.number(n.inputs[2]) == 1
}
