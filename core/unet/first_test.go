package unet

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"segfault/core"
	"segfault/kernels"
)

// machine is what a first result takes beside kernels. On the H200's another runtime's first result took 0.79 s with some twenty pipelines,
// and of ours, with 35 and with 180 of them, 1.19 s and 1.58 s; a laptop's is a guess: a processor half as fast.
type machine struct {
	on      kernels.Profile
	start   time.Duration // process, adapter and device
	compile time.Duration // a pipeline
	upload  float64       // bytes a second
	cpu     float64       // operations a second, of the twins that shaders are checked by
	look    time.Duration // at what one shader computes
}

var machines = []machine{
	{kernels.H200, 730 * time.Millisecond, 2700 * time.Microsecond, 4e9, 40e9, time.Millisecond},
	{kernels.Integrated, 730 * time.Millisecond, 5400 * time.Microsecond, 4e9, 20e9, 2 * time.Millisecond},
}

// racing is how long a load may measure (webgpu/choose.go).
const racing = 300 * time.Millisecond

// firstResult is reckoned by what it is made of.
type firstResult struct {
	pipelines, checked                 int
	compile, upload, race, check, runs time.Duration
}

// total is all in all: where there is no race to be made ready for, weights go up while pipelines are compiled.
func (r firstResult) total(m machine) time.Duration {
	load := r.compile + r.upload
	if r.race == 0 {
		load = max(r.compile, r.upload)
	}
	return m.start + load + r.race + r.check + r.runs
}

// first reckons a plan's first result. Who was there before has no races, and makes no pipelines for them.
func (m machine) first(plan *core.Plan, cold bool) (r firstResult) {
	pipelines, least := map[string]bool{}, map[string]float64{}
	for _, step := range plan.Steps {
		list := onGPU(step.Kernel, kernels.Integrated, kernels.H200)
		if len(list) > 1 && cold {
			r.race = racing
		}
		if !cold {
			list = list[:1]
		}
		for _, v := range list {
			for s := &v; s != nil; s = s.Next {
				pipelines[fmt.Sprint(s.Name, s.Constants)] = true
				if s.Packing != nil {
					pipelines["pack"] = true
				}
			}
		}
		tried := step.Kernel
		if k, _, ok := kernels.Cropped(tried); ok {
			tried = k
		}
		work, known := least[list[0].Name]
		if n := float64(kernels.FLOPs(tried)); !known || n < work {
			least[list[0].Name] = n
		}
	}
	operations := 0.0
	for _, n := range least {
		operations += n
	}
	r.pipelines, r.checked = len(pipelines), len(least)
	r.compile = time.Duration(r.pipelines) * m.compile
	r.check = time.Duration(operations/m.cpu*1e9) + time.Duration(r.checked)*m.look
	r.upload = time.Duration(float64(plan.Bytes(core.Parameter)) / m.upload * 1e9)
	r.runs = reckon(plan, m.on).took + outside
	return r
}

// TestFirstResultsAreReckoned holds the predictions of build/BENCH.md to what they are made of, and those of an H200 that nothing is known of to what must show there.
func TestFirstResultsAreReckoned(t *testing.T) {
	for _, c := range []struct {
		name         string
		divide, size int
	}{{"unet-vgg13", 1, 224}, {"unet-vgg13", 4, 224}, {"unet-efficientnet-b0", 2, 128}} {
		plan := forwardPlan(t, c.name, c.divide, c.size)
		for _, m := range machines {
			line := fmt.Sprintf("| %s, width 1/%d, %d² | %s |", c.name, c.divide, c.size, m.on.Name)
			for _, cold := range []bool{true, false} {
				r := m.first(plan, cold)
				line += fmt.Sprintf(" %.2f | %d | %.0f | %.0f | %.0f | %d | %.0f | %.1f |", r.total(m).Seconds(), r.pipelines, ms(r.compile), ms(r.upload), ms(r.race), r.checked, ms(r.check), ms(r.runs))
				if m.on.Name == kernels.H200.Name {
					assert.LessOrEqual(t, r.total(m), map[bool]time.Duration{true: 1500, false: 800}[cold]*time.Millisecond, c.name)
				}
			}
			assert.True(t, strings.Contains(benchText(t), line+"\n"), "build/BENCH.md lacks %s", line)
		}
	}
}

func ms(d time.Duration) float64 { return d.Seconds() * 1e3 }
