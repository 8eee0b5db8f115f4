package onnx

import (
	"fmt"
	"slices"
)

// definition is a FunctionProto: an operator that the file itself makes of others.
type definition struct {
	domain, name, overload string
	opset                  int // of the standard operators in it; 0 where it does not say
	inputs, outputs        []string
	nodes                  []*node
	defaults               map[string]*attribute
}

func (w *wire) definition(s span) *definition {
	fn := &definition{defaults: map[string]*attribute{}}
	for f := range w.fields(s) {
		switch f.number {
		case 1:
			fn.name = w.text(f)
		case 4:
			fn.inputs = append(fn.inputs, w.text(f))
		case 5:
			fn.outputs = append(fn.outputs, w.text(f))
		case 7:
			fn.nodes = append(fn.nodes, w.node(f.at, 0))
		case 9:
			if domain, version := w.imported(f.at); standard(domain) {
				fn.opset = version
			}
		case 10:
			fn.domain = w.text(f)
		case 11:
			name, a := w.attribute(f.at, 0)
			fn.defaults[name] = a
		case 13:
			fn.overload = w.text(f)
		}
	}
	return fn
}

// inlining puts what functions are made of in the place of their calls.
type inlining struct {
	w         *wire
	functions map[[3]string]*definition
	calls     int // so far, so that each has names of its own
	nodes     int // that they became
}

// mostCalls bounds how deep functions are in functions.
const mostCalls = 32

// graph replaces the calls in a graph.
func (in *inlining) graph(g *graph) {
	g.nodes = in.replace(g.nodes, 0)
	g.makers = map[string]*node{}
	in.w.index(g, g.nodes)
}

// replace replaces the calls among nodes.
func (in *inlining) replace(nodes []*node, level int) (list []*node) {
	for _, n := range nodes {
		for _, a := range n.attributes {
			if a.g != nil {
				in.graph(a.g)
			}
		}
		fn := in.functions[[3]string{n.domain, n.op, n.overload}]
		if fn == nil {
			list = append(list, n)
			continue
		}
		if level > mostCalls {
			in.w.fail("%s calls itself: the file is damaged", n.label())
		}
		if in.nodes += len(fn.nodes); in.nodes > mostNodes {
			in.w.fail("its functions make more than %d nodes: the file is damaged, or no network", mostNodes)
		}
		if in.w.err != nil {
			return nil
		}
		list = append(list, in.replace(in.body(fn, n), level+1)...)
	}
	return list
}

// body is what a function is made of, with the names and attributes of a call.
func (in *inlining) body(fn *definition, call *node) []*node {
	in.calls++
	prefix := fmt.Sprintf("%s %d/", call.op, in.calls)
	names := map[string]string{}
	for i, name := range fn.inputs {
		names[name] = ""
		if i < len(call.inputs) {
			names[name] = call.inputs[i]
		}
	}
	var list []*node
	for i, name := range fn.outputs {
		if i >= len(call.outputs) || call.outputs[i] == "" {
			continue
		}
		if slices.Contains(fn.inputs, name) { // given back as it is
			list = append(list, &node{op: "Identity", name: call.name, inputs: []string{names[name]}, outputs: []string{call.outputs[i]}})
			continue
		}
		names[name] = call.outputs[i]
	}
	c := &copying{in.w, call, fn.defaults, func(name string) string {
		if own, known := names[name]; known || name == "" {
			return own
		}
		return prefix + name
	}}
	for _, n := range fn.nodes {
		list = append(list, c.node(n))
	}
	return list
}

// copying copies nodes under other names, with a call's attributes.
type copying struct {
	w        *wire
	call     *node
	defaults map[string]*attribute
	rename   func(name string) string
}

func (c *copying) names(list []string) []string {
	renamed := make([]string, len(list))
	for i, name := range list {
		renamed[i] = c.rename(name)
	}
	return renamed
}

func (c *copying) node(n *node) *node {
	name := c.call.name
	if name != "" && n.name != "" {
		name += "/"
	}
	y := &node{op: n.op, domain: n.domain, overload: n.overload, name: name + n.name,
		inputs: c.names(n.inputs), outputs: c.names(n.outputs), attributes: map[string]*attribute{}}
	for name, a := range n.attributes {
		switch {
		case a.ref != "" && c.call.attributes[a.ref] != nil:
			a = c.call.attributes[a.ref]
		case a.ref != "":
			a = c.defaults[a.ref]
		case a.g != nil:
			a = &attribute{g: c.graph(a.g)}
		}
		if a != nil {
			y.attributes[name] = a
		}
	}
	return y
}

func (c *copying) graph(g *graph) *graph {
	y := &graph{weights: map[string]*tensor{}, makers: map[string]*node{}}
	for _, n := range g.nodes {
		if c.w.spend(1) {
			y.nodes = append(y.nodes, c.node(n))
		}
	}
	for name, t := range g.weights {
		y.weights[c.rename(name)] = t
	}
	for _, o := range g.outputs {
		o.name = c.rename(o.name)
		y.outputs = append(y.outputs, o)
	}
	c.w.index(y, y.nodes)
	return y
}
