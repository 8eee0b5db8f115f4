package onnx

import (
	"encoding/binary"
	"maps"
	"math"
)

// The messages of onnx.proto, as far as networks need them. Fields are known by
// their numbers there.

// kind is a type of a tensor's elements.
type kind int

// The kinds that have a meaning here.
const (
	float32s  kind = 1
	uint8s    kind = 2
	int8s     kind = 3
	uint16s   kind = 4
	int16s    kind = 5
	int32s    kind = 6
	int64s    kind = 7
	bools     kind = 9
	float16s  kind = 10
	float64s  kind = 11
	uint32s   kind = 12
	uint64s   kind = 13
	bfloat16s kind = 16
)

// bytes is how many an element takes in raw data; 0 for kinds that are not read.
func (k kind) bytes() int {
	switch k {
	case uint8s, int8s, bools:
		return 1
	case uint16s, int16s, float16s, bfloat16s:
		return 2
	case float32s, int32s, uint32s:
		return 4
	case int64s, uint64s, float64s:
		return 8
	}
	return 0
}

// real says whether elements are floating-point numbers.
func (k kind) real() bool { return k == float32s || k == float16s || k == float64s || k == bfloat16s }

// model is a ModelProto.
type model struct {
	producer string
	opset    int // of the standard operators
	graph    *graph
	metadata map[string]string
}

// graph is a GraphProto.
type graph struct {
	nodes           []*node
	weights         map[string]*tensor
	inputs, outputs []info
	makers          map[string]*node // of each value
}

// info is a ValueInfoProto: a name, a type and a shape.
type info struct {
	name string
	kind kind
	dims []dim // nil where the file does not say it
}

// dim is a size, or 0 with a name that stands for one.
type dim struct {
	size int
	name string
}

// node is a NodeProto.
type node struct {
	op, domain, name string
	overload         string // of a function
	inputs, outputs  []string
	attributes       map[string]*attribute
}

// attribute is an AttributeProto.
type attribute struct {
	i       int64
	f       float32
	s       string
	t       *tensor
	g       *graph
	ints    []int64
	floats  []float32
	strings []string
	ref     string // in a function, the call's attribute that stands for it
}

// tensor is a TensorProto, whose values stay in the file.
type tensor struct {
	name     string
	kind     kind
	dims     []int
	at       span
	external map[string]string // where its values lie in another file; nil if they do not
}

func (w *wire) model(s span) *model {
	m := &model{metadata: map[string]string{}}
	in := &inlining{w: w, functions: map[[3]string]*definition{}}
	for f := range w.fields(s) {
		switch f.number {
		case 2:
			m.producer = w.note(f)
		case 7:
			m.graph = w.graph(f.at, 0)
		case 8:
			if domain, version := w.imported(f.at); standard(domain) {
				m.opset = version
			}
		case 14:
			w.entry(m.metadata, f.at)
		case 25:
			fn := w.definition(f.at)
			in.functions[[3]string{fn.domain, fn.name, fn.overload}] = fn
		}
	}
	if m.graph == nil {
		w.fail("there is no graph in it: this is no ONNX file; export networks of TensorFlow and other libraries to ONNX")
	}
	// One of another version of the standard stays an operator that is not known.
	maps.DeleteFunc(in.functions, func(_ [3]string, fn *definition) bool { return fn.opset != 0 && fn.opset != m.opset })
	if w.err == nil && len(in.functions) > 0 {
		in.graph(m.graph)
	}
	return m
}

// imported is a domain and the version of its operators.
func (w *wire) imported(s span) (domain string, version int) {
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			domain = w.text(f)
		case 2:
			version = int(f.value)
		}
	}
	return domain, version
}

// standard says whether a domain is that of the operators of the ONNX standard.
func standard(domain string) bool { return domain == "" || domain == "ai.onnx" }

func (w *wire) graph(s span, level int) *graph {
	g := &graph{weights: map[string]*tensor{}, makers: map[string]*node{}}
	if level > depth {
		w.fail("there are graphs in graphs, %d deep: the file is damaged", level)
		return g
	}
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			g.nodes = append(g.nodes, w.node(f.at, level))
		case 5:
			t := w.tensor(f.at)
			g.weights[t.name] = t
		case 11:
			g.inputs = append(g.inputs, w.info(f.at))
		case 12:
			g.outputs = append(g.outputs, w.info(f.at))
		case 15:
			w.fail("its weights are sparse, which is not supported: export them as plain tensors")
		}
	}
	w.index(g, g.nodes)
	return g
}

// index notes which node gives a value.
func (w *wire) index(g *graph, nodes []*node) {
	for _, n := range nodes {
		for _, name := range n.outputs {
			if g.makers[name] != nil {
				w.fail("two nodes give %q: the file is damaged", name)
			}
			if name != "" {
				g.makers[name] = n
			}
		}
	}
}

func (w *wire) info(s span) (v info) {
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			v.name = w.text(f)
		case 2: // TypeProto
			for f := range w.fields(f.at) {
				if f.number == 1 {
					v.kind, v.dims = w.tensorType(f.at)
				}
			}
		}
	}
	return v
}

func (w *wire) tensorType(s span) (k kind, dims []dim) {
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			k = kind(f.value)
		case 2:
			dims = []dim{}
			for f := range w.fields(f.at) {
				if f.number != 1 {
					continue
				}
				d := dim{}
				for f := range w.fields(f.at) {
					switch f.number {
					case 1:
						if f.value < 1<<31 { // −1 stands for any
							d.size = int(f.value)
						}
					case 2:
						d.name = w.text(f)
					}
				}
				dims = append(dims, d)
			}
		}
	}
	return k, dims
}

func (w *wire) node(s span, level int) *node {
	n := &node{attributes: map[string]*attribute{}}
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			n.inputs = append(n.inputs, w.text(f))
		case 2:
			n.outputs = append(n.outputs, w.text(f))
		case 3:
			n.name = w.text(f)
		case 4:
			n.op = w.text(f)
		case 5:
			name, a := w.attribute(f.at, level)
			n.attributes[name] = a
		case 7:
			n.domain = w.text(f)
		case 8:
			n.overload = w.text(f)
		}
	}
	return n
}

func (w *wire) attribute(s span, level int) (name string, a *attribute) {
	a = &attribute{}
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			name = w.text(f)
		case 2:
			a.f = math.Float32frombits(uint32(f.value))
		case 3:
			a.i = int64(f.value)
		case 4:
			a.s = w.note(f)
		case 5:
			a.t = w.tensor(f.at)
		case 6:
			a.g = w.graph(f.at, level+1)
		case 7:
			a.floats = append(a.floats, w.floats(f)...)
		case 8:
			a.ints = append(a.ints, w.numbers(f)...)
		case 9:
			a.strings = append(a.strings, w.text(f))
		case 21:
			a.ref = w.text(f)
		}
	}
	return name, a
}

// floats are the values of a repeated float in one field, packed or not.
func (w *wire) floats(f field) []float32 {
	if f.wire != wireBytes {
		return []float32{math.Float32frombits(uint32(f.value))}
	}
	var list []float32
	for data := w.bytes(f.at); len(data) >= 4; data = data[4:] {
		list = append(list, math.Float32frombits(binary.LittleEndian.Uint32(data)))
	}
	return list
}

// mostAxes bounds a tensor's axes.
const mostAxes = 16

// tensor reads all but the values.
func (w *wire) tensor(s span) *tensor {
	t := &tensor{at: s}
	count := 1
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			for _, d := range w.numbers(f) {
				if d < 0 || d > math.MaxInt32 || d > 0 && int64(count) > math.MaxInt32/d || len(t.dims) == mostAxes {
					w.fail("a tensor has an impossible shape %v, %d: the file is damaged", t.dims, d)
					return t
				}
				count *= max(int(d), 1)
				t.dims = append(t.dims, int(d))
			}
		case 2:
			t.kind = kind(f.value)
		case 8:
			t.name = w.text(f)
		case 13:
			if t.external == nil {
				t.external = map[string]string{}
			}
			w.entry(t.external, f.at)
		case 14:
			if f.value == 1 && t.external == nil {
				t.external = map[string]string{}
			}
		}
	}
	return t
}

// entry is a StringStringEntryProto.
func (w *wire) entry(to map[string]string, s span) {
	var key, value string
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			key = w.text(f)
		case 2:
			value = w.note(f)
		}
	}
	to[key] = value
}
