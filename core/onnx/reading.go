package onnx

import (
	"errors"
	"fmt"
	"strings"

	"segfault/core"
)

// reading builds a file's graph once, for one input: values are computed when
// they are asked for, so that nothing else is.
type reading struct {
	file   *File
	graph  *graph
	outer  *reading // of the graph that has the node that has this one
	values map[string]value
	uses   map[string]int // how many nodes read a value
	at     *node          // being computed
}

// floats computes a value and gives it as floating-point numbers.
func (r *reading) floats(name string) (n *core.Node, err error) {
	err = r.try(func() {
		v := r.value(name)
		if v.empty() {
			panic(refusal{fmt.Sprintf("the value %q has no elements (%v): expected an image of classes", name, v.shape)})
		}
		n = v.floats()
	})
	return n, err
}

// try makes errors of what a graph is refused for.
func (r *reading) try(build func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case refusal:
			err = errors.New("onnx: " + p.problem)
		case *core.ShapeError:
			err = errors.New("onnx: " + r.at.label() + ": " + p.Op + ": " + p.Problem)
		default:
			panic(p)
		}
	}()
	build()
	return nil
}

// value computes a value of the graph.
func (r *reading) value(name string) value {
	for s := r; s != nil; s = s.outer {
		if v, done := s.values[name]; done {
			if !v.given() {
				panic(refusal{s.graph.makers[name].label() + ": it depends on itself"})
			}
			return v
		}
		if n := s.graph.makers[name]; n != nil {
			s.compute(n)
			return s.values[name]
		}
		if t := s.graph.weights[name]; t != nil {
			v, err := r.file.weight(t)
			if err != nil {
				panic(refusal{strings.TrimPrefix(err.Error(), "onnx: ")})
			}
			return v
		}
	}
	panic(refusal{"the value " + name + " is read, but nothing gives it: the file is damaged"})
}

// compute computes a node's outputs.
func (r *reading) compute(n *node) {
	if outputs, done := r.file.settled[n]; done {
		for i, name := range n.outputs {
			r.values[name] = outputs[i]
		}
		return
	}
	for _, name := range n.outputs {
		r.values[name] = value{} // is being computed
	}
	c := &call{node: n, r: r, in: make([]value, len(n.inputs))}
	traced, fixed := false, true
	for i, name := range n.inputs {
		if name != "" {
			c.in[i] = r.value(name)
			traced, fixed = traced || c.in[i].traced, fixed && c.in[i].fixed
		}
	}
	before := r.root().at
	r.root().at = n
	run, known := operators[n.op]
	if !known || !standard(n.domain) {
		panic(refusal{n.unsupported(0)})
	}
	outputs := run(c)
	settled := make([]value, len(n.outputs))
	for i, name := range n.outputs {
		if name == "" {
			continue
		}
		if i >= len(outputs) || !outputs[i].given() {
			if r.uses[name] == 0 {
				continue // as of a pool that also says where it found what it took
			}
			c.refuse("its output %d (%q) is not supported", i+1, name)
		}
		v := outputs[i]
		v.traced, v.fixed = v.traced || traced && v.node != nil, v.fixed || fixed
		if !v.traced && v.node != nil {
			c.limit(v.shape, mostKnown)
		}
		v, err := v.settle()
		if err != nil {
			c.refuse("%v", err)
		}
		r.values[name], settled[i] = v, v
	}
	if fixed && r.outer == nil {
		r.file.settled[n] = settled
	}
	r.root().at = before
}

// mostKnown bounds what a graph may compute from nothing.
const mostKnown = 1 << 26

// root is the reading of the file's own graph.
func (r *reading) root() *reading {
	for r.outer != nil {
		r = r.outer
	}
	return r
}

// inner is a reading of a graph in a node.
func (r *reading) inner(g *graph) *reading {
	var roots []string
	for _, o := range g.outputs {
		roots = append(roots, o.name)
	}
	return &reading{file: r.file, graph: g, outer: r, values: map[string]value{}, uses: g.reach(roots).uses}
}
