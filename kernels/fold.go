package kernels

import "fmt"

// Fold is the first stage of a long sum: it leaves Parts partial sums of every
// row, y[r, p] = Σ x[r, i] over i ≡ p modulo Parts. Where Of has terms it adds what
// they make.
//
// Bindings: x Rows×Inner or what Of reads, y Rows×Parts.
type Fold struct {
	Rows, Inner, Parts int
	Of                 Map
}

// foldSizes are the Sizes of fold.wgsl.
type foldSizes struct{ Rows, Inner, Parts, Rest int32 }

// Sizes implements Sized.
func (k Fold) Sizes() any {
	return &struct {
		foldSizes
		mapNumbers
	}{foldSizes{int32(k.Rows), int32(k.Inner), int32(k.Parts), 0}, k.Of.within()}
}

func (k Fold) title() string { return k.Of.titled("fold") }
func (k Fold) text() string  { return into("fold", k.Of, Map{}) }

// Summed is the kernel that adds what terms make, and whether it can.
func (k Fold) Summed(of Map) (summed Kernel, free bool) {
	free = k.Of.terms() == 0
	k.Of = of
	return k, free
}

// String leaves out what there is not.
func (k Fold) String() string {
	s := fmt.Sprintf("{Rows:%d Inner:%d Parts:%d", k.Rows, k.Inner, k.Parts)
	if k.Of.terms() > 0 {
		s += fmt.Sprint(" Of:", k.Of)
	}
	return s + "}"
}

// Name implements Kernel.
func (k Fold) Name() string { return "fold" }

// Workgroups implements Kernel: an invocation a partial sum.
func (k Fold) Workgroups() [3]int { return grid(k.Rows * k.Parts) }

// Bind implements Kernel.
func (k Fold) Bind(w *Workers, b [][]float32) []Stage {
	length, some := 0, k.Inner // of which so many are made at once
	if k.Of.terms() > 0 {
		length, some = k.Of.scratch(), (mapBlock+k.Parts-1)/k.Parts*k.Parts
		w.reserve(0, length+some)
	}
	return inParts(k.Rows, func(worker, r int) {
		y := b[len(b)-1][r*k.Parts:][:k.Parts]
		clear(y)
		for from := 0; from < k.Inner; from += some {
			n := min(some, k.Inner-from)
			x := b[0]
			if length > 0 {
				scratch := w.scratchOf(worker, 0, length+some)
				x = scratch[length:][:n]
				k.Of.fill(x, b, r*k.Inner+from, scratch)
			} else {
				x = x[r*k.Inner+from:][:n]
			}
			for len(x) > 0 {
				run := x[:min(k.Parts, len(x))]
				sums := y[:len(run)]
				add(sums, sums, run)
				x = x[len(run):]
			}
		}
	})
}
