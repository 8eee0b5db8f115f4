package kernels

import (
	"fmt"
	"strings"
)

// Axis is a dimension of what a View writes. Its element j shows element
// (j − Before)/Step of the input's dimension, which has Of elements that lie
// Stride apart; where there is none, it is Fill.
type Axis struct{ Size, Stride, Before, Step, Of int }

// Whole is an axis that shows size elements, stride apart, all of them.
func Whole(size, stride int) Axis { return Axis{Size: size, Stride: stride, Step: 1, Of: size} }

func (a *Axis) whole() bool { return a.Before == 0 && a.Step == 1 && a.Of == a.Size }

// MostAxes is how many axes a View may have.
const MostAxes = 8

// View arranges an array anew: slices, transposes, repeats and pads. The first
// element of the input that it may show lies at Offset.
//
// Bindings: x, y as many elements as the axes have together.
type View struct {
	Rank   int
	Axes   [MostAxes]Axis // outermost first; those from Rank on are zero
	Offset int
	Fill   float32
}

// NewView joins axes that can be walked as one. It has none where more than
// MostAxes are left.
func NewView(axes []Axis, offset int, fill float32) (v View, ok bool) {
	v = View{Offset: offset, Fill: fill}
	for _, a := range axes {
		if a.Size == 1 && a.whole() {
			continue
		}
		if v.Rank > 0 {
			last := &v.Axes[v.Rank-1]
			if last.whole() && a.whole() && last.Stride == a.Stride*a.Size {
				*last = Whole(last.Size*a.Size, a.Stride)
				continue
			}
		}
		if v.Rank == MostAxes {
			return v, false
		}
		v.Axes[v.Rank] = a
		v.Rank++
	}
	if v.Rank == 0 {
		v.Axes[0], v.Rank = Whole(1, 1), 1
	}
	return v, true
}

// Copy is the view of count elements from offset on.
func Copy(offset, count int) View {
	return View{Rank: 1, Axes: [MostAxes]Axis{Whole(count, 1)}, Offset: offset}
}

// Name implements Kernel.
func (k View) Name() string { return "view" }

// String writes a view's axes as size·stride, with before/step/of where not all
// of a dimension is shown.
func (k View) String() string {
	var s strings.Builder
	for i, a := range k.Axes[:k.Rank] {
		if i > 0 {
			s.WriteString(" ")
		}
		fmt.Fprintf(&s, "%d·%d", a.Size, a.Stride)
		if !a.whole() {
			fmt.Fprintf(&s, "(%d/%d/%d)", a.Before, a.Step, a.Of)
		}
	}
	return fmt.Sprintf("{%s Offset:%d Fill:%v}", s.String(), k.Offset, k.Fill)
}

// Repeats is whether a view shows an array again and again, and how.
func (k View) Repeats() (r Repeat, ok bool) {
	axes := k.Axes[:k.Rank]
	for _, a := range axes {
		if !a.whole() {
			return r, false
		}
	}
	r = Repeat{1, 1}
	if last := len(axes) - 1; axes[last].Stride == 0 {
		r.Div, axes = axes[last].Size, axes[:last]
	}
	if last := len(axes) - 1; last >= 0 && axes[last].Stride == 1 {
		r.Mod, axes = axes[last].Size, axes[:last]
	}
	if r.Mod == 1 {
		r.Div = 1 // one number
	}
	return r, k.Offset == 0 && (len(axes) == 0 || len(axes) == 1 && axes[0].Stride == 0)
}

func (k View) count() int {
	n := 1
	for _, a := range k.Axes[:k.Rank] {
		n *= a.Size
	}
	return n
}

// Workgroups implements Kernel: an invocation an output.
func (k View) Workgroups() [3]int { return grid(k.count()) }

// viewSizes are the Sizes of view.wgsl.
type viewSizes struct {
	Count, Rank, Offset  int32
	Fill                 float32
	Size, Stride         [MostAxes]int32
	Before, Step, Extent [MostAxes]int32
}

// Sizes implements Sized.
func (k View) Sizes() any {
	s := viewSizes{Count: int32(k.count()), Rank: int32(k.Rank), Offset: int32(k.Offset), Fill: k.Fill}
	for i, a := range k.Axes {
		s.Size[i], s.Stride[i], s.Before[i], s.Step[i], s.Extent[i] = int32(a.Size), int32(a.Stride), int32(a.Before), int32(a.Step), int32(a.Of)
	}
	return &s
}

// Bind implements Kernel.
func (k View) Bind(_ *Workers, b [][]float32) []Stage {
	return inSpans(k.count(), func(lo, hi int) { k.show(b[1][lo:hi], b[0], lo) })
}

// show writes the outputs from the at-th on, row by row of the last axis.
func (k *View) show(dst, x []float32, at int) {
	last := &k.Axes[k.Rank-1]
	from := at % last.Size
	var index [MostAxes]int
	for d, row := k.Rank-2, at/last.Size; d >= 0; d-- {
		index[d], row = row%k.Axes[d].Size, row/k.Axes[d].Size
	}
	for len(dst) > 0 {
		start, shown := k.Offset, true
		for d := range k.Rank - 1 {
			q, ok := k.Axes[d].shown(index[d])
			start += q * k.Axes[d].Stride
			shown = shown && ok
		}
		row := dst[:min(len(dst), last.Size-from)]
		if shown {
			last.show(row, x, start, from, k.Fill)
		} else {
			fill(row, k.Fill)
		}
		dst, from = dst[len(row):], 0
		for d := k.Rank - 2; d >= 0; d-- { // the next row
			if index[d]++; index[d] < k.Axes[d].Size {
				break
			}
			index[d] = 0
		}
	}
}

// shown is which element of the input an element shows, if it shows one.
func (a *Axis) shown(j int) (q int, ok bool) {
	j -= a.Before
	if q = j; a.Step > 1 { // division is slow
		q /= a.Step
	}
	return q, j >= 0 && q < a.Of && q*a.Step == j
}

// show writes a row's elements from the from-th on; those of x begin at start.
func (a *Axis) show(dst, x []float32, start, from int, empty float32) {
	if a.Step > 1 {
		for i := range dst {
			dst[i] = empty
			if q, ok := a.shown(from + i); ok {
				dst[i] = x[start+q*a.Stride]
			}
		}
		return
	}
	low, high := max(0, from-a.Before), min(a.Of, from+len(dst)-a.Before)
	if low >= high {
		fill(dst, empty)
		return
	}
	first := a.Before + low - from
	fill(dst[:first], empty)
	shown := dst[first:][:high-low]
	fill(dst[first+len(shown):], empty)
	at := start + low*a.Stride
	switch a.Stride {
	case 1:
		copy(shown, x[at:])
	case 0:
		fill(shown, x[at])
	default:
		for i := range shown {
			shown[i] = x[at]
			at += a.Stride
		}
	}
}

// fill sets a beginning element by element and copies it, which is faster.
func fill(dst []float32, v float32) {
	done := min(len(dst), 32)
	for i := range done {
		dst[i] = v
	}
	for done < len(dst) {
		done += copy(dst[done:], dst[:done])
	}
}
