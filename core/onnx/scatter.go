package onnx

import "segfault/core"

// scatters put values into others, at places that are known: what tracing makes of an
// assignment to a part of an array.
var scatters = map[string]operator{"ScatterND": scatterND}

// mostScattered bounds the elements of a value of which each place is known.
const mostScattered = 1 << 22

func scatterND(c *call) []value {
	v, places, updates := c.get(0), c.ints(1), c.get(2)
	if how := c.word("reduction", "none"); how != "none" {
		c.refuse("the reduction %q is not supported: only assignment", how)
	}
	s := c.in[1].shape
	if len(s) == 0 || s[len(s)-1] < 1 || s[len(s)-1] > len(v.shape) {
		c.refuse("indices of %v for %v", s, v.shape)
	}
	axes := s[len(s)-1] // that an index tells
	each := v.shape[axes:].Count()
	if updates.shape.Count() != len(places)/axes*each {
		c.refuse("%v do not go to indices of %v in %v", updates.shape, s, v.shape)
	}
	c.limit(v.shape, mostScattered)
	from := make([]int, v.shape.Count()) // of the values one after another
	for i := range from {
		from[i] = i
	}
	for at := 0; at < len(places); at += axes {
		first := 0
		for i, place := range places[at : at+axes] {
			n := int64(v.shape[i])
			if place < -n || place >= n {
				c.refuse("index %d of an axis of %d", place, n)
			}
			first = first*v.shape[i] + int((place+n)%n)
		}
		for i := range each {
			from[first*each+i] = len(from) + at/axes*each + i
		}
	}
	return []value{c.taken(from, v, updates)}
}

// taken is of the shape of a value, with elements of it and of another one: those of
// numbers, of both one after another.
func (c *call) taken(from []int, v, other value) value {
	if v.node == nil && other.node == nil {
		both := append(append([]int64(nil), v.ints...), other.ints...)
		y := value{kind: v.kind, shape: v.shape, ints: make([]int64, len(from))}
		for i, at := range from {
			y.ints[i] = both[at]
		}
		return y
	}
	if other.empty() {
		return value{kind: v.kind, shape: v.shape, node: v.node}
	}
	if !v.traced && !other.traced {
		both := append(append([]float32(nil), c.numbers(0)...), c.numbers(2)...)
		t := core.NewTensor(v.shape...)
		for i, at := range from {
			t.Data[i] = both[at]
		}
		return value{kind: v.kind, shape: v.shape, node: core.NewParameter("", t)}
	}
	runs := runsOf(from)
	if len(runs) > mostRuns {
		c.refuse("%d parts of %v are more than are supported", len(runs), v.shape)
	}
	both := core.Concat(0, core.Reshape(v.floats(), v.shape.Count()), core.Reshape(other.floats(), other.shape.Count()))
	var parts []*core.Node
	for _, r := range runs {
		parts = append(parts, core.Slice(both, r))
	}
	return value{kind: v.kind, shape: v.shape, node: core.Reshape(core.Concat(0, parts...), v.shape...)}
}
