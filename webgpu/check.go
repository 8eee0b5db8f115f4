//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"segfault/core"
	"segfault/kernels"
)

// Check is how many of the shaders that plans have had until now were compared with their Go twins, since drivers compile some wrongly, and the worst
// difference, over the largest of a twin's numbers; none on a software driver.
func (d *Device) Check() (shaders int, worst float64) { return len(d.session.checked), d.session.worst }

// wrong is how far a number may be off before it counts as wrong, over the
// largest, and few the share of wrong ones that near-ties may explain.
const (
	wrong = 1e-3
	few   = 1e-3
)

// verify runs the shaders of a plan that are new to the device, each where it has
// the least to do, beside their twins.
func (d *Device) verify(ctx context.Context, p *core.Plan, steps []step) error {
	s := d.session
	if s.software || s.trusted || s.only != nil {
		return nil
	}
	least := map[string]int{}
	for i, work := range p.Steps {
		name := steps[i].shader.Name
		_, foreign := work.Kernel.(kernels.Shaded)
		if s.checked[name] || foreign || len(changed(p, work)) > 0 {
			continue
		}
		if j, ok := least[name]; !ok || extentOf(work.Kernel).less(extentOf(p.Steps[j].Kernel)) {
			least[name] = i
		}
	}
	for _, name := range slices.Sorted(maps.Keys(least)) {
		i := least[name]
		if err := d.prove(ctx, newTrial(p, i, steps[i].shader)); err != nil {
			return err
		}
		s.checked[name] = true
	}
	return nil
}

// trial is a step on known data.
type trial struct {
	kernel kernels.Kernel
	shader kernels.Shader
	plan   *core.Plan
	inputs map[string][]float32
}

// newTrial takes a smaller image where that makes no difference to the shader.
func newTrial(p *core.Plan, i int, v kernels.Shader) trial {
	work := p.Steps[i]
	t := trial{kernel: work.Kernel, shader: v, inputs: map[string][]float32{}}
	sizes := make([]int, len(work.Bind))
	for j, at := range work.Bind {
		sizes[j] = p.Buffers[at].Count
	}
	if k, less, ok := kernels.Cropped(work.Kernel); ok && len(less) == len(sizes) && slices.ContainsFunc(slices.Concat(kernels.Shaders(k), kernels.Tiles(k)), t.same) {
		t.kernel, sizes = k, less
	}
	last := len(sizes) - 1
	first := len(sizes) - kernels.Updates(t.kernel)
	t.plan = &core.Plan{Inputs: map[string]int{}, Outputs: map[string]int{"y": last}, Shapes: map[string]core.Shape{"y": {sizes[last]}}}
	weighted, _ := t.kernel.(kernels.Weighted)
	signed := false
	switch t.kernel.(type) {
	case kernels.Counted, kernels.Gating, kernels.Adding:
		signed = true // others may take a root or a logarithm
	}
	var bind []int
	for j, n := range sizes {
		b := core.Buffer{Count: n}
		switch {
		case j >= first:
		case weighted != nil && weighted.Weights() == j:
			b.Role, b.Value = core.Parameter, &core.Tensor{Shape: core.Shape{n}, Data: known(j, n, signed, v.IsHalf() || half(v))}
		default:
			b.Role, b.Name = core.Input, fmt.Sprint("x", j)
			t.inputs[b.Name] = known(j, n, signed, false)
			t.plan.Inputs[b.Name], t.plan.Shapes[b.Name] = j, core.Shape{n}
		}
		t.plan.Buffers, bind = append(t.plan.Buffers, b), append(bind, j)
	}
	t.plan.Steps = []core.Step{{Kernel: t.kernel, Bind: bind}}
	return t
}

// half is whether a shader that is no tile reads weights in float16.
func half(v kernels.Shader) bool {
	return slices.ContainsFunc(v.Constants, func(c kernels.Constant) bool { return c.Name == "Half" && c.Value == 1 })
}

// same is whether a shader is the trial's, for any weights.
func (t trial) same(v kernels.Shader) bool {
	return whole(v.Name) == whole(t.shader.Name) && v.Groups[2] == t.shader.Groups[2]
}

// known are numbers that look random: between −1 and 1 or, unsigned, 0.1 and 1; short ones have the digits of float16.
func known(seed, n int, signed, short bool) []float32 {
	x := make([]float32, n)
	state := uint32(seed+1) * 0x9e3779b9
	for i := range x {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		v := float32(state>>8) / (1 << 24)
		if x[i] = 0.1 + 0.9*v; signed {
			x[i] = 2*v - 1
		}
		if short {
			x[i] = math.Float32frombits(math.Float32bits(x[i]) &^ 0x1fff)
		}
	}
	return x
}

// prove runs a trial here and on the CPU.
func (d *Device) prove(ctx context.Context, t trial) error {
	s := d.session
	s.only = func(_ kernels.Kernel, v kernels.Shader) bool { return t.same(v) }
	got, err := t.result(ctx, d)
	s.only = nil
	if err != nil {
		return err
	}
	want, err := t.result(ctx, core.NewCPU(1))
	if err != nil {
		return err
	}
	largest, worst, at, off, told := float32(1e-30), 0.0, 0, 0, 0
	for _, v := range want {
		largest = max(largest, v, -v)
	}
	for i := range want {
		if want[i] != 0 || got[i] != 0 { // a buffer may be larger than what is written of it
			told++
		}
		by := math.Abs(float64(want[i]-got[i])) / float64(largest)
		if want[i] != want[i] && got[i] != got[i] {
			by = 0
		}
		if !(by <= wrong) {
			off++
		}
		if !(by <= worst) {
			worst, at = by, i
		}
	}
	if float64(off) > few*float64(told) {
		return fmt.Errorf("webgpu: this GPU computes %s wrongly with the shader %s: %d of %d numbers are wrong, such as %g where the CPU has %g; use the CPU, or another version of the GPU's driver or the browser",
			t.kernel.Name(), t.shader.Name, off, told, got[at], want[at])
	}
	s.worst = max(s.worst, worst)
	return nil
}

func (t trial) result(ctx context.Context, b core.Backend) ([]float32, error) {
	p, err := b.Load(t.plan)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	for name, x := range t.inputs {
		if err := p.Write(name, x); err != nil {
			return nil, err
		}
	}
	if err := p.Run(ctx, nil); err != nil {
		return nil, err
	}
	y := make([]float32, t.plan.Shapes["y"].Count())
	return y, p.Read(ctx, "y", y)
}
