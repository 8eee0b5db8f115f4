package core

import (
	"fmt"
	"slices"

	"segfault/kernels"
)

// graph is what Compile makes of nodes before they are steps: some are computed
// already, and some kernels do what others would.
type graph struct {
	twin   map[*Node]*Node          // of a node, an earlier one that computes the same
	kernel map[*Node]kernels.Kernel // of nodes that do another's work as well
	args   map[*Node][]*Node        // what those read
	kept   map[*Node]*Node          // what those write beside themselves
}

// kernelOf is what computes a node.
func (g *graph) kernelOf(n *Node) kernels.Kernel {
	if k := g.kernel[n]; k != nil {
		return k
	}
	return n.kernel
}

// argsOf is what a node's kernel reads.
func (g *graph) argsOf(n *Node) []*Node {
	if a := g.args[n]; a != nil {
		return a
	}
	return n.args
}

// pair finds nodes that run the same kernel on the same values: losses and
// their gradients share sigmoids and the like, which are then computed once.
func (g *graph) pair(order []*Node) {
	first := map[string]*Node{}
	for _, n := range order {
		if n.kernel == nil || n.effect {
			continue
		}
		key := fmt.Sprintf("%s%+v", n.kernel.Name(), n.kernel)
		for _, a := range n.args {
			key += fmt.Sprint(" ", g.origin(a).id)
		}
		if first[key] == nil {
			first[key] = n
		} else {
			g.twin[n] = first[key]
		}
	}
}

// origin is the node whose buffer holds n's value: for a view what it shows, for
// a twin the earlier one.
func (g *graph) origin(n *Node) *Node {
	for {
		switch {
		case n.Role == Computed && n.kernel == nil:
			n = n.args[0]
		case g.twin[n] != nil:
			n = g.twin[n]
		default:
			return n
		}
	}
}

// fuse has kernels activate their result, let it through a gate, or add to it, where
// that is all that becomes of the result or, of an activation, the result is kept
// beside it; it returns the nodes that are left.
func (g *graph) fuse(order, roots []*Node) (left []*Node) {
	f := fusion{graph: g, readers: map[*Node]int{}, first: map[*Node]int{}, gone: map[*Node]bool{}}
	for _, n := range roots {
		f.readers[g.origin(n)]++
	}
	for at, n := range order {
		if n.kernel == nil || g.twin[n] != nil {
			continue
		}
		for i, a := range n.args {
			if slices.Contains(n.args[:i], a) { // one may stand in for what there is not
				continue
			}
			f.readers[g.origin(a)]++
			if _, read := f.first[g.origin(a)]; !read {
				f.first[g.origin(a)] = at
			}
		}
	}
	for at, n := range order {
		if n.kernel == nil || g.twin[n] != nil {
			continue
		}
		switch k := n.kernel.(type) {
		case kernels.Swish:
			f.activate(n, at, kernels.SiLU)
		case kernels.Unary:
			switch k.Op {
			case kernels.Rectify:
				f.activate(n, at, kernels.ReLU)
			case kernels.Sigmoid:
				f.activate(n, at, kernels.Logistic)
			}
		case kernels.SwishGrad:
			f.gate(n, n.args[1], n.args[0], kernels.SiLU)
		case kernels.Binary:
			switch {
			case k.Div != 1 || k.Mod != k.Count:
			case k.Op == kernels.WherePos:
				f.gate(n, n.args[0], n.args[1], kernels.ReLU)
			case k.Op == kernels.Add:
				f.add(n)
			}
		}
	}
	for at, n := range order {
		if n.kernel != nil && !n.effect && !f.gone[n] && f.twin[n] == nil {
			f.squeeze(n, order[:at])
			f.weigh(n)
		}
	}
	return slices.DeleteFunc(slices.Clone(order), func(n *Node) bool { return f.gone[n] })
}

// fusion is a graph on the way to fewer kernels.
type fusion struct {
	*graph
	readers map[*Node]int // of a value
	first   map[*Node]int // where in the order the first of them is
	gone    map[*Node]bool
}

// only is what computes a value that has no other reader; nil where there is none.
func (f *fusion) only(n *Node) *Node {
	if n = f.origin(n); n.Role != Computed || f.readers[n] != 1 {
		return nil
	}
	return n
}

// replace has a node do what its producer does, too.
func (f *fusion) replace(n, producer *Node, k kernels.Kernel, args []*Node) {
	f.kernel[n], f.args[n], f.gone[producer] = k, args, true
}

// activate has the producer of what a node activates do so.
func (f *fusion) activate(n *Node, at int, act kernels.Activation) {
	producer := f.origin(n.args[0])
	activating, ok := f.kernelOf(producer).(kernels.Activating)
	if !ok {
		return
	}
	keep := f.readers[producer] > 1
	if keep && (act != kernels.SiLU || f.first[producer] < at) { // of the others the gradient asks for the result alone
		return
	}
	if k, free := activating.Activated(act, keep); free {
		f.replace(n, producer, k, f.argsOf(producer))
		if keep {
			f.kept[n] = producer
		}
	}
}

// gate has the producer of a gradient multiply it by the slope of an activation.
func (f *fusion) gate(n, gradient, open *Node, act kernels.Activation) {
	producer, gate := f.only(gradient), f.origin(open)
	if producer == nil || producer == gate {
		return
	}
	gating, ok := f.kernelOf(producer).(kernels.Gating)
	if !ok {
		return
	}
	k, at, free := gating.Gated(act)
	args := slices.Clone(f.argsOf(producer))
	if free || k != nil && act == kernels.ReLU && f.origin(args[at]) == gate {
		args[at] = gate
		f.replace(n, producer, k, args)
	}
}

// squeeze joins two layers of one pixel, or their gradients, unless one of the nodes
// before reads what the first keeps.
func (f *fusion) squeeze(n *Node, before []*Node) {
	args := f.argsOf(n)
	if len(args) == 0 {
		return
	}
	producer := f.only(args[0])
	if producer == nil || f.gone[producer] {
		return
	}
	kept := f.kept[producer]
	if kept != nil && slices.ContainsFunc(before, func(r *Node) bool { return f.reads(r, kept) }) {
		return
	}
	given := f.argsOf(producer)
	switch last := f.kernelOf(n).(type) {
	case kernels.Conv2D:
		if first, ok := f.kernelOf(producer).(kernels.Conv2D); ok {
			if k, ok := kernels.Squeezed(first, last); ok {
				f.replace(n, producer, k, []*Node{given[0], given[2], given[3], args[2], args[3]})
				if kept != nil {
					f.kept[n] = kept
				}
			}
		}
	case kernels.Conv2DGradInput:
		if gradient, ok := f.kernelOf(producer).(kernels.Conv2DGradInput); ok {
			if k, ok := kernels.SqueezedGrad(gradient, last); ok {
				f.replace(n, producer, k, []*Node{given[0], given[1], given[2], args[2]})
			}
		}
	}
}

// reads is whether a node that is left reads a value.
func (f *fusion) reads(n, value *Node) bool {
	return n.kernel != nil && !f.gone[n] && f.twin[n] == nil &&
		slices.ContainsFunc(f.argsOf(n), func(a *Node) bool { return f.origin(a) == value })
}

// weigh has a layer of single pixels multiply the channels that it reads.
func (f *fusion) weigh(n *Node) {
	layer, ok := f.kernelOf(n).(kernels.Conv2D)
	if !ok {
		return
	}
	producer := f.only(f.argsOf(n)[0])
	if producer == nil || f.kernel[producer] != nil {
		return
	}
	by, ok := producer.kernel.(kernels.Binary)
	if k, at, free := layer.Weighed(); ok && free && by.Op == kernels.Mul && by.Div == layer.H*layer.W && by.Mod == layer.N*layer.Ca {
		args := slices.Clone(f.argsOf(n))
		for i, a := range args { // what there is not is stood in for by what is read
			if f.origin(a) == producer {
				args[i] = f.origin(producer.args[0])
			}
		}
		args[at] = f.origin(producer.args[1])
		f.replace(n, producer, k, args)
	}
}

// add has one of what is added be added by what computes the other, which is
// rather the later one.
func (f *fusion) add(n *Node) {
	a, b := f.origin(n.args[0]), f.origin(n.args[1])
	if a.id < b.id {
		a, b = b, a
	}
	if a == b || !f.addTo(n, a, b) {
		f.addTo(n, b, a)
	}
}

func (f *fusion) addTo(n, to, other *Node) bool {
	producer := f.only(to)
	if producer == nil || producer == other {
		return false
	}
	adding, ok := f.kernelOf(producer).(kernels.Adding)
	if !ok {
		return false
	}
	k, at, free := adding.Added()
	if free {
		args := slices.Clone(f.argsOf(producer))
		if at == len(args) {
			args = append(args, other)
		}
		args[at] = other
		f.replace(n, producer, k, args)
	}
	return free
}
