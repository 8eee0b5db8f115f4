package onnx

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"segfault/core"
	"segfault/core/net"
)

// Network is a file's network, ready to be built.
type Network struct {
	file   *File
	input  layout
	answer answer
	shape  net.Shape
	others []string // outputs that are not the answer
}

// Shape implements net.Network.
func (n *Network) Shape() net.Shape { return n.shape }

// Logits implements net.Network.
func (n *Network) Logits(x *core.Node) *core.Node {
	y, err := n.build(x)
	if err != nil {
		panic(&core.ShapeError{Op: "ONNX", Problem: err.Error()})
	}
	return y
}

// build builds the graph up to the logits, of the image's size.
func (n *Network) build(x *core.Node) (*core.Node, error) {
	r := n.file.start(n.input, x, n.answer.value)
	defer n.file.turn.Unlock()
	y, err := r.floats(n.answer.value)
	if err != nil {
		return nil, err
	}
	err = r.try(func() {
		y = n.answer.layout.arrange(y)
		if most := n.answer.chances; most > 0 {
			y = net.LogOdds(core.Affine(y, float32(1/most), 0), n.answer.activation)
		}
		if n.answer.stride > 1 {
			y = enlarge(enlarge(y, 2, n.answer.stride), 3, n.answer.stride)
		}
	})
	if err == nil && (y.Shape[2] != x.Shape[2] || y.Shape[3] != x.Shape[3]) {
		err = fmt.Errorf("onnx: of an input of %v the answer is %v", x.Shape, y.Shape)
	}
	return y, err
}

// start begins to build the graph for an image, N×C×H×W; the turn is given back by
// the caller.
func (f *File) start(l layout, x *core.Node, answer string) *reading {
	f.turn.Lock()
	r := &reading{file: f, graph: f.graph, values: map[string]value{}, uses: f.graph.reach([]string{answer}).uses}
	if k := f.image.kind; k != 0 && !k.real() {
		x = core.Affine(x, 255, 0) // it takes bytes
	}
	x = l.disarrange(x)
	r.values[f.image.name] = value{kind: cmp.Or(f.image.kind, float32s), shape: x.Shape, node: x, traced: true}
	return r
}

// enlarge interpolates along an axis, as PyTorch does without aligned corners.
func enlarge(x *core.Node, axis, factor int) *core.Node {
	n := x.Shape[axis]
	return core.Along(x, core.NewBand(n*factor, n, func(o int) (int, []float64) {
		at := (float64(o)+0.5)/float64(factor) - 0.5
		first := math.Floor(at)
		return clampTaps(int(first), []float64{1 - (at - first), at - first}, n, false)
	}), axis)
}

// Parameters is how many numbers the file's weights are.
func (n *Network) Parameters() int {
	total := 0
	for _, t := range n.file.graph.weights {
		if t.kind.real() {
			total += count(t.dims)
		}
	}
	for _, v := range n.file.graph.nodes {
		if a := v.attributes["value"]; v.op == "Constant" && a != nil && a.t != nil && a.t.kind.real() {
			total += count(a.t.dims)
		}
	}
	return total
}

// Told says whether the file tells what makes probabilities of the logits.
func (n *Network) Told() bool { return n.answer.known }

// Outputs names the graph's, that which was taken first.
func (n *Network) Outputs() []string { return append([]string{n.answer.output}, n.others...) }

// Notes are what was found in the file and decided, in sentences.
func (n *Network) Notes() []string {
	a := n.answer
	list := []string{fmt.Sprintf("The input %q is read as %s with %s; the network takes %s.", n.file.image.name, n.input.words(), some(n.shape.In, "channel", "channels"), n.shape.Size())}
	if k := n.file.image.kind; k != 0 && !k.real() {
		list = append(list, "It takes bytes: an image from 0 to 1 is given as 0 to 255, without rounding, which would have no gradient.")
	}
	taken := fmt.Sprintf("The output %q", a.output)
	if len(n.others) > 0 {
		taken += fmt.Sprintf(" is taken (the others are %s)", strings.Join(n.others, ", "))
	}
	taken += fmt.Sprintf(", read as %s with %s", a.layout.words(), some(n.shape.Classes, "class", "classes"))
	switch {
	case a.by != "":
		taken += fmt.Sprintf(": its logits are what stands before the %s", a.by)
	case a.chances > 0:
		taken += ": it holds probabilities, of which logits are made"
	default:
		taken += ": its values are taken for logits"
	}
	if a.stride > 1 {
		taken += fmt.Sprintf(", enlarged %d times to the image's size", a.stride)
	}
	list = append(list, taken+".")
	halves := false
	for _, t := range n.file.graph.weights {
		halves = halves || t.kind == float16s || t.kind == bfloat16s
	}
	if halves {
		list = append(list, "Its weights are of 16 bits; all is computed in float32.")
	}
	return list
}

// some is a number of things in words.
func some(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", more)
}
