package core

import "slices"

// PadMode is what an array is padded with.
type PadMode int

// The modes, by ONNX's names.
const (
	PadConstant PadMode = iota // a number
	PadReflect                 // what lies on the other side of the edge, without the edge
	PadEdge                    // the edge
)

// Pad pads every axis at its beginning, then every axis at its end, as ONNX lists
// them: pads has two numbers for each. One below 0 takes away as much. value is
// PadConstant's.
func Pad(x *Node, pads []int, mode PadMode, value float32) *Node {
	rank := len(x.Shape)
	if len(pads) != 2*rank {
		refuse("Pad", "%d pads for %v; %d are expected, one at the beginning and one at the end of each axis", len(pads), x.Shape, 2*rank)
	}
	var cuts []Cut
	grown := make([]int, 2*rank) // what pads add
	for i, n := range x.Shape {
		before, after := pads[i], pads[rank+i]
		if min(before, after) < 0 {
			cut := Cut{Axis: i, Start: max(0, -before), End: n + min(0, after)}
			if cut.Start >= cut.End {
				refuse("Pad", "pads of %d and %d leave nothing of axis %d of %v", before, after, i, x.Shape)
			}
			cuts = append(cuts, cut)
		}
		grown[i], grown[rank+i] = max(0, before), max(0, after)
	}
	x = Slice(x, cuts...)
	if mode == PadConstant {
		return padConstant(x, grown, value)
	}
	for axis := range rank {
		before, after := grown[axis], grown[rank+axis]
		for before+after > 0 { // reflections reach as far as the array
			reach := before + after
			if mode == PadReflect {
				reach = x.Shape[axis] - 1
			}
			if reach == 0 {
				refuse("Pad", "axis %d of %v has one element: there is nothing to reflect", axis, x.Shape)
			}
			b, a := min(before, reach), min(after, reach)
			before, after = before-b, after-a
			x = padFrom(x, axis, b, a, mode)
		}
	}
	return x
}

// padFrom pads an axis with parts of x.
func padFrom(x *Node, axis, before, after int, mode PadMode) *Node {
	n := x.Shape[axis]
	take := func(count int, edge, reflected Cut) *Node {
		if mode == PadReflect {
			return Slice(x, reflected)
		}
		shape := slices.Clone(x.Shape)
		shape[axis] = count
		return Expand(Slice(x, edge), shape...)
	}
	parts := []*Node{x}
	if before > 0 {
		head := take(before, Cut{Axis: axis, End: 1}, Cut{Axis: axis, Start: before, End: 0, Step: -1})
		parts = []*Node{head, x}
	}
	if after > 0 {
		end := n - 2 - after
		if end < 0 {
			end -= n // before the first element
		}
		tail := take(after, Cut{Axis: axis, Start: n - 1, End: n}, Cut{Axis: axis, Start: n - 2, End: end, Step: -1})
		parts = append(parts, tail)
	}
	return Concat(axis, parts...)
}

// padConstant pads by what is not below 0.
func padConstant(x *Node, pads []int, value float32) *Node {
	axes := wholes(x.Shape)
	var cuts []Cut
	for i, n := range x.Shape {
		before, after := pads[i], pads[len(x.Shape)+i]
		if before+after > 0 {
			axes[i].Size, axes[i].Before = before+n+after, before
			cuts = append(cuts, Cut{Axis: i, Start: before, End: before + n})
		}
	}
	if cuts == nil {
		return x
	}
	return view("Pad", x, axes, 0, value, func(dy *Node, _ int) *Node { return Slice(dy, cuts...) })
}
