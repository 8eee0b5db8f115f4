package core

import (
	"cmp"
	"slices"
)

// lifetime is when a computed value is needed: from the position in the order
// of nodes that computes it to the last one that reads it.
type lifetime struct {
	count    int // elements
	from, to int
}

func (a lifetime) overlaps(b lifetime) bool { return a.from <= b.to && b.from <= a.to }

// share assigns values to as few and as small buffers as it can: the largest
// value first, each to the smallest buffer that holds nothing at its time
// (greedy by size, Pisarchyk and Lee 2020). It returns the buffers' sizes, in
// the order of their first use, and each value's buffer.
func share(values []lifetime) (sizes []int, buffer []int) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[j].count, values[i].count) })
	var holders [][]int // the values of each buffer
	for _, i := range order {
		// Later buffers are no larger, so the last that is free is the smallest.
		at := len(holders) - 1
		for ; at >= 0; at-- {
			if !slices.ContainsFunc(holders[at], func(j int) bool { return values[i].overlaps(values[j]) }) {
				break
			}
		}
		if at < 0 {
			at, holders = len(holders), append(holders, nil)
		}
		holders[at] = append(holders[at], i)
	}
	holder := make([]int, len(values))
	for at, held := range holders {
		for _, i := range held {
			holder[i] = at
		}
	}
	buffer = make([]int, len(values))
	number := make([]int, len(holders)) // of a holder's buffer, from 1
	for i, at := range holder {
		if number[at] == 0 {
			sizes = append(sizes, 0)
			number[at] = len(sizes)
		}
		buffer[i] = number[at] - 1
		sizes[buffer[i]] = max(sizes[buffer[i]], values[i].count)
	}
	return sizes, buffer
}

// mostAlive is how many elements of values must be there at once.
func mostAlive(values []lifetime) int {
	most := 0
	for _, v := range values { // the most is reached where some value begins
		alive := 0
		for _, o := range values {
			if o.from <= v.from && v.from <= o.to {
				alive += o.count
			}
		}
		most = max(most, alive)
	}
	return most
}
