package coretest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"segfault/core"
	"segfault/kernels"
)

// Tolerance is the relative L2 error that a backend may have against the scalar
// CPU: sums of a few hundred float32 products in another order differ by about
// 1e-6; the margin is for exp and for fused multiply-add.
const Tolerance = 2e-5

// Check runs every case on a backend and compares outputs and gradients with
// the reference, a CPU backend without vector instructions; with -short every third.
func Check(t *testing.T, backend, reference core.Backend) {
	CheckThose(t, backend, reference, func(kernels.Kernel) bool { return true })
}

// CheckThose is Check of the cases that have a step of some kernel.
func CheckThose(t *testing.T, backend, reference core.Backend, have func(kernels.Kernel) bool) {
	for i, c := range Cases() {
		if testing.Short() && i%3 > 0 { // each takes pipelines, of which wgpu holds gigabytes in all
			continue
		}
		if !slices.ContainsFunc(c.plan().Steps, func(s core.Step) bool { return have(s.Kernel) }) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			values := c.values(1)
			want := c.evaluate(t, reference, values)
			got := c.evaluate(t, backend, values)
			for name, w := range want {
				if e := RelativeError(got[name], w); !(e <= Tolerance) {
					t.Errorf("%s: relative error %.2g, more than %.2g", name, e, Tolerance)
				}
			}
		})
	}
}

// CheckGradients compares every smooth case's gradient with a directional finite
// difference, on any backend; one that is only smooth on rays along the ray.
func CheckGradients(t *testing.T, backend core.Backend) {
	for _, c := range Cases() {
		if !c.Smooth && !c.Rays {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			values, direction := c.values(2), c.values(3)
			if c.Rays {
				direction = values
			}
			grads := c.evaluate(t, backend, values)
			// 2⁻⁶ balances truncation (h²) with float32 rounding (2⁻²⁴/h).
			const h = 1.0 / 64
			for i := range values {
				var slope float64
				for j, d := range direction[i] {
					slope += float64(d) * float64(grads[fmt.Sprint("gradient ", i)][j])
				}
				at := func(step float32) float64 {
					moved := append([][]float32(nil), values...)
					moved[i] = make([]float32, len(values[i]))
					for j, v := range values[i] {
						moved[i][j] = v + step*direction[i][j]
					}
					return float64(c.evaluate(t, backend, moved)["scalar"][0])
				}
				difference := (at(h) - at(-h)) / (2 * h)
				scale := math.Max(1e-2, math.Max(math.Abs(slope), math.Abs(difference)))
				if math.Abs(difference-slope) > 1e-2*scale {
					t.Errorf("input %d: finite difference %.5g, gradient %.5g", i, difference, slope)
				}
			}
		})
	}
}

// values draws a case's inputs.
func (c Case) values(seed uint64) [][]float32 {
	random := rand.New(rand.NewPCG(seed, 7))
	values := make([][]float32, len(c.Shapes))
	for i, s := range c.Shapes {
		values[i] = make([]float32, s.Count())
		for j := range values[i] {
			u := random.Float32()*2 - 1
			if f := c.Fixed[i]; f != nil {
				u = f(j, u)
			}
			values[i][j] = u
		}
	}
	return values
}

// evaluate gives the op's output, its projection on a fixed random direction,
// called scalar, and that scalar's gradient for every input.
func (c Case) evaluate(t *testing.T, backend core.Backend, values [][]float32) map[string][]float32 {
	t.Helper()
	plan := c.plan()
	inputs := map[string][]float32{}
	for i, v := range values {
		name := fmt.Sprint("x", i)
		if _, used := plan.Inputs[name]; used {
			inputs[name] = v
		}
	}
	return Evaluate(t, backend, plan, inputs)
}

// plan is what evaluate computes.
func (c Case) plan() *core.Plan {
	in := make([]*core.Node, len(c.Shapes))
	for i, s := range c.Shapes {
		in[i] = core.NewInput(fmt.Sprint("x", i), s...)
	}
	y := c.Build(in)
	weights := core.NewTensor(y.Shape...)
	random := rand.New(rand.NewPCG(9, 9))
	for i := range weights.Data {
		weights.Data[i] = random.Float32() + 0.5
	}
	scalar := core.Total(core.Mul(y, core.NewParameter("weights", weights)))
	outputs := core.Outputs{"output": y, "scalar": scalar}
	for i, g := range core.Grad(scalar, in...) {
		outputs[fmt.Sprint("gradient ", i)] = g
	}
	return core.Compile(outputs)
}

// Evaluate runs a plan once and gives all its outputs.
func Evaluate(t testing.TB, backend core.Backend, plan *core.Plan, inputs map[string][]float32) map[string][]float32 {
	t.Helper()
	program, err := backend.Load(plan)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for name, v := range inputs {
		if err := program.Write(name, v); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	if err := program.Run(ctx, nil); err != nil {
		t.Fatal(err)
	}
	result := map[string][]float32{}
	for name := range plan.Outputs {
		result[name] = make([]float32, plan.Shapes[name].Count())
	}
	wait, err := program.Fetch(ctx, result)
	if err == nil {
		err = wait()
	}
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// RelativeError is ‖got − want‖₂ / ‖want‖₂, or the plain norm where want is 0.
func RelativeError(got, want []float32) float64 {
	var difference, norm float64
	for i, w := range want {
		d := float64(got[i]) - float64(w)
		difference += d * d
		norm += float64(w) * float64(w)
	}
	if norm == 0 {
		return math.Sqrt(difference)
	}
	return math.Sqrt(difference / norm)
}
