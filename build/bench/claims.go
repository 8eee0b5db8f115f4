package bench

import (
	"fmt"
	"math"
)

// Claim is something that Segfault wants to be true of itself, as a number of
// one run and a bound.
type Claim struct {
	Subject  string // the model and its size
	What     string
	Measured float64 // NaN where this run has not measured it
	// Processor is the same ratio of processor times, which hardly depends on
	// what else the machine does; NaN where it is no ratio of times.
	Processor float64
	Bound     float64
	AtLeast   bool // whether Bound is the least, not the most
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

// firstOverAttack is what a small multiple is: with the small models a visitor
// waits for the engine to arrive and to be compiled, and then for an attack.
const firstOverAttack = 5

// Claims are about all models and sizes of one run.
func Claims(results []Result) []Claim {
	var claims []Claim
	for _, r := range results {
		if r.Contender != Ours {
			continue
		}
		least := func(bound float64, measured ratio, what string, args ...any) {
			claims = append(claims, Claim{r.subject(), fmt.Sprintf(what, args...), measured.of, measured.processor, bound, true})
		}
		most := func(bound float64, measured ratio, what string, args ...any) {
			claims = append(claims, Claim{r.subject(), fmt.Sprintf(what, args...), measured.of, measured.processor, bound, false})
		}
		at := func(task string) Time { return r.Times[task] }
		peer := func(task string) Time {
			if p := fastest(results, r, task); p != nil {
				return p.Times[task]
			}
			return Time{}
		}
		name := fmt.Sprintf("%s, %s", r.Backend, r.Runs)
		switch {
		case r.Backend == WebGPU && r.Runs == Chromium:
			least(2, times(peer(Forward), at(Forward)), "%s: forward, the fastest peer's time over ours", name)
			least(3, times(peer(Gradient), at(Gradient)), "%s: forward and gradient, the fastest peer's time over ours", name)
		case r.Backend == SIMD:
			most(1, times(at(Forward), of(results, r, "ONNX Runtime Web", Forward)), "%s: forward, our time over ONNX Runtime Web's with one thread", name)
			most(2.5, times(at(Gradient), at(Forward)), "%s: forward and gradient over forward", name)
		case r.Backend == Native:
			most(1, times(at(Forward), of(results, r, "PyTorch", Forward)), "%s: forward, our time over PyTorch's", name)
			most(1, times(at(Gradient), of(results, r, "PyTorch", Gradient)), "%s: forward and gradient, our time over PyTorch's", name)
		}
		outside := r.Outside
		if r.Convolutions == 0 { // it was not traced
			r.Convolutions, outside = math.NaN(), math.NaN()
		} else if t := r.Times[Gradient]; t.Min > 0 { // they are at least as fast as a run in which they are not all
			r.Convolutions = max(r.Convolutions, t.GFLOPs*t.Median/t.Min)
		}
		if r.Backend == WebGPU {
			if r.Software {
				least(ofMatMul, plain(r.Convolutions/r.Peaks.MatMul), "%s: convolutions, of the best matrix product", name)
			} else {
				least(ofFMA, plain(r.Convolutions/r.Peaks.FMA), "%s: convolutions, of the multiply-adds at best", name)
			}
		}
		most(firstOverAttack, plain(r.first()), "%s: first result from a cold start over an attack of one step", name)
		most(10.5, times(at(Iterate), at(FGSM)), "%s: an attack of 10 steps over one of a single step", name)
		most(0.05, plain(outside), "%s: share of the time outside kernels", name)
		most(1.3, plain(r.Held), "%s: memory of the gradient's plan over what must be live at once", name)
	}
	return append(claims, scaleClaims(results)...)
}

// first is the time to the first result over that of a steady attack of one
// step; NaN where that was not measured.
func (r Result) first() float64 { return over(r.First, r.Times[FGSM].Median) }

// ratio is what a claim measures.
type ratio struct{ of, processor float64 }

func plain(v float64) ratio { return ratio{v, math.NaN()} }

// times is how much longer a takes than b.
func times(a, b Time) ratio { return ratio{over(a.Median, b.Median), over(a.CPU, b.CPU)} }

// over is a/b, NaN where one of them was not measured.
func over(a, b float64) float64 {
	if a == 0 || b == 0 {
		return math.NaN()
	}
	return a / b
}

// of is a peer's time on the same kind of device, none where it was not measured
// or its numbers are wrong.
func of(results []Result, ours Result, peer, task string) Time {
	for _, r := range results {
		if r.Contender == peer && comparable(r, ours) {
			return r.Times[task]
		}
	}
	return Time{}
}
