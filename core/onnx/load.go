package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"segfault/core"
	"segfault/core/net"
)

// Load makes the network of an output; "" is the one that is the image's size, of
// several the one that is made of the others.
func (f *File) Load(output string) (*Network, error) {
	names := f.Outputs()
	if output != "" {
		if !slices.Contains(names, output) {
			return nil, fmt.Errorf("onnx: there is no output %q; expected one of %s", output, strings.Join(names, ", "))
		}
		names = []string{output}
	}
	var answers []answer
	for _, name := range names {
		if len(f.Unsupported(name)) == 0 {
			answers = append(answers, f.cut(name))
		}
	}
	if len(answers) == 0 {
		return nil, errors.New("onnx: " + strings.Join(f.Unsupported(output), "; "))
	}
	var first error
	for _, in := range f.inputs() {
		n, err := f.try(in, answers)
		if err == nil {
			return n, nil
		}
		if first == nil {
			first = err
		}
	}
	if dims := f.image.dims; len(dims) == 4 && dims[0].size > 1 {
		first = fmt.Errorf("%w (the network may take %d images at a time only: export it for one, or for any number)", first, dims[0].size)
	}
	return nil, first
}

// input is a way to read the input.
type input struct {
	layout        layout
	channels      int
	height, width int // 0 for any
}

// inputs are the ways to read the input, the likeliest first.
func (f *File) inputs() (list []input) {
	dims := f.image.dims
	if dims == nil {
		dims = make([]dim, 4)
	}
	layouts := []layout{"NCHW", "NHWC"}
	few := func(i int) bool { return dims[i].size >= 1 && dims[i].size <= 4 }
	switch len(dims) {
	case 4:
		across := min(dims[1].size, dims[2].size) // 0 of any size
		if !few(1) && (few(3) || dims[3].size > 0 && (across == 0 || dims[3].size < across)) {
			slices.Reverse(layouts)
		}
	case 3:
		layouts = []layout{"CHW", "HWC", "NHW"}
		if few(2) && !few(0) {
			layouts = []layout{"HWC", "CHW", "NHW"}
		}
	case 2:
		layouts = []layout{"HW"}
	}
	for _, l := range layouts {
		size := func(axis byte) int {
			if i := strings.IndexByte(string(l), axis); i >= 0 {
				return dims[i].size
			}
			return 1
		}
		channels := []int{size('C')}
		if channels[0] == 0 {
			channels = f.likelyChannels()
		}
		for _, c := range channels {
			list = append(list, input{l, c, size('H'), size('W')})
		}
	}
	return list
}

// likelyChannels are those that the first convolution's weights are for, and the usual.
func (f *File) likelyChannels() []int {
	list := []int{3, 1}
	for _, n := range f.graph.nodes {
		if n.op == "Conv" && len(n.inputs) > 1 {
			if t := f.graph.weights[n.inputs[1]]; t != nil && len(t.dims) > 1 {
				if groups := n.attributes["group"]; groups == nil || groups.i == 1 {
					list = append([]int{t.dims[1]}, slices.DeleteFunc(list, func(c int) bool { return c == t.dims[1] })...)
				}
				break
			}
		}
	}
	return list
}

// usual are sizes of images that are tried where a file does not say any. Height
// and width differ where they may, so that it shows which is which.
var usual = [][2]int{{192, 256}, {224, 224}, {256, 256}, {320, 320}, {512, 512}, {128, 128}, {384, 384}, {640, 640}, {1024, 1024}, {96, 96}, {64, 64}, {32, 32}}

// try reads the input in one way, and finds the answer among some.
func (f *File) try(in input, answers []answer) (*Network, error) {
	var first error
	for _, size := range usual {
		height, width := size[0], size[1]
		if in.height > 0 {
			height = in.height
		}
		if in.width > 0 {
			width = in.width
		}
		n, err := f.settle(in, answers, height, width)
		if err == nil {
			return n, nil
		}
		if first == nil {
			first = err
		}
		if in.height > 0 && in.width > 0 {
			break
		}
	}
	return nil, first
}

// settle finds the answer for an image of a size, and what other sizes the network
// takes.
func (f *File) settle(in input, answers []answer, height, width int) (*Network, error) {
	if in.channels > 1<<10 || height > 1<<14 || width > 1<<14 {
		return nil, fmt.Errorf("onnx: the input %q is %s; expected images", f.image.name, describe(f.image.dims))
	}
	x := core.NewInput("image", 1, in.channels, height, width)
	var found []answer
	var first error
	for _, a := range answers {
		a, err := f.locate(in.layout, a, x)
		if err == nil {
			found = append(found, a)
		} else if first == nil {
			first = err
		}
	}
	if len(found) == 0 {
		return nil, first
	}
	a := f.choose(found)
	n := &Network{file: f, input: in.layout, answer: a, shape: net.Shape{In: in.channels, Activation: a.activation, Multiple: 1, Height: in.height, Width: in.width}}
	for _, name := range f.Outputs() {
		if name != a.output {
			n.others = append(n.others, name)
		}
	}
	y, err := n.build(x)
	if err != nil {
		return nil, err
	}
	n.shape.Classes = y.Shape[1]
	if core.Grad(core.Total(y), x)[0].Role == core.Parameter {
		return nil, fmt.Errorf("onnx: no gradient of the output %q reaches the image: it is rounded, compared or indexed on the way; give the network without that", a.output)
	}
	n.findMultiple(height, width)
	return n, nil
}

// locate goes back from an answer's value to where it is an image.
func (f *File) locate(in layout, a answer, x *core.Node) (answer, error) {
	r := f.start(in, x, a.value)
	defer f.turn.Unlock()
	var shapes []string
	for {
		y, err := r.floats(a.value)
		if err != nil {
			return a, err
		}
		if a.layout, a.stride = layoutOf(y.Shape, x.Shape[2], x.Shape[3], in); a.layout != "" {
			a.classes = a.layout.channels(y.Shape)
			if a.softmax != nil && a.classes != r.rivals(a.softmax) {
				a.activation = net.Sigmoid // with a class taken out, such as the background, the others do not add up to 1
			}
			return a, nil
		}
		shapes = append(shapes, y.Shape.String())
		n := f.graph.makers[a.value]
		if n == nil || !carriers[n.op] {
			return a, fmt.Errorf("onnx: of an input of %v the output %q is %s; expected an image of classes", x.Shape, a.output, strings.Join(shapes, ", before it "))
		}
		a.value = n.inputs[0]
	}
}

// rivals is how many classes a softmax of images has.
func (r *reading) rivals(n *node) int {
	c := &call{node: n, r: r}
	s := r.value(n.outputs[0]).shape
	otherwise := -1
	if !c.since(13) {
		otherwise = 1
	}
	return s[c.axis(c.integer("axis", otherwise), len(s))]
}

// choose takes the largest answer, of those the one that depends on most others, of
// those the first. One that is reckoned of another and has fewer classes, such as
// how certain that is, counts for that instead.
func (f *File) choose(found []answer) answer {
	others := make([]int, len(found))
	for i, a := range found {
		reached := f.graph.reach([]string{a.value}).uses
		for j, b := range found {
			switch {
			case b.value == a.value || reached[b.value] == 0:
			case a.classes < b.classes && f.reckoned(a.value, b.value, map[string]bool{}):
				others[j]++
			default:
				others[i]++
			}
		}
	}
	best := 0
	for i, a := range found {
		if stride := found[best].stride; a.stride < stride || a.stride == stride && others[i] > others[best] {
			best = i
		}
	}
	return found[best]
}

// reckoned says whether a value is made of another without any weights.
func (f *File) reckoned(value, of string, seen map[string]bool) bool {
	n := f.graph.makers[value]
	if value == of || n == nil || seen[value] {
		return value == of
	}
	seen[value] = true
	switch n.op {
	case "Conv", "ConvTranspose", "MatMul", "Gemm", "Einsum":
		return false
	}
	return slices.ContainsFunc(n.inputs, func(in string) bool { return f.reckoned(in, of, seen) })
}

// findMultiple tries which sizes the network takes beside one that it does.
func (n *Network) findMultiple(height, width int) {
	fixed := n.shape
	if fixed.Height > 0 && fixed.Width > 0 {
		return
	}
	for m := 1; m <= 128; m *= 2 {
		fits := true
		for _, odd := range [][2]int{{1, 3}, {5, 1}, {3, 7}} {
			size := [2]int{fixed.Height, fixed.Width}
			for i := range size {
				if size[i] == 0 {
					size[i] = m * (odd[i] + (64+m-1)/m/2*2) // an odd multiple of at least 64 pixels
				}
			}
			_, err := n.build(core.NewInput("image", 1, n.shape.In, size[0], size[1]))
			fits = fits && err == nil
		}
		if fits {
			n.shape.Multiple = m
			return
		}
	}
	n.shape.Height, n.shape.Width = height, width
}
