package kernels

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// mapExample has every kind of function, of arrays of count, of a quarter of it by fours, of three and of one number.
func mapExample(count int) Map {
	k := Map{Count: count, Reads: [MostReads]Repeat{{1, count}, {4, count / 4}, {1, 3}, {1, 1}}}
	copy(k.Terms[:], []Term{
		{Binary{Op: Mul}, [2]int8{0, 1}},
		{Binary{Op: Sub}, [2]int8{MostReads, 2}},
		{Affine{Scale: 3, Shift: -0.5}, [2]int8{MostReads + 1}},
		{Unary{Op: Softplus}, [2]int8{MostReads + 2}},
		{Binary{Op: Add}, [2]int8{MostReads + 3, 3}},
		{Swish{}, [2]int8{MostReads + 4}},
		{Between{Low: 0.5, High: 2, Slope: 0.25}, [2]int8{MostReads + 5, 0}},
		{SwishGrad{}, [2]int8{0, MostReads + 6}},
	})
	return k
}

// thenExample scales sums, and multiplies each by a number of its own.
func thenExample(count int) Map {
	k := Map{Count: count, Reads: [MostReads]Repeat{{1, count}, {1, count}}}
	k.Terms[0] = Term{Affine{Scale: 0.25, Shift: 3}, [2]int8{0}}
	k.Terms[1] = Term{Binary{Op: Mul}, [2]int8{MostReads, 1}}
	return k
}

// TestAMapIsToTheBitWhatItsKernelsAre runs its terms one after another, over several blocks and their ends.
func TestAMapIsToTheBitWhatItsKernelsAre(t *testing.T) {
	const count = 2*span + 2*mapBlock + 20
	k := mapExample(count)
	w := NewWorkers(2)
	arrays := [][]float32{uniform(count, 1), uniform(count/4, 2), uniform(3, 3), uniform(1, 4), make([]float32, count)}
	w.Run(k.Bind(w, arrays))

	values := make([][]float32, MostReads+MostTerms)
	for i, r := range k.Reads[:k.reads()] {
		values[i] = make([]float32, count)
		for j := range values[i] {
			values[i][j] = arrays[i][j/r.Div%r.Mod]
		}
	}
	alone := []Kernel{Binary{count, Mul, 1, count}, Binary{count, Sub, 1, count}, Affine{count, 3, -0.5}, Unary{count, Softplus}, Binary{count, Add, 1, count},
		Swish{count}, Between{count, 0.5, 2, 0.25}, SwishGrad{count}}
	for i, kernel := range alone {
		made := make([]float32, count)
		bind := [][]float32{values[k.Terms[i].Of[0]], values[k.Terms[i].Of[1]], made}
		switch kernel.(type) {
		case Affine, Unary, Swish:
			bind = [][]float32{bind[0], made}
		}
		w.Run(kernel.Bind(w, bind))
		values[MostReads+i] = made
	}
	assert.Equal(t, values[MostReads+k.terms()-1], arrays[4])
}

// TestSumsMakeTheirTermsToTheBit adds what a Map makes, and what it had written.
func TestSumsMakeTheirTermsToTheBit(t *testing.T) {
	const rows, inner = 3, 2200
	const count = rows * inner
	of := mapExample(count)
	w := NewWorkers(2)
	arrays := [][]float32{uniform(count, 1), uniform(count/4, 2), uniform(3, 3), uniform(1, 4)}
	terms := make([]float32, count)
	w.Run(of.Bind(w, append(slices.Clone(arrays), terms)))
	for name, c := range map[string]struct {
		alone, whole Kernel
		out          int
	}{
		"sum":           {Sum{N: 1, C: rows, Inner: inner, Kept: 1}, Sum{N: 1, C: rows, Inner: inner, Kept: 1, Of: of}, rows},
		"sum of images": {Sum{N: rows, C: 1, Inner: inner, Kept: 1}, Sum{N: rows, C: 1, Inner: inner, Kept: 1, Of: of}, 1},
		"fold":          {Fold{Rows: rows, Inner: inner, Parts: 256}, Fold{Rows: rows, Inner: inner, Parts: 256, Of: of}, rows * 256},
	} {
		t.Run(name, func(t *testing.T) {
			want, got := make([]float32, c.out), make([]float32, c.out)
			w.Run(c.alone.Bind(w, [][]float32{terms, want}))
			w.Run(c.whole.Bind(w, append(slices.Clone(arrays), got)))
			assert.Equal(t, want, got)
		})
	}
}

// TestASumIsFinishedToTheBit does with sums what a Map would.
func TestASumIsFinishedToTheBit(t *testing.T) {
	const rows, inner = 5, 70
	w := NewWorkers(1)
	x, factors, sums, want, got := uniform(rows*inner, 1), uniform(rows, 2), make([]float32, rows), make([]float32, rows), make([]float32, rows)
	k := Sum{N: 1, C: rows, Inner: inner, Kept: 1}
	w.Run(k.Bind(w, [][]float32{x, sums}))
	w.Run(thenExample(rows).Bind(w, [][]float32{sums, factors, want}))
	k.Then = thenExample(rows)
	w.Run(k.Bind(w, [][]float32{x, factors, got}))
	assert.Equal(t, want, got)
}

func TestAMapAllocatesWhatItNeedsWhenItIsBound(t *testing.T) {
	k := mapExample(3000)
	w := NewWorkers(1)
	stages := k.Bind(w, [][]float32{uniform(3000, 1), uniform(750, 2), uniform(3, 3), uniform(1, 4), make([]float32, 3000)})
	assert.Zero(t, testing.AllocsPerRun(10, func() { w.Run(stages) }))
}

func TestAViewThatRepeatsIsKnown(t *testing.T) {
	view := func(axes ...Axis) View {
		v, _ := NewView(axes, 0, 0)
		return v
	}
	for name, c := range map[string]struct {
		view View
		want Repeat
		ok   bool
	}{
		"one number":           {view(Whole(12, 0)), Repeat{1, 1}, true},
		"numbers by fours":     {view(Whole(3, 1), Whole(4, 0)), Repeat{4, 3}, true},
		"a row, again":         {view(Whole(4, 0), Whole(3, 1)), Repeat{1, 3}, true},
		"channels of images":   {view(Whole(2, 0), Whole(3, 1), Whole(4, 0)), Repeat{4, 3}, true},
		"two rows that repeat": {view(Whole(2, 3), Whole(4, 0), Whole(3, 1)), Repeat{}, false},
		"turned":               {view(Whole(3, 1), Whole(4, 3)), Repeat{}, false},
		"from the second on":   {Copy(1, 3), Repeat{}, false},
		"padded":               {view(Axis{Size: 5, Stride: 1, Before: 1, Step: 1, Of: 3}), Repeat{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r, ok := c.view.Repeats()
			assert.Equal(t, c.ok, ok)
			if c.ok {
				assert.Equal(t, c.want, r)
			}
		})
	}
}
