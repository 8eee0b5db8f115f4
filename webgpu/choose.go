//go:build js && wasm

package webgpu

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"syscall/js"
	"time"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// choice is the variant of a kernel that was the fastest when it was measured.
type choice struct {
	name   string // of the shader for float32
	split  int    // its workgroups in the third dimension
	family string // the names of all variants
	of     extent
	raced  bool          // not taken from a similar kernel
	took   time.Duration // when it was raced; 0 where it was not, or the clock told nothing
}

func choiceOf(k kernels.Kernel, v kernels.Shader, variants []kernels.Shader) choice {
	return choice{name: whole(v.Name), split: v.Groups[2], family: family(variants), of: extentOf(k), raced: true}
}

// is whether a shader is the chosen one.
func (c choice) is(v kernels.Shader) bool { return whole(v.Name) == c.name && v.Groups[2] == c.split }

// whole is the name of a shader's twin for float32.
func whole(name string) string { return strings.TrimSuffix(name, "_half") }

// extent is how much a kernel computes, as logarithms.
type extent struct{ operations, outputs float64 }

// extentOf is of a kernel that several shaders compute; of one that is not Counted, its workgroups tell.
func extentOf(k kernels.Kernel) extent {
	g := k.Workgroups()
	operations, outputs := 0, g[0]*g[1]*g[2]
	if c, ok := k.(kernels.Counted); ok {
		operations, outputs = c.Work()
	}
	return extent{math.Log(float64(1 + operations)), math.Log(float64(1 + outputs))}
}

// less is whether a computes less than b, or as much with less to show for it.
func (a extent) less(b extent) bool {
	return cmp.Or(cmp.Compare(a.operations, b.operations), cmp.Compare(a.outputs, b.outputs)) < 0
}

func (a extent) distance(b extent) float64 {
	return math.Abs(a.operations-b.operations) + math.Abs(a.outputs-b.outputs)
}

// racing is how long a load may measure. Kernels that are not measured are
// computed as the most similar one that was.
const racing = 300 * time.Millisecond

// laps is how often a race is run, if that does not take long: other work on
// the machine may hold a variant up.
const laps = 3

// typical is how many operations a kernel has by which others are judged where
// not all can be measured: some ten milliseconds of a slow device.
const typical = 2e7

// shaders are those of a kernel that may be used here, the likeliest first on a GPU: there
// tiles, if any, as a model proposes them, and on the processor what is made
// for it; what is made for the other is not even compiled.
func (s *session) shaders(k kernels.Kernel) []kernels.Shader {
	if s.only == nil {
		if list, known := s.usable[k]; known {
			return list
		}
	}
	list := s.usableShaders(k)
	if s.only == nil {
		s.usable[k] = list
	}
	return list
}

func (s *session) usableShaders(k kernels.Kernel) []kernels.Shader {
	all := kernels.Shaders(k)
	if _, forward := k.(kernels.Conv2D); forward && s.exact { // what decides on near-ties
		all[0].Constants = append(all[0].Constants, kernels.Constant{Name: "Exact", Value: 1})
		return all[:1]
	}
	if s.only != nil {
		for _, v := range append(slices.Clone(all), kernels.Tiles(k)...) {
			if s.only(k, v) {
				return []kernels.Shader{v}
			}
		}
	}
	others := slices.DeleteFunc(slices.Clone(all[1:]), func(v kernels.Shader) bool {
		return v.Software && !s.software || v.Needs.Barriers && s.software || !s.offers(v)
	})
	if s.software {
		if (all[0].Needs.Barriers || !s.offers(all[0])) && len(others) > 0 {
			return others
		}
		return append(all[:1:1], others...)
	}
	tiles := slices.DeleteFunc(kernels.Tiles(k), func(v kernels.Shader) bool { return !s.offers(v) })
	if others = append(kernels.Propose(k, tiles, kernels.Integrated, kernels.H200), others...); len(others) > 0 {
		return others
	}
	return all[:1]
}

// offers is whether the device has what a shader needs.
func (s *session) offers(v kernels.Shader) bool {
	n := v.Needs
	return n.Memory <= s.limits.Memory && n.Invocations <= s.limits.Invocations && (n.Feature == "" || has(s.device, n.Feature)) &&
		len(v.Bind) <= s.limits.Bindings && slices.Max(v.Groups[:]) <= s.limits.Groups && 4*int64(v.Scratch) <= s.limits.most()
}

// guess is the shader that will most likely be chosen, so that its pipeline
// can be compiled while others are measured.
func (s *session) guess(variants []kernels.Shader) kernels.Shader {
	if !s.software {
		return variants[0]
	}
	return variants[len(variants)-1]
}

// choose finds the fastest variant of every step. It measures typical kernels
// first: on a slow device those alone, on a fast one all of them.
func (l *loaded) choose(ctx context.Context, plan *core.Plan) ([]kernels.Shader, error) {
	s, steps := l.session, plan.Steps
	order := make([]int, len(steps))
	guessed := map[string]js.Value{}
	for i, step := range steps {
		order[i] = i
		v := l.shaders(step)
		if _, known := s.known(step.Kernel, v); known || len(v) == 1 {
			continue
		}
		guess := s.guess(v)
		if err := script.Try(func() { guessed[pipelineKey(guess)] = s.pipeline(guess, signatureOf(step, guess)) }); err != nil {
			return nil, err
		}
	}
	for _, promise := range guessed { // what they take to compile is no part of the race
		_, _ = s.await(ctx, promise) // whoever uses it says what failed
	}
	if err := script.Try(func() { l.reserve(plan, func(i int) []kernels.Shader { return l.shaders(steps[i]) }) }); err != nil {
		return nil, err
	}
	distance := func(i int) float64 {
		return math.Abs(math.Log(float64(kernels.FLOPs(steps[i].Kernel))) - math.Log(typical))
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(distance(i), distance(j)) })
	began := time.Now()
	chosen := make([]kernels.Shader, len(steps))
	for _, i := range order {
		k := steps[i].Kernel
		variants := l.shaders(steps[i])
		if chosen[i] = s.guess(variants); len(variants) == 1 {
			continue
		}
		c, known := s.known(k, variants)
		switch {
		case known:
		case time.Since(began) > racing:
			c = s.similar(k, variants)
		default:
			var err error
			if c, err = l.race(ctx, plan, i, variants); err != nil {
				return nil, err
			}
			s.fresh = true
		}
		s.choices[k] = c
		for _, v := range variants {
			if c.is(v) {
				chosen[i] = v
			}
		}
	}
	return chosen, nil
}

// similar is the choice for the measured kernel with the same variants whose
// extent is the nearest: a small image with many channels suits another shader
// than a large one with few, though both be the same work. Where there is none it
// is what was guessed.
func (s *session) similar(k kernels.Kernel, variants []kernels.Shader) choice {
	best := choiceOf(k, s.guess(variants), variants)
	nearest := math.Inf(1)
	of := extentOf(k)
	for _, c := range s.choices {
		if d := c.of.distance(of); c.raced && c.family == family(variants) && d < nearest {
			best, nearest = c, d
		}
	}
	best.of, best.raced, best.took = of, false, 0
	return best
}

func family(variants []kernels.Shader) string {
	names := ""
	for _, v := range variants {
		names += whole(v.Name) + " "
	}
	return names
}

// race runs every variant of a step on the plan's own buffers, as often as it
// takes for the clock to tell them apart. Where it tells nothing, what was guessed wins.
func (l *loaded) race(ctx context.Context, plan *core.Plan, at int, variants []kernels.Shader) (choice, error) {
	k := plan.Steps[at].Kernel
	winner := choiceOf(k, l.session.guess(variants), variants)
	trials := make([]step, len(variants))
	for i, v := range variants {
		var err error
		if trials[i], err = l.prepare(ctx, plan, at, v); err != nil {
			return winner, err
		}
		if _, err := l.time(ctx, trials[i:i+1]); err != nil { // drivers finish compiling in the first run
			return winner, err
		}
	}
	grain, err := l.grain(ctx)
	if err != nil {
		return winner, err
	}
	began := time.Now()
	late := func() bool { return time.Since(began) > racing/laps }
	times, shortest := 1, time.Duration(math.MaxInt64)
	for lap := 0; lap < laps && (lap == 0 || !late()); {
		took, err := l.measure(ctx, times, trials...)
		if err != nil {
			return winner, err
		}
		if more := repeats(slices.Min(took), grain); more > 1 && times < most && !late() {
			times *= more
			continue
		}
		lap++
		for i, v := range variants {
			if took[i] > 0 && took[i] < shortest {
				winner, shortest = choiceOf(k, v, variants), took[i]
				winner.took = shortest / time.Duration(times)
			}
		}
	}
	if shortest < math.MaxInt64 {
		l.session.pace.set(k, variants[slices.IndexFunc(variants, winner.is)], winner.took)
	}
	return winner, nil
}

// telling is how many times the grain of its clock a measurement takes.
const telling = 10

// most is about how often a step is done to be measured: the shortest take a
// few microseconds.
const most = 1024

// repeats is how many times longer than some that took so long work must be, to
// be told from the grain of the clock; sixteen at most, as what was told was not.
func repeats(took, grain time.Duration) int {
	if took >= telling*grain {
		return 1
	}
	return int(min(16, telling*grain/max(took, 1)+1))
}
