package core

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"segfault/kernels"
)

// Plan is a graph made ready to run: buffers and the steps that fill them.
type Plan struct {
	Buffers []Buffer
	Steps   []Step
	// Inputs and Outputs name buffers. An output is whole in its buffer when a
	// run ends; its shape is in Shapes.
	Inputs, Outputs map[string]int
	Shapes          map[string]Shape // of inputs and outputs
	// Live is how many bytes must be there at once: inputs, parameters and those
	// computed values that are still needed. What the buffers take beyond that is
	// the price of sharing whole buffers.
	Live int64
}

// Buffer is memory that a run uses. A Computed one may hold several values, one
// after another.
type Buffer struct {
	Count int // float32 elements
	Role  Role
	Name  string  // of an input or a parameter
	Value *Tensor // of a parameter
}

// Step runs a kernel on buffers, in its binding order.
type Step struct {
	Kernel kernels.Kernel
	Bind   []int
}

// Outputs names the values that a plan computes.
type Outputs map[string]*Node

// Compile makes a plan that computes outputs and then applies effects (Assign,
// Adam, …). What they do not need is left out, and values whose lifetimes do
// not overlap share a buffer. Inputs and outputs must have different names.
func Compile(outputs Outputs, effects ...*Node) *Plan {
	names := slices.Sorted(maps.Keys(outputs))
	var roots []*Node
	for _, name := range names {
		roots = append(roots, outputs[name])
	}
	order := reach(append(roots, effects...), func(n *Node) []*Node { return n.args })
	// Effects come last, so that everything else reads what was there before.
	slices.SortStableFunc(order, func(a, b *Node) int {
		switch {
		case a.effect == b.effect:
			return 0
		case a.effect:
			return 1
		default:
			return -1
		}
	})

	c := compiler{
		graph:  graph{kernel: map[*Node]kernels.Kernel{}, args: map[*Node][]*Node{}, twin: map[*Node]*Node{}, kept: map[*Node]*Node{}},
		plan:   &Plan{Inputs: map[string]int{}, Outputs: map[string]int{}, Shapes: map[string]Shape{}},
		at:     map[*Node]int{},
		values: map[*Tensor]int{},
		last:   map[*Node]int{},
	}
	c.pair(order)
	order = c.fuse(order, roots)
	order = c.chain(order, roots)
	order = c.pool(order, roots)
	for i, n := range order {
		for _, a := range c.argsOf(n) {
			c.last[c.origin(a)] = i
		}
	}
	for _, n := range roots {
		c.last[c.origin(n)] = len(order)
	}
	for i, n := range order {
		c.place(n, i)
	}
	for _, name := range names {
		c.plan.Outputs[name] = c.at[c.origin(outputs[name])]
		c.plan.Shapes[name] = outputs[name].Shape
	}
	c.assign()
	return c.plan
}

type compiler struct {
	graph
	plan   *Plan
	at     map[*Node]int   // the buffer of a node, or a computed value's number, see assign
	values map[*Tensor]int // the buffer of a parameter
	last   map[*Node]int   // the last position in the order that reads a node
	lives  []lifetime      // of computed values
}

// place gives the i-th node its buffer and its step.
func (c *compiler) place(n *Node, i int) {
	p := c.plan
	switch {
	case n.Role == Input:
		if _, taken := p.Inputs[n.Name]; taken || n.Name == "" {
			panic(fmt.Sprintf("core: Compile: two inputs are called %q", n.Name))
		}
		c.at[n] = c.add(Buffer{Count: n.Shape.Count(), Role: Input, Name: n.Name})
		p.Inputs[n.Name] = c.at[n]
		p.Shapes[n.Name] = n.Shape
		return
	case n.Role == Parameter:
		at, ok := c.values[n.Value]
		if !ok {
			at = c.add(Buffer{Count: n.Shape.Count(), Role: Parameter, Name: n.Name, Value: n.Value})
			c.values[n.Value] = at
		}
		c.at[n] = at
		return
	case c.origin(n) != n:
		return
	}
	var bind []int
	for _, a := range c.argsOf(n) {
		bind = append(bind, c.at[c.origin(a)])
	}
	if !n.effect {
		if kept := c.kept[n]; kept != nil {
			bind = append(bind, c.live(kept, i))
		}
		bind = append(bind, c.live(n, i))
	}
	p.Steps = append(p.Steps, Step{Kernel: c.kernelOf(n), Bind: bind})
}

// live gives a value that the i-th node computes its number.
func (c *compiler) live(n *Node, i int) int {
	c.lives = append(c.lives, lifetime{n.Shape.Count(), i, c.last[n]})
	c.at[n] = -len(c.lives)
	return c.at[n]
}

// assign gives the computed values their buffers. Until then the k-th value
// stands as −1−k where a buffer's number will be.
func (c *compiler) assign() {
	p := c.plan
	sizes, buffer := share(c.lives)
	first := len(p.Buffers)
	for _, n := range sizes {
		c.add(Buffer{Count: n, Role: Computed})
	}
	place := func(at int) int {
		if at < 0 {
			return first + buffer[-1-at]
		}
		return at
	}
	for _, s := range p.Steps {
		for i, at := range s.Bind {
			s.Bind[i] = place(at)
		}
	}
	for name, at := range p.Outputs {
		p.Outputs[name] = place(at)
	}
	p.Live = p.Bytes(Input) + p.Bytes(Parameter) + 4*int64(mostAlive(c.lives))
}

func (c *compiler) add(b Buffer) int {
	c.plan.Buffers = append(c.plan.Buffers, b)
	return len(c.plan.Buffers) - 1
}

// Bytes is how much memory the buffers of a role take.
func (p *Plan) Bytes(role Role) int64 {
	var n int64
	for _, b := range p.Buffers {
		if b.Role == role {
			n += 4 * int64(b.Count)
		}
	}
	return n
}

// String lists the steps, one a line, as kernel{shape} inputs → outputs.
func (p *Plan) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d steps, %d buffers: %d bytes of inputs, %d of parameters, %d computed; %d are live at once\n",
		len(p.Steps), len(p.Buffers), p.Bytes(Input), p.Bytes(Parameter), p.Bytes(Computed), p.Live)
	for i := range p.Steps {
		s.WriteString(p.Describe(i) + "\n")
	}
	return s.String()
}

// Describe is the i-th step as a line of String.
func (p *Plan) Describe(i int) string {
	step := p.Steps[i]
	read := len(step.Bind) - kernels.Updates(step.Kernel)
	return fmt.Sprintf("%s%+v %s → %s", step.Kernel.Name(), step.Kernel, p.list(step.Bind[:read]), p.list(step.Bind[read:]))
}

func (p *Plan) list(bind []int) string {
	parts := make([]string, len(bind))
	for i, at := range bind {
		if parts[i] = p.Buffers[at].Name; parts[i] == "" {
			parts[i] = fmt.Sprintf("#%d", at)
		}
	}
	return strings.Join(parts, " ")
}

// Input finds the buffer of an input that is to be written with n values.
func (p *Plan) Input(name string, n int) (int, error) {
	at, ok := p.Inputs[name]
	return p.check("input", name, n, at, ok)
}

// Output finds the buffer of an output of which n values are to be read.
func (p *Plan) Output(name string, n int) (int, error) {
	at, ok := p.Outputs[name]
	return p.check("output", name, n, at, ok)
}

func (p *Plan) check(kind, name string, n, at int, ok bool) (int, error) {
	if !ok {
		return 0, fmt.Errorf("core: the plan has no %s %q", kind, name)
	}
	if want := p.Shapes[name].Count(); n != want {
		return 0, fmt.Errorf("core: %s %q has %d values (%v), not %d", kind, name, want, p.Shapes[name], n)
	}
	return at, nil
}

// FLOPs is how many floating-point operations the convolutions of a run take.
func (p *Plan) FLOPs() int {
	n := 0
	for _, s := range p.Steps {
		n += kernels.FLOPs(s.Kernel)
	}
	return n
}
