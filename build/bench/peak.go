package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"segfault/core"
	"segfault/kernels"
)

// Peaks are what a device can do at best, measured in the same run as the tasks.
type Peaks struct {
	FMA    float64 `json:"fma"`    // GFLOP/s of multiply-adds in registers; on a CPU, of a convolution that stays in its caches
	MatMul float64 `json:"matmul"` // GFLOP/s of the best matrix product at hand
	Copy   float64 `json:"copy"`   // GB/s read and written by a large copy
}

// probe is a kernel with the sizes of its bindings and what a run of it does.
type probe struct {
	kernel kernels.Kernel
	sizes  []int
	work   float64 // floating-point operations or bytes
}

const (
	matrix = 512      // rows and columns of the matrices
	large  = 16 << 20 // floats of a copy
	loops  = 1 << 16  // invocations of the FMA loop
	rounds = 512
)

func (p *Peaks) probes(gpu bool) map[*float64][]probe {
	square := matrix * matrix
	const product = 2 * matrix * matrix * matrix
	if gpu {
		return map[*float64][]probe{
			&p.FMA: {{fmaProbe{Rounds: rounds}, []int{64, loops}, 8 * 4 * 2 * rounds * loops}},
			&p.MatMul: {
				{matmulRegister{N: matrix}, []int{square, square, square}, product},
				{matmulShared{N: matrix}, []int{square, square, square}, product},
			},
			&p.Copy: {{copyProbe{Count: large / 4}, []int{large, large}, 8 * large}},
		}
	}
	conv := func(channels, side, height, width int) probe {
		pad := side / 2
		window := kernels.Window{KH: side, KW: side, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Top: pad, Left: pad, Bottom: pad, Right: pad}
		k := kernels.Conv2D{N: 1, Ca: channels, H: height, W: width, Up: 1, Cout: channels, Window: window, Groups: 1}
		pixels := channels * height * width
		return probe{k, []int{pixels, 1, channels * channels * side * side, 1, pixels}, float64(kernels.FLOPs(k))}
	}
	return map[*float64][]probe{
		&p.FMA:    {conv(64, 3, 12, 24)},
		&p.MatMul: {conv(matrix, 1, 16, matrix/16)},
		&p.Copy:   {{kernels.Copy(0, large), []int{large, large}, 8 * large}},
	}
}

// MeasurePeaks runs the probes of a GPU or of a CPU, each a few times.
func MeasurePeaks(ctx context.Context, b core.Backend, gpu bool) (Peaks, error) {
	var p Peaks
	for best, probes := range p.probes(gpu) {
		for _, probe := range probes {
			rate, err := probe.measure(ctx, b)
			if err != nil {
				return p, err
			}
			*best = max(*best, rate/1e9)
		}
	}
	return p, nil
}

// measure is the best of a few runs, in work per second.
func (p probe) measure(ctx context.Context, b core.Backend) (float64, error) {
	last := len(p.sizes) - 1
	plan := &core.Plan{Inputs: map[string]int{}, Outputs: map[string]int{"y": last}, Shapes: map[string]core.Shape{"y": {1}}}
	step := core.Step{Kernel: p.kernel}
	for i, n := range p.sizes {
		b := core.Buffer{Count: n}
		if i < last {
			b.Role, b.Name = core.Input, fmt.Sprint("x", i)
			plan.Inputs[b.Name], plan.Shapes[b.Name] = i, core.Shape{n}
		}
		plan.Buffers = append(plan.Buffers, b)
		step.Bind = append(step.Bind, i)
	}
	plan.Steps = []core.Step{step}
	program, err := b.Load(plan)
	if err != nil {
		return 0, err
	}
	defer program.Close()
	for name := range plan.Inputs { // memory that nobody wrote may not be there yet
		if err := program.Write(name, slices.Repeat([]float32{0.5}, plan.Shapes[name].Count())); err != nil {
			return 0, err
		}
	}
	best := 0.0
	for range 4 {
		began := time.Now()
		if err := program.Run(ctx, nil); err != nil {
			return 0, err
		}
		if err := program.Read(ctx, "y", make([]float32, 1)); err != nil { // waits
			return 0, err
		}
		best = max(best, p.work/time.Since(began).Seconds())
	}
	return best, nil
}
