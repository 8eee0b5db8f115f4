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

// fuse has kernels let their result through a gate, or add to it, where that is all
// that becomes of the result, and returns the nodes that are left.
func (g *graph) fuse(order, roots []*Node) (left []*Node) {
	readers := map[*Node]int{}
	for _, n := range roots {
		readers[g.origin(n)]++
	}
	for _, n := range order {
		if n.kernel != nil && g.twin[n] == nil {
			for i, a := range n.args {
				if !slices.Contains(n.args[:i], a) { // one may stand in for what there is not
					readers[g.origin(a)]++
				}
			}
		}
	}
	gone := map[*Node]bool{}
	for _, n := range order {
		b, ok := n.kernel.(kernels.Binary)
		if !ok || g.twin[n] != nil || b.Div != 1 || b.Mod != b.Count {
			continue
		}
		producer, other := g.origin(n.args[0]), g.origin(n.args[1])
		if b.Op == kernels.Add && producer.id < other.id {
			producer, other = other, producer // what is computed last need not wait
		}
		if producer.Role != Computed || readers[producer] != 1 || producer == other {
			continue
		}
		var k kernels.Kernel
		at, can := 0, false
		if gating, ok := g.kernelOf(producer).(kernels.Gating); ok && b.Op == kernels.WherePos {
			k, at, can = gating.Gated()
			can = can || g.origin(g.argsOf(producer)[at]) == other
		}
		if adding, ok := g.kernelOf(producer).(kernels.Adding); ok && b.Op == kernels.Add {
			k, at, can = adding.Added()
		}
		if can {
			args := slices.Clone(g.argsOf(producer))
			args[at] = other
			g.kernel[n], g.args[n], gone[producer] = k, args, true
		}
	}
	return slices.DeleteFunc(slices.Clone(order), func(n *Node) bool { return gone[n] })
}
