package onnx

import (
	"math"

	"segfault/core/net"
)

// answer is how logits are got from one of a graph's outputs.
type answer struct {
	output     string // of the graph
	value      string // of which the logits are made
	by         string // the operator before which the graph is cut, "" for none
	activation net.Activation
	known      bool // whether the file tells the activation
	layout     layout
	classes    int
	stride     int     // how much smaller than the image it is
	chances    float64 // what certainty is in the value, if it is of probabilities, or 0
	softmax    *node   // that made them, if any
}

// carriers only move numbers, or change their type.
var carriers = map[string]bool{
	"Identity": true, "Cast": true, "Dropout": true, "Transpose": true, "Reshape": true,
	"Squeeze": true, "Unsqueeze": true, "Flatten": true,
}

// deciders make a mask of probabilities or logits.
var deciders = map[string]bool{"ArgMax": true, "Greater": true, "GreaterOrEqual": true, "Round": true}

// blenders make probabilities of probabilities.
var blenders = map[string]bool{
	"Resize": true, "Upsample": true, "Slice": true, "Gather": true, "Split": true, "Pad": true,
	"AveragePool": true, "MaxPool": true, "Clip": true, "ReduceMean": true, "ReduceMax": true,
}

// joiners make probabilities of several.
var joiners = map[string]bool{"Concat": true, "Mean": true, "Max": true, "Min": true}

// cut goes back from an output to the activation, which is left out with all that
// follows it: in float32 no gradient comes through it where it counts.
func (f *File) cut(output string) answer {
	a := answer{output: output, value: output}
	name, decided := output, ""
	for range mostNodes {
		n := f.graph.makers[name]
		if n == nil || !standard(n.domain) || len(n.inputs) == 0 {
			break
		}
		if of, activation := f.written(n); of != "" {
			a.value, a.by, a.activation, a.known = of, activation.String(), activation, true
			return a
		}
		switch {
		case n.op == "Sigmoid":
			a.value, a.by, a.activation, a.known = n.inputs[0], n.op, net.Sigmoid, true
			return a
		case n.op == "Softmax" || n.op == "LogSoftmax":
			a.value, a.by, a.activation, a.known = n.inputs[0], n.op, net.Softmax, true
			return a
		case n.op == "ArgMax":
			a.value, a.by, a.activation, a.known = n.inputs[0], n.op, net.Softmax, true
			decided = ""
		case deciders[n.op]:
			decided = n.inputs[0]
		case n.op == "Mul" || n.op == "Div":
			from, factor := f.scaled(n)
			if factor == 0 {
				return f.probable(a, decided)
			}
			name = from
			continue
		case !carriers[n.op]:
			return f.probable(a, decided)
		}
		name = n.inputs[0]
	}
	return a
}

// probable finds out whether an answer is made of probabilities, though not right
// behind an activation; decided is what a mask was made of, if it is one.
func (f *File) probable(a answer, decided string) answer {
	if decided == "" {
		decided = a.value
	}
	if most := f.chances(decided, &a.softmax, map[string]float64{}); most > 0 {
		a.value, a.chances, a.known = decided, most, true
		if a.softmax != nil {
			a.activation = net.Softmax
		}
	}
	return a
}

// chances says of a value of probabilities what certainty is in it, which is 1 unless they were scaled or added up, and finds a softmax that made
// them; of other values it is 0. What was asked before is known.
func (f *File) chances(name string, softmax **node, known map[string]float64) float64 {
	if most, asked := known[name]; asked {
		return most
	}
	known[name] = 0 // where a damaged graph leads back to it
	if n := f.graph.makers[name]; n != nil && standard(n.domain) && len(n.inputs) > 0 {
		known[name] = f.chance(n, softmax, known)
	}
	return known[name]
}

// chance is chances of what a node makes.
func (f *File) chance(n *node, softmax **node, known map[string]float64) (most float64) {
	switch {
	case n.op == "Sigmoid" || n.op == "HardSigmoid":
		return 1
	case n.op == "Softmax":
		*softmax = n
		return 1
	case n.op == "Mul" || n.op == "Div":
		if from, factor := f.scaled(n); factor > 0 {
			return factor * f.chances(from, softmax, known)
		}
	case n.op == "Sub": // of something's not being there
		one := f.number(n.inputs[0])
		if one > 0 && len(n.inputs) == 2 && alike(one, f.chances(n.inputs[1], new(*node), known)) {
			return one
		}
	case n.op == "Add" || n.op == "Sum" || joiners[n.op]:
		for _, in := range n.inputs {
			one := f.chances(in, softmax, known)
			switch {
			case one == 0 || joiners[n.op] && most > 0 && !alike(one, most):
				return 0
			case joiners[n.op]:
				most = one
			default:
				most += one
			}
		}
		return most
	case carriers[n.op] || blenders[n.op]:
		if most = f.chances(n.inputs[0], softmax, known); most == 0 && f.limits(n) {
			most = 1
		}
		return most
	}
	return 0
}

// alike says whether numbers are the same but for float32's rounding.
func alike(a, b float64) bool { return math.Abs(a-b) <= 1e-5*max(a, b) }

// scaled is what a product or quotient scales by one positive number; 0 for another.
func (f *File) scaled(n *node) (from string, factor float64) {
	if len(n.inputs) != 2 {
		return "", 0
	}
	if x := f.number(n.inputs[1]); x > 0 {
		if n.op == "Div" {
			x = 1 / x
		}
		return n.inputs[0], x
	}
	if x := f.number(n.inputs[0]); x > 0 && n.op == "Mul" {
		return n.inputs[1], x
	}
	return "", 0
}

// number is the one number of a constant; 0 for anything else.
func (f *File) number(name string) float64 {
	x, _ := f.constant(name)
	return x
}

// constant is the one number of a constant, if it is one.
func (f *File) constant(name string) (x float64, known bool) {
	if a := f.told(name, "value_float"); a != nil {
		return float64(a.f), true
	}
	t := f.held(name)
	if t == nil || count(t.dims) != 1 {
		return 0, false
	}
	v, err := f.weight(t)
	switch {
	case err != nil:
		return 0, false // which is said where it is computed
	case v.node == nil:
		return float64(v.ints[0]), true
	}
	return float64(v.node.Value.Data[0]), true
}

// held is the tensor of a constant; nil where it is none.
func (f *File) held(name string) *tensor {
	if a := f.told(name, "value"); a != nil {
		return a.t
	}
	return f.graph.weights[name]
}

// told is an attribute of the node that makes a constant; nil where none does or has it.
func (f *File) told(name, key string) *attribute {
	if n := f.graph.makers[name]; n != nil && n.op == "Constant" && standard(n.domain) {
		return n.attributes[key]
	}
	return nil
}
