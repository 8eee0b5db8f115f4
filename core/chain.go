package core

import (
	"slices"

	"segfault/kernels"
)

// chain has one kernel do what several do element by element, where nothing else
// reads what is between them, and returns the nodes that are left.
func (g *graph) chain(order, roots []*Node) (left []*Node) {
	c := chains{graph: g, readers: map[*Node][]*Node{}, at: map[*Node]int{}, in: map[*Node]bool{}}
	for _, n := range roots {
		c.readers[g.origin(n)] = append(c.readers[g.origin(n)], n)
	}
	for i, n := range order {
		if c.at[n] = i; g.origin(n) != n {
			continue
		}
		for _, a := range g.argsOf(n) {
			c.readers[g.origin(a)] = append(c.readers[g.origin(a)], n)
		}
	}
	for _, n := range slices.Backward(order) {
		switch {
		case c.in[n]:
		case c.elementwise(n) != nil:
			k, args, members := c.gather(n)
			switch {
			case c.finish(n, k, args, members):
				c.sum(n)
			case len(members) > 1 || c.through(n):
				c.kernel[n], c.args[n] = k, args
			}
		default:
			c.sum(n)
		}
	}
	kept := map[*Node]bool{}
	for _, n := range reach(append(slices.Clone(roots), effects(order)...), c.needed) {
		kept[n] = true
	}
	return slices.DeleteFunc(slices.Clone(order), func(n *Node) bool { return !kept[n] })
}

func effects(order []*Node) (list []*Node) {
	for _, n := range order {
		if n.effect {
			list = append(list, n)
		}
	}
	return list
}

// needed is what a node is computed from.
func (g *graph) needed(n *Node) []*Node {
	if origin := g.origin(n); origin != n {
		return []*Node{origin}
	}
	return g.argsOf(n)
}

type chains struct {
	*graph
	readers map[*Node][]*Node
	at      map[*Node]int  // where in the order a node is
	in      map[*Node]bool // what is in a chain
}

// elementwise is a node's kernel without its count, nil where it is none of those that chains are made of.
func (c *chains) elementwise(n *Node) kernels.Elementwise {
	if n.kernel == nil || n.effect || c.kernel[n] != nil || c.origin(n) != n {
		return nil
	}
	switch k := n.kernel.(type) {
	case kernels.Unary:
		return kernels.Unary{Op: k.Op}
	case kernels.Binary:
		return kernels.Binary{Op: k.Op}
	case kernels.Affine:
		return kernels.Affine{Scale: k.Scale, Shift: k.Shift}
	case kernels.Between:
		return kernels.Between{Low: k.Low, High: k.High, Slope: k.Slope}
	case kernels.Swish:
		return kernels.Swish{}
	case kernels.SwishGrad:
		return kernels.SwishGrad{}
	}
	return nil
}

// operand is an argument as a chain reads it.
type operand struct {
	of *Node
	as kernels.Repeat
}

// operands are what an elementwise node reads; what only repeats another is read as that.
func (c *chains) operands(n *Node) (list []operand) {
	count := n.Shape.Count()
	for i, a := range n.args {
		o := operand{c.origin(a), kernels.Repeat{Div: 1, Mod: count}}
		if b, ok := n.kernel.(kernels.Binary); ok && i == 1 {
			o.as = kernels.Repeat{Div: b.Div, Mod: b.Mod}
		}
		if v, ok := o.of.kernel.(kernels.View); ok && o.as.Mod == count {
			if r, ok := v.Repeats(); ok && c.kernel[o.of] == nil {
				o = operand{c.origin(o.of.args[0]), r}
			}
		}
		list = append(list, o)
	}
	return list
}

// sum has a sum make its terms, where nothing else reads them.
func (c *chains) sum(n *Node) {
	summing, ok := c.kernelOf(n).(kernels.Summing)
	if !ok || n.effect {
		return
	}
	terms := c.origin(c.argsOf(n)[0])
	if c.elementwise(terms) == nil || len(c.readers[terms]) != 1 {
		return
	}
	if _, free := summing.Summed(kernels.Map{}); free {
		of, args, _ := c.gather(terms)
		k, _ := summing.Summed(of)
		c.kernel[n], c.args[n] = k, append(args, c.argsOf(n)[1:]...)
	}
}

// finish has a sum do what a chain does with it, where nothing else reads it.
func (c *chains) finish(n *Node, k kernels.Map, args, members []*Node) bool {
	for i, sum := range args {
		adds, ok := c.kernelOf(sum).(kernels.Sum)
		if !ok || c.kernel[sum] != nil || k.Reads[i] != (kernels.Repeat{Div: 1, Mod: k.Count}) || sum.Shape.Count() != k.Count ||
			slices.ContainsFunc(c.readers[sum], func(r *Node) bool { return !slices.Contains(members, r) }) {
			continue
		}
		if finished, free := adds.Finished(k.First(i)); free {
			c.kernel[n], c.args[n] = finished, append(slices.Clone(sum.args), slices.Delete(slices.Clone(args), i, i+1)...)
			return true
		}
	}
	return false
}

// gather makes a chain of a node and of those before it that it alone needs.
func (c *chains) gather(last *Node) (k kernels.Map, args, members []*Node) {
	members = []*Node{last} // latest first
	reads := c.reads(members)
	for {
		var next *Node
		for _, o := range reads {
			if o.as == (kernels.Repeat{Div: 1, Mod: last.Shape.Count()}) && c.joins(o.of, last, members) && (next == nil || c.at[o.of] > c.at[next]) {
				next = o.of
			}
		}
		if next == nil {
			break
		}
		wider := append(slices.Clone(members), next)
		slices.SortFunc(wider, func(a, b *Node) int { return c.at[b] - c.at[a] })
		if len(wider) > kernels.MostTerms || len(c.reads(wider)) > kernels.MostReads {
			break
		}
		members, reads = wider, c.reads(wider)
	}
	k.Count = last.Shape.Count()
	value := map[operand]int8{}
	for i, o := range reads {
		k.Reads[i], value[o], args = o.as, int8(i), append(args, o.of)
	}
	for i, n := range slices.Backward(members) {
		term := kernels.Term{Kernel: c.elementwise(n)}
		for j, o := range c.operands(n) {
			term.Of[j] = value[o]
		}
		at := len(members) - 1 - i
		k.Terms[at] = term
		value[operand{n, kernels.Repeat{Div: 1, Mod: k.Count}}] = int8(kernels.MostReads + at)
		c.in[n] = true
	}
	return k, args, members
}

// through is whether a node reads through a view.
func (c *chains) through(n *Node) bool {
	for i, o := range c.operands(n) {
		if o.of != c.origin(n.args[i]) {
			return true
		}
	}
	return false
}

// joins is whether a chain that ends in a node can take in one that it reads.
func (c *chains) joins(n, last *Node, members []*Node) bool {
	if c.in[n] || c.elementwise(n) == nil || n.Shape.Count() != last.Shape.Count() {
		return false
	}
	return !slices.ContainsFunc(c.readers[n], func(r *Node) bool { return !slices.Contains(members, r) })
}

// reads are what members of a chain read that none of them makes.
func (c *chains) reads(members []*Node) (list []operand) {
	for _, n := range slices.Backward(members) {
		for _, o := range c.operands(n) {
			if !slices.Contains(members, o.of) && !slices.Contains(list, o) {
				list = append(list, o)
			}
		}
	}
	return list
}
