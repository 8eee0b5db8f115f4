package core

import (
	"slices"

	"segfault/kernels"
)

// pool has kernels make the sums that they alone read, and returns the nodes that are left.
func (g *graph) pool(order, roots []*Node) (left []*Node) {
	readers := map[*Node]int{}
	for _, n := range roots {
		readers[g.origin(n)]++
	}
	for _, n := range order {
		if g.origin(n) != n {
			continue
		}
		var read []*Node // one may stand in for what there is not
		for _, a := range g.argsOf(n) {
			if a = g.origin(a); !slices.Contains(read, a) {
				read = append(read, a)
				readers[a]++
			}
		}
	}
	gone := map[*Node]bool{}
	for _, n := range order {
		pooling, ok := g.kernelOf(n).(kernels.Pooling)
		if !ok {
			continue
		}
		args := g.argsOf(n)
		producer := g.origin(args[0])
		if sum, ok := g.kernelOf(producer).(kernels.Sum); ok && readers[producer] == 1 {
			if k, free := pooling.Pooled(sum); free {
				g.kernel[n], g.args[n], gone[producer] = k, slices.Concat(g.argsOf(producer), args[1:]), true
			}
		}
	}
	return slices.DeleteFunc(order, func(n *Node) bool { return gone[n] })
}
