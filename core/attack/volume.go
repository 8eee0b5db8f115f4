package attack

import (
	"slices"

	"segfault/core/metrics"
)

// Volume collects the masks of slices, class by class, to measure them as one. The zero value is empty.
type Volume struct{ reference, before, after [][]uint8 }

// Add takes the masks of the next slice, classes×pixels each.
func (v *Volume) Add(reference, before, after []uint8, classes int) {
	for _, one := range []struct {
		to     *[][]uint8
		planes []uint8
	}{{&v.reference, reference}, {&v.before, before}, {&v.after, after}} {
		if *one.to == nil {
			*one.to = make([][]uint8, classes)
		}
		n := len(one.planes) / classes
		for k := range classes {
			(*one.to)[k] = append((*one.to)[k], one.planes[k*n:(k+1)*n]...)
		}
	}
}

// Masks are those of each class, slice after slice.
func (v *Volume) Masks() (reference, before, after [][]uint8) { return v.reference, v.before, v.after }

// Overlaps measures the predictions before and after the attack over all slices, of which there must be one at least.
func (v *Volume) Overlaps() (before, after metrics.Overlap) {
	reference, classes := slices.Concat(v.reference...), len(v.reference)
	return metrics.Compare(slices.Concat(v.before...), reference, classes), metrics.Compare(slices.Concat(v.after...), reference, classes)
}
