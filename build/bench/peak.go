package bench

import (
	"context"
	"errors"
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

// growing is a probe of any size: one that fills a slow device leaves most of a fast one idle.
type growing struct {
	of   func(times int) probe
	most int // how many times as large as at first it may become, by doubling
}

const (
	matrix = 512      // rows and columns of the matrices, at first
	large  = 16 << 20 // floats of a copy
	loops  = 1 << 16  // invocations of the FMA loop
	rounds = 512
)

// long is what a probe takes at least: less would be the clock's grain and the way there and back. often is how often it is
// done for that at most.
const (
	long  = 5 * time.Millisecond
	often = 1 << 10
)

func (p *Peaks) probes(gpu bool) map[*float64][]growing {
	conv := func(channels, side, height, width int) probe {
		pad := side / 2
		window := kernels.Window{KH: side, KW: side, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Top: pad, Left: pad, Bottom: pad, Right: pad}
		k := kernels.Conv2D{N: 1, Ca: channels, H: height, W: width, Up: 1, Cout: channels, Window: window, Groups: 1}
		pixels := channels * height * width
		return probe{k, []int{pixels, 1, channels * channels * side * side, 1, pixels}, float64(kernels.FLOPs(k))}
	}
	fixed := func(p probe) growing { return growing{func(int) probe { return p }, 1} }
	if !gpu {
		return map[*float64][]growing{
			&p.FMA:    {fixed(conv(64, 3, 12, 24))},
			&p.MatMul: {fixed(conv(matrix, 1, 16, matrix/16))},
			&p.Copy:   {fixed(probe{kernels.Copy(0, large), []int{large, large}, 8 * large})},
		}
	}
	product := func(by func(n int) kernels.Kernel) growing {
		return growing{func(times int) probe {
			n := times * matrix
			return probe{by(n), []int{n * n, n * n, n * n}, 2 * float64(n) * float64(n) * float64(n)}
		}, 8}
	}
	return map[*float64][]growing{
		&p.FMA: {{func(times int) probe {
			return probe{fmaProbe{Rounds: rounds, Loops: times * loops}, []int{64, times * loops}, 8 * 4 * 2 * rounds * loops * float64(times)}
		}, 16}},
		&p.MatMul: {
			product(func(n int) kernels.Kernel { return matmulRegister{N: n} }),
			product(func(n int) kernels.Kernel { return matmulShared{N: n} }),
			// The network's own, which the device chooses.
			{func(times int) probe { return conv(times*matrix, 1, 16, times*matrix/16) }, 8},
		},
		&p.Copy: {{func(times int) probe {
			return probe{copyProbe{Count: times * large / 4}, []int{times * large, times * large}, 8 * large * float64(times)}
		}, 2}},
	}
}

// MeasurePeaks runs the probes of a GPU or of a CPU, each a few times.
func MeasurePeaks(ctx context.Context, b core.Backend, gpu bool) (Peaks, error) {
	return measurePeaks(ctx, b, gpu, time.Now)
}

func measurePeaks(ctx context.Context, b core.Backend, gpu bool, now func() time.Time) (Peaks, error) {
	var p Peaks
	for best, probes := range p.probes(gpu) {
		for _, probe := range probes {
			rate, err := probe.measure(ctx, b, now)
			if err != nil {
				return p, err
			}
			*best = max(*best, rate/1e9)
		}
	}
	return p, nil
}

// measure is a probe's work per second. It grows, and is then done more than once, until it takes long.
func (g growing) measure(ctx context.Context, b core.Backend, now func() time.Time) (float64, error) {
	for size, times := 1, 1; ; {
		p := g.of(size)
		took, err := p.took(ctx, b, times, now)
		if size > 1 && errors.Is(err, core.ErrNoRoom) {
			size /= 2
			g.most = size
			continue
		}
		if err != nil {
			return 0, err
		}
		rate := p.work * float64(times) / max(took, time.Nanosecond).Seconds()
		switch {
		case took >= long:
			return rate, nil
		case 2*size <= g.most:
			size *= 2
		case times < often:
			times = min(often, times*max(2, int(1.2*float64(long)/float64(max(took, long/often)))))
		default:
			return rate, nil
		}
	}
}

// took is the shortest of a few runs in which a probe is done so many times.
func (p probe) took(ctx context.Context, b core.Backend, times int, now func() time.Time) (time.Duration, error) {
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
	plan.Steps = slices.Repeat([]core.Step{step}, times)
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
	best := time.Duration(0)
	for round := range 4 {
		began := now()
		if err := program.Run(ctx, nil); err != nil {
			return 0, err
		}
		if err := program.Read(ctx, "y", make([]float32, 1)); err != nil { // waits
			return 0, err
		}
		if took := now().Sub(began); round == 0 || took < best {
			best = took
		}
	}
	return best, nil
}
