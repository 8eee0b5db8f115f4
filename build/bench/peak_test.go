package bench

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/kernels"
)

// device computes nothing, and says that it took what a GPU would.
type device struct {
	fast  float64 // how many times as fast as a slow one it is
	grain time.Duration
	room  int // floats of a buffer; 0 for any
	at    time.Duration
}

func (d *device) now() time.Time { return time.Unix(0, int64(d.at.Truncate(max(d.grain, 1)))) }

// Load implements core.Backend.
func (d *device) Load(plan *core.Plan) (core.Program, error) {
	for _, b := range plan.Buffers {
		if d.room > 0 && b.Count > d.room {
			return nil, core.NoRoom("device: no room")
		}
	}
	return &deviceProgram{d, plan}, nil
}

type deviceProgram struct {
	*device
	plan *core.Plan
}

// of is what an H200 does in a second, scaled, and how much of a kernel there must be to fill it.
func (d *device) took(k kernels.Kernel) float64 {
	switch k := k.(type) {
	case fmaProbe:
		return 64 * float64(k.Rounds*max(k.Loops, int(270e3*d.fast))) / (65.9e12 * d.fast)
	case copyProbe:
		return 32 * float64(k.Count) / (4.2e12 * d.fast)
	case matmulRegister:
		return 2 * cube(max(k.N, int(2048*math.Sqrt(d.fast)))) / (8e12 * d.fast)
	case matmulShared:
		return 2 * cube(max(k.N, int(2048*math.Sqrt(d.fast)))) / (15e12 * d.fast)
	case kernels.Conv2D:
		return 2 * cube(max(k.Ca, int(2048*math.Sqrt(d.fast)))) / (39e12 * d.fast)
	}
	panic("device: an unknown probe")
}

func cube(n int) float64 { return float64(n) * float64(n) * float64(n) }

func (p *deviceProgram) Run(context.Context, func(int)) error {
	p.at += 150 * time.Microsecond // there and back
	for _, step := range p.plan.Steps {
		p.at += 2*time.Microsecond + time.Duration(p.took(step.Kernel)*1e9)
	}
	return nil
}

func (p *deviceProgram) Write(string, []float32) error                 { return nil }
func (p *deviceProgram) Read(context.Context, string, []float32) error { return nil }
func (p *deviceProgram) Close()                                        {}
func (p *deviceProgram) Fetch(context.Context, map[string][]float32) (func() error, error) {
	panic("device: nobody fetches from a probe")
}

// TestProbesFillWhatTheyMeasure has devices from that of the measured rows of an H200 down to one of a hundredth, with
// clocks of a nanosecond and of a tenth of a millisecond, as browsers have.
func TestProbesFillWhatTheyMeasure(t *testing.T) {
	for name, d := range map[string]device{
		"a fast one":                     {fast: 1},
		"a fast one with a coarse clock": {fast: 1, grain: 100 * time.Microsecond},
		"a slow one":                     {fast: 0.01},
		"a slow one with a coarse clock": {fast: 0.01, grain: 100 * time.Microsecond},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := measurePeaks(t.Context(), &d, true, d.now)
			require.NoError(t, err)
			assert.InEpsilon(t, 65.9e3*d.fast, p.FMA, 0.06)
			assert.InEpsilon(t, 4200*d.fast, p.Copy, 0.15)
			assert.InEpsilon(t, 39e3*d.fast, p.MatMul, 0.06)
		})
	}
}

func TestAProbeThatHasNotTheRoomToGrowIsDoneMoreOften(t *testing.T) {
	d := device{fast: 1, room: large}
	p, err := measurePeaks(t.Context(), &d, true, d.now)
	require.NoError(t, err)
	assert.InEpsilon(t, 4200, p.Copy, 0.15)
}
