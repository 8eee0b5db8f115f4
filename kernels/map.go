package kernels

import (
	"fmt"
	"strings"
)

// MostReads and MostTerms are how much a Map reads and does: with its output as
// many buffers as every device can bind.
const (
	MostReads = 6
	MostTerms = 16
)

// Map does what several kernels would that work element by element, and writes
// nothing of what is between them.
//
// Bindings: what it reads, as long as Repeats says, y Count.
type Map struct {
	Count int
	Reads [MostReads]Repeat
	Terms [MostTerms]Term // each may read what those before it made; the last one's is the result
}

// Repeat is how an array is read: element i is its (i/Div) mod Mod-th. Where
// Mod is 0 there is none.
type Repeat struct{ Div, Mod int }

// Term is one function: what kernel's, and of which values. Values up to MostReads
// are what the Map reads, and the others what its terms make.
type Term struct {
	Kernel Elementwise
	Of     [2]int8
}

// Elementwise is a Kernel whose every element is a function of those in its
// place; of a Map's the Count is 0, and what a Binary repeats.
type Elementwise interface {
	Kernel
	// apply computes y of what it reads, of which the second may be missing.
	apply(y, a, b []float32)
	// expression is the same in WGSL, and what it calls; numbers are those of the kernel.
	expression(a, b, numbers string) (text string, functions []string)
	// numbers are those that need no compiling anew.
	numbers() [3]float32
}

// Name implements Kernel.
func (k Map) Name() string { return "map" }

// Workgroups implements Kernel: an invocation an element.
func (k Map) Workgroups() [3]int { return grid(k.Count) }

// reads and terms are how many there are.
func (k Map) reads() (n int) {
	for n < MostReads && k.Reads[n].Mod > 0 {
		n++
	}
	return n
}

func (k Map) terms() (n int) {
	for n < MostTerms && k.Terms[n].Kernel != nil {
		n++
	}
	return n
}

// whole is whether an array is read as it lies.
func (k Map) whole(r Repeat) bool { return r == Repeat{1, k.Count} }

// First is the Map with what it reads in another order: the i-th first.
func (k Map) First(i int) Map {
	r := k.Reads[i]
	copy(k.Reads[1:i+1], k.Reads[:i])
	k.Reads[0] = r
	for t := range k.Terms {
		for j, of := range k.Terms[t].Of {
			switch {
			case k.Terms[t].Kernel == nil:
			case int(of) == i:
				k.Terms[t].Of[j] = 0
			case int(of) < i:
				k.Terms[t].Of[j]++
			}
		}
	}
	return k
}

// String writes what is read, and the terms in turn.
func (k Map) String() string {
	s := []string{fmt.Sprint("{", k.Count)}
	for _, r := range k.Reads[:k.reads()] {
		if k.whole(r) {
			s = append(s, "whole")
		} else {
			s = append(s, fmt.Sprintf("%d×%d", r.Mod, r.Div))
		}
	}
	for _, t := range k.Terms[:k.terms()] {
		s = append(s, fmt.Sprint(t.name(), t.Of))
		if n := t.Kernel.numbers(); n != [3]float32{} {
			s = append(s, fmt.Sprint(n))
		}
	}
	return strings.Join(s, " ") + "}"
}

// name is the function's.
func (t Term) name() string {
	switch k := t.Kernel.(type) {
	case Unary:
		return fmt.Sprint(k.Name(), int(k.Op))
	case Binary:
		return fmt.Sprint(k.Name(), int(k.Op))
	}
	return t.Kernel.Name()
}

// mapBlock is how many elements go through all terms together: few enough for
// what is between them to stay in the cache.
const mapBlock = 1024

// Bind implements Kernel.
func (k Map) Bind(w *Workers, b [][]float32) []Stage {
	y, length := b[len(b)-1], k.scratch()
	w.reserve(0, length)
	return inParts((k.Count+span-1)/span, func(worker, part int) {
		lo := part * span
		k.fill(y[lo:min(k.Count, lo+span)], b, lo, w.scratchOf(worker, 0, length))
	})
}

// scratch is how many floats lie between terms.
func (k Map) scratch() int { return (k.reads() + k.terms()) * mapBlock }

// fill makes elements from the first on, of what a Map reads.
func (k Map) fill(y []float32, b [][]float32, first int, scratch []float32) {
	reads, terms := k.reads(), k.terms()
	var values [MostReads + MostTerms][]float32
	for done := 0; done < len(y); done += mapBlock {
		lo, n := first+done, min(mapBlock, len(y)-done)
		for i, r := range k.Reads[:reads] {
			if k.whole(r) {
				values[i] = b[i][lo:][:n]
				continue
			}
			values[i] = scratch[i*mapBlock:][:n]
			r.show(values[i], b[i], lo)
		}
		for i, t := range k.Terms[:terms] {
			made := scratch[(reads+i)*mapBlock:][:n]
			if i == terms-1 {
				made = y[done:][:n]
			}
			t.Kernel.apply(made, values[t.Of[0]], values[t.Of[1]])
			values[MostReads+i] = made
		}
	}
}

// show writes an array's elements from one on as they are repeated.
func (r Repeat) show(dst, src []float32, first int) {
	for at := 0; at < len(dst); {
		from := (first + at) / r.Div % r.Mod
		if r.Div == 1 && r.Mod > 1 {
			at += copy(dst[at:], src[from:r.Mod])
			continue
		}
		end := at + r.Div - (first+at)%r.Div
		if r.Mod == 1 {
			end = len(dst)
		}
		for end = min(end, len(dst)); at < end; at++ {
			dst[at] = src[from]
		}
	}
}

func (k Unary) apply(y, a, _ []float32)     { unary[k.Op](y, a) }
func (k Binary) apply(y, a, b []float32)    { binary[k.Op](y, a, b) }
func (k Affine) apply(y, a, _ []float32)    { scaleShift(y, a, k.Scale, k.Shift, Identity) }
func (k Swish) apply(y, a, _ []float32)     { swish(y, a) }
func (k SwishGrad) apply(y, a, b []float32) { swishGrad(y, a, b) }

func (k Unary) numbers() (n [3]float32)     { return n }
func (k Binary) numbers() (n [3]float32)    { return n }
func (k Affine) numbers() [3]float32        { return [3]float32{k.Scale, k.Shift} }
func (k Swish) numbers() (n [3]float32)     { return n }
func (k SwishGrad) numbers() (n [3]float32) { return n }
func (k Between) numbers() [3]float32       { return [3]float32{k.Low, k.High, k.Slope} }
