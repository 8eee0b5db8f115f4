package coretest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"segfault/core"
	"segfault/kernels"
)

// Rule says whether a backend's result may stand for its twin's. flushed is what
// the twin gives where subnormal numbers are 0.
type Rule func(s Special, x []float32, got, want, flushed float32) bool

// SameBits is the rule for vector loops: where an array is divided between them
// and the scalar loop must not show. One NaN is as good as another.
func SameBits(_ Special, _ []float32, got, want, _ float32) bool {
	return math.Float32bits(got) == math.Float32bits(want) || got != got && want != want
}

// Shader is the rule for WGSL (section 15.7), which lets a device flush subnormal
// numbers and ignore a zero's sign, and gives its functions some units in the last
// place. It also lets one assume that there are no infinities and NaNs; the shaders
// are written so that this matters as little as it can, and all that was seen of it
// is in Undefined.
func Shader(s Special, x []float32, got, want, flushed float32) bool {
	if s.Undefined != nil && s.Undefined(x) {
		return true
	}
	for _, w := range []float32{want, flushed} {
		if agrees(got, w, Tolerance, s.near(x)) || subnormal(w) && got == 0 {
			return true
		}
		if math.IsInf(float64(w), 0) && got == -w && slices.ContainsFunc(x, func(v float32) bool { return v == 0 || subnormal(v) }) {
			return true
		}
	}
	return false
}

// agrees says whether two numbers are the same, both none, or as near as that.
func agrees(got, want float32, relative, near float64) bool {
	switch {
	case got == want, got != got && want != want, math.IsInf(near, 1):
		return true
	}
	return math.Abs(float64(got)-float64(want)) <= relative*math.Abs(float64(want))+near
}

// near is Near with nothing where it is nil.
func (s Special) near(x []float32) float64 {
	if s.Near == nil {
		return 0
	}
	return s.Near(x)
}

func subnormal(v float32) bool { return v != 0 && v < 0x1p-126 && v > -0x1p-126 }

// CheckSpecial runs every elementwise kernel on a backend and on the reference, on
// so many elements at once on the backend, or on all where that is 0.
func CheckSpecial(t *testing.T, backend, reference core.Backend, rule Rule, few int) {
	for _, s := range Specials() {
		t.Run(s.Name, func(t *testing.T) {
			x := s.arrays()
			want, flushed := s.run(t, reference, x), s.run(t, reference, flush(x))
			for k, got := range s.pieces(t, backend, x, few) {
				for i, g := range got {
					if at := column(x, i); !rule(s, at, g, want[k][i], flushed[k][i]) {
						t.Errorf("of %v it gives %v, its twin %v", at, g, want[k][i])
					}
				}
			}
		})
	}
}

// CheckExact compares the reference itself with what is right.
func CheckExact(t *testing.T, reference core.Backend) {
	for _, s := range Specials() {
		if s.Exact == nil {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			x := s.arrays()
			got := s.run(t, reference, x)
			for i, g := range got[len(got)-1] {
				at := column(x, i)
				exact := make([]float64, len(at))
				for j, v := range at {
					exact[j] = float64(v)
				}
				if want := float32(s.Exact(exact)); !agrees(g, want, 5e-7, s.near(at)) {
					t.Errorf("of %v it gives %v; right is %v", at, g, want)
				}
			}
		})
	}
}

// results is how many of the last bindings are written.
func (s Special) results() int { return kernels.Updates(s.Kernel(1)) }

// arrays are all combinations of special numbers, as many as fill whole vectors.
func (s Special) arrays() [][]float32 {
	count := s.Bindings - len(s.Numbers)
	if !s.InPlace {
		count -= s.results()
	}
	numbers := specialNumbers
	if count > 2 {
		numbers = numbers[:fewSpecialNumbers]
	}
	total := 1
	for range count {
		total *= len(numbers)
	}
	arrays := make([][]float32, count)
	step := 1
	for k := range arrays {
		for i := range (total + 15) / 16 * 16 {
			arrays[k] = append(arrays[k], numbers[i/step%len(numbers)])
		}
		step *= len(numbers)
	}
	return arrays
}

// flush makes 0 of subnormal numbers.
func flush(arrays [][]float32) [][]float32 {
	flushed := make([][]float32, len(arrays))
	for k, a := range arrays {
		flushed[k] = slices.Clone(a)
		for i, v := range a {
			if subnormal(v) {
				flushed[k][i] = float32(math.Copysign(0, float64(v)))
			}
		}
	}
	return flushed
}

// column is an element of every array.
func column(arrays [][]float32, i int) []float32 {
	var x []float32
	for _, a := range arrays {
		x = append(x, a[i])
	}
	return x
}

// pieces computes the results of arrays, a few elements at a time.
func (s Special) pieces(t *testing.T, backend core.Backend, arrays [][]float32, few int) [][]float32 {
	t.Helper()
	n := len(arrays[0])
	if few == 0 {
		few = n
	}
	program := s.load(t, backend, few)
	defer program.Close()
	all := make([][]float32, s.results())
	for at := 0; at < n; at += few {
		first := min(at, n-few) // the last piece is as long as the others
		for k, y := range s.compute(t, program, part(arrays, first, few)) {
			all[k] = append(all[k][:first], y...)
		}
	}
	return all
}

func part(arrays [][]float32, first, n int) [][]float32 {
	parts := make([][]float32, len(arrays))
	for k, a := range arrays {
		parts[k] = a[first:][:n]
	}
	return parts
}

// run computes the results of arrays at once.
func (s Special) run(t *testing.T, backend core.Backend, arrays [][]float32) [][]float32 {
	t.Helper()
	return s.pieces(t, backend, arrays, 0)
}

func (s Special) load(t *testing.T, backend core.Backend, n int) core.Program {
	t.Helper()
	p := &core.Plan{Inputs: map[string]int{}, Outputs: map[string]int{}, Shapes: map[string]core.Shape{}}
	var bind []int
	for i := range s.Bindings {
		b := core.Buffer{Count: n, Role: core.Input, Name: fmt.Sprint("in", i)}
		if numbers := s.Numbers[i]; numbers != nil {
			b.Count = len(numbers)
		}
		p.Inputs[b.Name], p.Shapes[b.Name] = i, core.Shape{b.Count}
		if at := i - (s.Bindings - s.results()); at >= 0 {
			name := fmt.Sprint("out", at)
			p.Outputs[name], p.Shapes[name] = i, core.Shape{n}
		}
		p.Buffers, bind = append(p.Buffers, b), append(bind, i)
	}
	p.Steps = []core.Step{{Kernel: s.Kernel(n), Bind: bind}}
	program, err := backend.Load(p)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func (s Special) compute(t *testing.T, program core.Program, arrays [][]float32) [][]float32 {
	t.Helper()
	next := 0
	for i := range s.Bindings {
		values := s.Numbers[i]
		if values == nil {
			if next == len(arrays) {
				break // what is only written
			}
			values = arrays[next]
			next++
		}
		if err := program.Write(fmt.Sprint("in", i), values); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	if err := program.Run(ctx, nil); err != nil {
		t.Fatal(err)
	}
	out := make([][]float32, s.results())
	for k := range out {
		out[k] = make([]float32, len(arrays[0]))
		if err := program.Read(ctx, fmt.Sprint("out", k), out[k]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
