package bench

import (
	"fmt"
	"math"
)

// Claim is something that Segfault wants to be true of itself, as a number of
// one run and a bound.
type Claim struct {
	What     string
	Measured float64 // NaN where this run has not measured it
	Bound    float64
	AtLeast  bool // whether Bound is the least, not the most
}

// Holds is whether the number keeps to its bound; one that is not there does not.
func (c Claim) Holds() bool {
	if c.AtLeast {
		return c.Measured >= c.Bound
	}
	return c.Measured <= c.Bound
}

// ofMatMul and ofFMA are what convolutions should reach: on software, of the
// best matrix product that the driver runs; on a GPU, of its multiply-adds.
const (
	ofMatMul = 0.7
	ofFMA    = 0.4
)

// Claims are those about one model.
func Claims(results []Result, model string) []Claim {
	var claims []Claim
	least := func(bound, measured float64, what string, args ...any) {
		claims = append(claims, Claim{fmt.Sprintf(what, args...), measured, bound, true})
	}
	most := func(bound, measured float64, what string, args ...any) {
		claims = append(claims, Claim{fmt.Sprintf(what, args...), measured, bound, false})
	}
	for _, r := range results {
		if r.Contender != Ours || r.Model != model {
			continue
		}
		at := func(task string) float64 { return r.ms(task) }
		peer := func(task string) float64 {
			if p := fastest(results, r, task); p != nil {
				return p.ms(task)
			}
			return math.NaN()
		}
		name := fmt.Sprintf("%s, %s", r.Backend, r.Runs)
		switch {
		case r.Backend == WebGPU && r.Runs == Chromium:
			least(2, peer(Forward)/at(Forward), "%s: forward, the fastest peer's time over ours", name)
			least(3, peer(Gradient)/at(Gradient), "%s: forward and gradient, the fastest peer's time over ours", name)
		case r.Backend == SIMD:
			most(1, at(Forward)/of(results, r, "ONNX Runtime Web", Forward), "%s: forward, our time over ONNX Runtime Web's with one thread", name)
			most(2.5, at(Gradient)/at(Forward), "%s: forward and gradient over forward", name)
		case r.Backend == Native:
			most(1, at(Forward)/of(results, r, "PyTorch", Forward), "%s: forward, our time over PyTorch's", name)
			most(1, at(Gradient)/of(results, r, "PyTorch", Gradient), "%s: forward and gradient, our time over PyTorch's", name)
		}
		outside := r.Outside
		if r.Convolutions == 0 { // it was not traced
			r.Convolutions, outside = math.NaN(), math.NaN()
		}
		if r.Backend == WebGPU {
			if r.Software {
				least(ofMatMul, r.Convolutions/r.Peaks.MatMul, "%s: convolutions, of the best matrix product", name)
			} else {
				least(ofFMA, r.Convolutions/r.Peaks.FMA, "%s: convolutions, of the multiply-adds at best", name)
			}
		}
		most(10.5, at(Iterate)/at(FGSM), "%s: an attack of 10 steps over one of a single step", name)
		most(0.05, outside, "%s: share of the time outside kernels", name)
		most(1.3, r.Held, "%s: memory of the gradient's plan over what must be live at once", name)
	}
	return claims
}

// ms is the median of a task, NaN where it was not measured.
func (r Result) ms(task string) float64 {
	if t, done := r.Times[task]; done {
		return t.Median
	}
	return math.NaN()
}

// of is a peer's time on the same kind of device, NaN where it was not measured
// or its numbers are wrong.
func of(results []Result, ours Result, peer, task string) float64 {
	for _, r := range results {
		if r.Contender == peer && comparable(r, ours) {
			return r.ms(task)
		}
	}
	return math.NaN()
}
