package kernels

import "fmt"

// Sum adds over two axes of four: y[c, k] = Σₙ Σᵢ x[n, c, i, k]. With N = 1 it
// sums rows; with Kept = 1 channels, over images and pixels. Where Of has terms, and
// Kept is 1, it adds what they make. Then is what becomes of the sums, which are the
// first that it reads; where it has no terms they are the result.
//
// Bindings: x N×C×Inner×Kept or what Of reads, what Then reads beside the sums, y C×Kept.
type Sum struct {
	N, C, Inner, Kept int
	Of, Then          Map
}

// sumSizes are the Sizes of sum.wgsl.
type sumSizes struct{ N, C, Inner, Kept int32 }

// thenNumbers are those of what becomes of sums.
type thenNumbers struct {
	ThenRepeats [4 * MostReads]int32
	ThenNumbers [4 * MostTerms]int32
}

// Sizes implements Sized.
func (k Sum) Sizes() any {
	then := k.Then.within()
	return &struct {
		sumSizes
		mapNumbers
		thenNumbers
	}{sumSizes{int32(k.N), int32(k.C), int32(k.Inner), int32(k.Kept)}, k.Of.within(), thenNumbers{then.Repeats, then.Numbers}}
}

func (k Sum) title() string {
	title := k.Of.titled("sum")
	if k.Then.terms() > 0 {
		title += "_then_" + k.Then.title()
	}
	return title
}

func (k Sum) text() string { return into("sum", k.Of, k.Then) }

// extra is how many arrays Then reads beside the sums.
func (k Sum) extra() int { return max(1, k.Then.reads()) - 1 }

// Finished is the kernel that does with its sums what then does with the first that it reads, and whether it can.
func (k Sum) Finished(then Map) (finished Kernel, free bool) {
	k.Then, free = then, k.Then.terms() == 0
	return k, free && k.extra() <= mostExtra
}

// mostExtra leaves room for all that a Map reads among the buffers that every device binds.
const mostExtra = 1

// Summed is the kernel that adds what terms make, and whether it can.
func (k Sum) Summed(of Map) (summed Kernel, free bool) {
	free = k.Kept == 1 && k.Of.terms() == 0
	k.Of = of
	return k, free
}

// String leaves out what there is not.
func (k Sum) String() string {
	s := fmt.Sprintf("{N:%d C:%d Inner:%d Kept:%d", k.N, k.C, k.Inner, k.Kept)
	if k.Of.terms() > 0 {
		s += fmt.Sprint(" Of:", k.Of)
	}
	if k.Then.terms() > 0 {
		s += fmt.Sprint(" Then:", k.Then)
	}
	return s + "}"
}

// Name implements Kernel.
func (k Sum) Name() string { return "sum" }

// Workgroups implements Kernel: an invocation a sum, so long rows are first
// folded by a Fold.
func (k Sum) Workgroups() [3]int { return grid(k.C * k.Kept) }

// Bind implements Kernel, accumulating in float64.
func (k Sum) Bind(w *Workers, b [][]float32) []Stage {
	x, y := b[0], b[len(b)-1]
	stages := k.sums(w, b, x, y)
	if k.Then.terms() > 0 {
		stages = append(stages, k.Then.Bind(w, append([][]float32{y}, b[len(b)-1-k.extra():]...))...)
	}
	return stages
}

func (k Sum) sums(w *Workers, b [][]float32, x, y []float32) []Stage {
	if k.Of.terms() > 0 {
		length := k.Of.scratch()
		w.reserve(0, length+k.Inner)
		return inParts(k.C, func(worker, c int) {
			scratch := w.scratchOf(worker, 0, length+k.Inner)
			row := scratch[length:]
			var s float64
			for n := range k.N {
				k.Of.fill(row, b, (n*k.C+c)*k.Inner, scratch)
				s += sum64(row)
			}
			y[c] = float32(s)
		})
	}
	if k.Kept > 1 {
		blocks := (k.Kept + sumBlock - 1) / sumBlock
		return inParts(k.C*blocks, func(_, i int) {
			c, from := i/blocks, i%blocks*sumBlock
			k.block(y[c*k.Kept+from:][:min(sumBlock, k.Kept-from)], x[c*k.Inner*k.Kept+from:])
		})
	}
	return inParts(k.C, func(_, c int) {
		var s float64
		for n := range k.N {
			s += sum64(x[(n*k.C+c)*k.Inner:][:k.Inner])
		}
		y[c] = float32(s)
	})
}

// sumBlock is how many sums are made at once, of neighbours, for the cache's sake.
const sumBlock = 64

// block makes neighbouring sums; x begins at the first one's first term.
func (k Sum) block(dst, x []float32) {
	var sums [sumBlock]float64
	for n := range k.N {
		for i := range k.Inner {
			for j, v := range x[(n*k.C*k.Inner+i)*k.Kept:][:len(dst)] {
				sums[j] += float64(v)
			}
		}
	}
	for j := range dst {
		dst[j] = float32(sums[j])
	}
}
