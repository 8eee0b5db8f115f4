package onnx

import (
	"slices"
	"strings"

	"segfault/core"
)

// labelled is a value whose axes have letters.
type labelled struct {
	x       *core.Node
	letters string
}

// einsum sums products over the axes that the result lacks, as attention is often
// written: two values at a time, by products of matrices.
func einsum(c *call) []value {
	equation := strings.ReplaceAll(c.word("equation", ""), " ", "")
	inputs, result, explicit := strings.Cut(equation, "->")
	terms := strings.Split(inputs, ",")
	sizes := map[rune]int{}
	if len(terms) != len(c.in) {
		c.refuse("%q is not of %d values", equation, len(c.in))
	}
	var values []labelled
	for i, term := range terms {
		x := c.x(i)
		if strings.Contains(term, ".") || len(term) != len(x.Shape) {
			c.refuse("%q with an input of %v is not supported: a letter for each axis is expected", equation, x.Shape)
		}
		for at, letter := range term {
			if strings.Count(term, string(letter)) > 1 {
				c.refuse("%q takes a diagonal, which is not supported", equation)
			}
			if n, known := sizes[letter]; known && n != x.Shape[at] {
				c.refuse("%q: %c is %d and %d", equation, letter, n, x.Shape[at])
			}
			sizes[letter] = x.Shape[at]
		}
		values = append(values, labelled{x, term})
	}
	if !explicit {
		for letter := range sizes {
			if strings.Count(inputs, string(letter)) == 1 {
				result += string(letter)
			}
		}
		letters := []byte(result)
		slices.Sort(letters)
		result = string(letters)
	}
	for _, letter := range result {
		if sizes[letter] == 0 || strings.Count(result, string(letter)) > 1 {
			c.refuse("%q: %c of the result is no axis of an input, or is one twice", equation, letter)
		}
	}
	y := values[0].without(func(letter rune) bool { return strings.ContainsRune(strings.Join(terms[1:], "")+result, letter) })
	for i, v := range values[1:] {
		later := strings.Join(terms[i+2:], "") + result
		y = c.product(y, v.without(func(letter rune) bool { return strings.ContainsRune(y.letters+later, letter) }), later)
	}
	return one(y.as(result))
}

// without sums over the axes whose letters are not kept.
func (v labelled) without(keep func(letter rune) bool) labelled {
	var axes []int
	left := ""
	for i, letter := range v.letters {
		if keep(letter) {
			left += string(letter)
		} else {
			axes = append(axes, i)
		}
	}
	if len(axes) == 0 {
		return v
	}
	return labelled{core.Squeeze(core.Sum(v.x, axes...), axes...), left}
}

// as puts the axes into an order.
func (v labelled) as(letters string) *core.Node {
	perm := make([]int, len(letters))
	ordered := true
	for i, letter := range letters {
		perm[i] = strings.IndexRune(v.letters, letter)
		ordered = ordered && perm[i] == i
	}
	if ordered {
		return v.x
	}
	return core.Transpose(v.x, perm...)
}

// product multiplies two values, and sums over the axes of both that are not needed
// later.
func (c *call) product(a, b labelled, later string) labelled {
	var both, summed, left, right string
	for _, letter := range a.letters {
		switch {
		case !strings.ContainsRune(b.letters, letter):
			left += string(letter)
		case strings.ContainsRune(later, letter):
			both += string(letter)
		default:
			summed += string(letter)
		}
	}
	for _, letter := range b.letters {
		if !strings.ContainsRune(a.letters, letter) {
			right += string(letter)
		}
	}
	x, y := a.as(both+left+summed), b.as(both+summed+right)
	shape := slices.Concat(x.Shape[:len(both)+len(left)], y.Shape[len(both)+len(summed):])
	c.limit(shape, mostTraced)
	n := x.Shape[:len(both)].Count()
	m, k := x.Shape[len(both):len(both)+len(left)].Count(), x.Shape[len(both)+len(left):].Count()
	z := core.MatMul(core.Reshape(x, n, m, k), core.Reshape(y, n, k, y.Shape.Count()/n/k))
	return labelled{core.Reshape(z, shape...), both + left + right}
}
