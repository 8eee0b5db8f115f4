package monai

import (
	"fmt"

	"segfault/core"
)

// A level of a UNet is three modules: down, the levels below beside what they take, and up.

// mostLevels bounds levels in levels.
const mostLevels = 10

// level computes a level and those below it.
func (n *Network) level(name string, x *core.Node, top bool) *core.Node {
	stride := n.stride(name)
	x = n.down(name+".0", x, stride)
	below := name + ".1.submodule"
	var deep *core.Node
	if n.last(below) {
		deep = n.down(below, x, 1)
	} else {
		deep = n.level(below, x, false)
	}
	x = core.Concat(1, x, deep)
	up := name + ".2"
	if n.store.Dims(up+".0.conv.weight") == nil {
		return n.unit(up, x, stride, true, top)
	}
	return n.residual(up+".1", n.unit(up+".0", x, stride, true, false), 1, top)
}

// last says whether a module is the bottom of the levels.
func (n *Network) last(name string) bool {
	return n.store.Dims(name+".0.conv.weight") == nil && n.store.Dims(name+".0.conv.unit0.conv.weight") == nil
}

// stride is a level's: where it has residual units, their shortcut's filters tell whether there is one.
func (n *Network) stride(name string) int {
	if n.store.Dims(name+".0.conv.unit0.conv.weight") == nil {
		n.notes[assumedStrides] = true
		return 2
	}
	if d := n.store.Dims(name + ".0.residual.weight"); len(d) == 4 && (d[2] > 1 || d[3] > 1) {
		return 2
	}
	return 1
}

// multiple is the product of all levels' strides.
func (n *Network) multiple() int {
	if n.name == "monai-basicunet" {
		return 16
	}
	m, name := n.stride("model"), "model.1.submodule"
	for range mostLevels {
		if n.last(name) {
			break
		}
		m *= n.stride(name)
		name += ".1.submodule"
	}
	return m
}

// down is a residual unit, or a plain one.
func (n *Network) down(name string, x *core.Node, stride int) *core.Node {
	if n.store.Dims(name+".conv.unit0.conv.weight") == nil {
		return n.unit(name, x, stride, false, false)
	}
	return n.residual(name, x, stride, false)
}

// residual is a shortcut around some convolutions, of which the first has a stride.
func (n *Network) residual(name string, x *core.Node, stride int, top bool) *core.Node {
	y := x
	for i := 0; ; i++ {
		unit := fmt.Sprintf("%s.conv.unit%d", name, i)
		if i > 0 && n.store.Dims(unit+".conv.weight") == nil {
			break
		}
		final := n.store.Dims(fmt.Sprintf("%s.conv.unit%d.conv.weight", name, i+1)) == nil
		s := 1
		if i == 0 {
			s = stride
		}
		y = n.unit(unit, y, s, false, top && final)
	}
	if stride > 1 || y.Shape[1] != x.Shape[1] {
		x = n.conv(name+".residual", x, y.Shape[1], stride, false)
	}
	return core.Add(y, x)
}
