package onnx

import (
	"strings"

	"segfault/core"
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
	stride     int   // how much smaller than the image it is
	chances    bool  // the value is of probabilities
	softmax    *node // that made them, if any
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
	"Resize": true, "Upsample": true, "Slice": true, "Gather": true, "Concat": true, "Split": true, "Pad": true,
	"AveragePool": true, "MaxPool": true, "Clip": true, "Mean": true,
}

// cut goes back from an output to the activation, which is left out with all that
// follows it: in float32 no gradient comes through it where it counts.
func (f *File) cut(output string) answer {
	a := answer{output: output, value: output}
	name := output
	for range mostNodes {
		n := f.graph.makers[name]
		if n == nil || !standard(n.domain) || len(n.inputs) == 0 {
			break
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
		case !carriers[n.op] && !deciders[n.op]:
			return f.probable(a)
		}
		name = n.inputs[0]
	}
	return a
}

// probable finds out whether an answer is made of probabilities, though not right
// behind an activation.
func (f *File) probable(a answer) answer {
	if f.chances(a.value, &a.softmax, 0) {
		a.chances, a.known = true, true
		if a.softmax != nil {
			a.activation = net.Softmax
		}
	}
	return a
}

// chances says whether a value is of probabilities, and finds a softmax that made them.
func (f *File) chances(name string, softmax **node, depth int) bool {
	n := f.graph.makers[name]
	switch {
	case n == nil || !standard(n.domain) || len(n.inputs) == 0 || depth > 64:
		return false
	case n.op == "Sigmoid":
		return true
	case n.op == "Softmax":
		*softmax = n
		return true
	case n.op == "Concat" || n.op == "Mean":
		for _, in := range n.inputs {
			if !f.chances(in, softmax, depth+16) {
				return false
			}
		}
		return true
	case carriers[n.op] || blenders[n.op]:
		return f.chances(n.inputs[0], softmax, depth+1)
	}
	return false
}

// layout is how an array is an image's: its axes by their initials.
type layout string

// arrange brings a value to N×C×H×W.
func (l layout) arrange(x *core.Node) *core.Node {
	switch s := x.Shape; l {
	case "NHWC":
		return core.Transpose(x, 0, 3, 1, 2)
	case "NHW":
		return core.Reshape(x, s[0], 1, s[1], s[2])
	case "CHW":
		return core.Reshape(x, 1, s[0], s[1], s[2])
	case "HWC":
		return core.Reshape(core.Transpose(x, 2, 0, 1), 1, s[2], s[0], s[1])
	case "HW":
		return core.Reshape(x, 1, 1, s[0], s[1])
	}
	return x
}

// channels is how many an array of the layout has.
func (l layout) channels(s core.Shape) int {
	if i := strings.IndexByte(string(l), 'C'); i >= 0 {
		return s[i]
	}
	return 1
}

// disarrange is the other way round.
func (l layout) disarrange(x *core.Node) *core.Node {
	switch s := x.Shape; l {
	case "NHWC":
		return core.Transpose(x, 0, 2, 3, 1)
	case "NHW", "CHW":
		return core.Reshape(x, s[0]*s[1], s[2], s[3])
	case "HWC":
		return core.Transpose(core.Reshape(x, s[0]*s[1], s[2], s[3]), 1, 2, 0)
	case "HW":
		return core.Reshape(x, s[0]*s[1]*s[2], s[3])
	}
	return x
}

// words are a layout as people write it.
func (l layout) words() string {
	text := ""
	for i, axis := range string(l) {
		if i > 0 {
			text += "×"
		}
		text += string(axis)
	}
	return text
}

// layoutOf finds how an array is of an image of a size, or of one that is smaller
// by a stride. One that is like the input's is preferred.
func layoutOf(s core.Shape, height, width int, input layout) (l layout, stride int) {
	candidates := []layout{"NCHW", "NHWC"}
	if input == "NHWC" {
		candidates = []layout{"NHWC", "NCHW"}
	}
	switch len(s) {
	case 3:
		candidates = []layout{"NHW", "HWC"}
		if s[0] > 1 {
			candidates = []layout{"CHW", "HWC"}
		}
	case 2:
		candidates = []layout{"HW"}
	case 4:
	default:
		return "", 0
	}
	for _, l := range candidates {
		at := 0 // of the height
		for at < len(l) && l[at] != 'H' {
			at++
		}
		h, w := s[at], s[at+1]
		if h > 1 && w > 1 && height%h == 0 && width%w == 0 && height/h == width/w {
			if n := height / h; stride == 0 || n < stride {
				return l, n
			}
		}
	}
	return "", 0
}
