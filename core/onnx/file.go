package onnx

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"segfault/core"
)

// File is an ONNX file whose structure has been read.
type File struct {
	wire  *wire
	opset int
	graph *graph
	// Producer is what wrote the file, as it says itself.
	Producer string
	// Metadata is what it says of itself by keys.
	Metadata map[string]string
	image    info // the input

	// Beside opens a file that lies beside this one and holds weights of it; nil
	// where there is none.
	Beside func(name string) (r io.ReaderAt, size int64, err error)

	turn    sync.Mutex // held by who builds a graph
	weights map[*tensor]value
	settled map[*node][]value // of nodes that depend not even on the image's size
	folds   map[*node]folded
}

// folded are tensors that took the place of a node's inputs.
type folded struct{ w, b *core.Tensor }

// mostNodes bounds a graph.
const mostNodes = 1 << 16

// Open reads the structure of a file of the given size in bytes.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{wire: &wire{r: r, budget: 1 << 22}, weights: map[*tensor]value{}, settled: map[*node][]value{}, folds: map[*node]folded{}}
	m := f.wire.model(span{0, size})
	if f.wire.err != nil {
		return nil, f.wire.err
	}
	f.opset, f.graph, f.Producer, f.Metadata = m.opset, m.graph, m.producer, m.metadata
	if len(f.graph.nodes) == 0 || len(f.graph.nodes) > mostNodes {
		return nil, fmt.Errorf("onnx: the graph has %d nodes; expected a network", len(f.graph.nodes))
	}
	if f.opset < 1 {
		return nil, fmt.Errorf("onnx: the file does not say of which version of the standard its operators are: it is damaged")
	}
	return f, f.findImage()
}

// findImage finds the one input that is no weight. Older files list weights among
// the inputs.
func (f *File) findImage() error {
	var images []info
	var names []string
	roots := make([]string, len(f.graph.outputs))
	for i, o := range f.graph.outputs {
		roots[i] = o.name
	}
	uses := f.graph.reach(roots).uses
	for _, in := range f.graph.inputs {
		if f.graph.weights[in.name] == nil && uses[in.name] > 0 {
			images, names = append(images, in), append(names, fmt.Sprintf("%q (%s)", in.name, describe(in.dims)))
		}
	}
	switch {
	case len(images) == 0:
		return fmt.Errorf("onnx: the graph has no input on which an output depends; expected a network of images")
	case len(images) > 1:
		return fmt.Errorf("onnx: the graph has %d inputs, %s; expected one, the image: export it with the others as constants", len(images), strings.Join(names, ", "))
	}
	f.image = images[0]
	if rank := len(f.image.dims); f.image.dims != nil && (rank < 2 || rank > 4) {
		if rank == 5 {
			return fmt.Errorf("onnx: the network is of volumes: its input %q is %s; expected a network of images, N×C×H×W", f.image.name, describe(f.image.dims))
		}
		return fmt.Errorf("onnx: the input %q is %s; expected images, N×C×H×W", f.image.name, describe(f.image.dims))
	}
	return nil
}

// describe is a shape with names for sizes that are open.
func describe(dims []dim) string {
	var parts []string
	for _, d := range dims {
		switch {
		case d.size > 0:
			parts = append(parts, fmt.Sprint(d.size))
		case d.name != "":
			parts = append(parts, d.name)
		default:
			parts = append(parts, "?")
		}
	}
	return strings.Join(parts, "×")
}

// Outputs names the graph's outputs.
func (f *File) Outputs() []string {
	var names []string
	for _, o := range f.graph.outputs {
		names = append(names, o.name)
	}
	return names
}

// External names the files that hold weights of this one, each once.
func (f *File) External() []string {
	names := map[string]bool{}
	for _, t := range f.graph.weights {
		if t.external != nil {
			names[t.external["location"]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// beside opens a file that holds weights.
func (f *File) beside(name string) (io.ReaderAt, int64, error) {
	if !filepath.IsLocal(name) {
		return nil, 0, fmt.Errorf("onnx: weights should lie in %q, which is no file beside this one", name)
	}
	if f.Beside == nil {
		return nil, 0, fmt.Errorf("onnx: weights lie in the file %q; give it together with this one", name)
	}
	r, size, err := f.Beside(name)
	if err != nil {
		return nil, 0, fmt.Errorf("onnx: weights lie in the file %q, which cannot be had (%w); give it together with this one", name, err)
	}
	return r, size, nil
}

// weight is a tensor of the file, which is read once.
func (f *File) weight(t *tensor) (value, error) {
	if v, done := f.weights[t]; done {
		return v, nil
	}
	v, err := f.read(t)
	if err == nil {
		f.weights[t] = v
	}
	return v, err
}

// fold makes the tensors that take the place of a node's inputs, once.
func (f *File) fold(n *node, make func() folded) folded {
	if _, done := f.folds[n]; !done {
		f.folds[n] = make()
	}
	return f.folds[n]
}

// reached are the nodes that values depend on, and how often each value is read.
type reached struct {
	nodes []*node
	uses  map[string]int
}

// reach lists what values of a graph depend on.
func (g *graph) reach(roots []string) reached {
	r := reached{uses: map[string]int{}}
	seen := map[*node]bool{}
	stack := slices.Clone(roots)
	for _, name := range roots {
		r.uses[name]++
	}
	for len(stack) > 0 {
		n := g.makers[stack[len(stack)-1]]
		stack = stack[:len(stack)-1]
		if n == nil || seen[n] {
			continue
		}
		seen[n] = true
		r.nodes = append(r.nodes, n)
		for _, name := range n.reads() {
			r.uses[name]++
			stack = append(stack, name)
		}
	}
	return r
}

// reads are the values that a node reads, those of the graphs in it among them.
func (n *node) reads() []string {
	names := slices.Clone(n.inputs)
	for _, a := range n.attributes {
		if a.g == nil {
			continue
		}
		for _, o := range a.g.outputs {
			names = append(names, o.name)
		}
		for _, inner := range a.g.nodes {
			names = append(names, inner.reads()...)
		}
	}
	return names
}

// Unsupported says of the operators that an output depends on which cannot be
// computed, each once, and what would help; "" is of all outputs. No weight is read
// for it.
func (f *File) Unsupported(output string) []string {
	roots := []string{output}
	if output == "" {
		roots = f.Outputs()
	}
	for i, name := range roots {
		roots[i] = f.cut(name).value
	}
	found := map[[2]string][]*node{}
	seen := map[*node]bool{}
	for _, n := range f.graph.reach(roots).nodes {
		collectUnsupported(n, found, seen)
	}
	var list []string
	for _, nodes := range found {
		first := slices.MinFunc(nodes, func(a, b *node) int { return strings.Compare(a.label(), b.label()) })
		list = append(list, first.unsupported(len(nodes)-1))
	}
	slices.Sort(list)
	return list
}

// collectUnsupported adds the nodes that cannot be computed, a node itself and those in
// its graphs, by domain and operator.
func collectUnsupported(n *node, found map[[2]string][]*node, seen map[*node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	if operators[n.op] == nil || !standard(n.domain) {
		kind := [2]string{n.domain, n.op}
		found[kind] = append(found[kind], n)
	}
	for _, a := range n.attributes {
		if a.g != nil && operators[n.op] != nil { // of a loop, one sentence is enough
			for _, inner := range a.g.nodes {
				collectUnsupported(inner, found, seen)
			}
		}
	}
}
