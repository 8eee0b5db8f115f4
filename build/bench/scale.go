package bench

import (
	"fmt"
	"io"
	"slices"
)

// How an attack may grow. The work is the same for every pixel and every step;
// what is not is that large images leave the caches, and that small ones cost
// the same to start. Nothing in a plan but a loss and ε is of another size than
// the pixels'. Go lets its heap double before it collects; a process that kept
// what its steps leave would grow with their number.
const (
	perPixel       = 1.3
	perStep        = 1.1
	memoryPerPixel = 1.01
	memoryPerStep  = 2 // of the process; of the plans, none at all
)

// scaled are our own results of models that were measured at several sizes or
// with other numbers of steps than Tasks, those of one place together.
func scaled(results []Result) (groups [][]Result) {
	for _, r := range results {
		if r.Contender != Ours {
			continue
		}
		at := slices.IndexFunc(groups, func(g []Result) bool { return g[0].Model == r.Model && g[0].title() == r.title() })
		if at < 0 {
			at, groups = len(groups), append(groups, nil)
		}
		groups[at] = append(groups[at], r)
	}
	return slices.DeleteFunc(groups, func(g []Result) bool {
		usual := func(task string) bool { return slices.Contains(Tasks, task) }
		return len(g) == 1 && !slices.ContainsFunc(tasksOf(g), func(task string) bool { return !usual(task) })
	})
}

// scaleClaims are about how time and memory grow with pixels and steps.
func scaleClaims(results []Result) (claims []Claim) {
	for _, group := range scaled(results) {
		name := fmt.Sprintf("%s, %s", group[0].Backend, group[0].Runs)
		for _, r := range group {
			claims = append(claims, stepClaims(r, name)...)
		}
		bySize := func(a, b Result) int { return a.Size - b.Size }
		claims = append(claims, pixelClaims(slices.MinFunc(group, bySize), slices.MaxFunc(group, bySize), name)...)
	}
	return claims
}

// stepClaims compare the longest attack with the shortest that iterates.
func stepClaims(r Result, name string) (claims []Claim) {
	tasks := slices.DeleteFunc(tasksOf([]Result{r}), func(task string) bool { return StepsOf(task) < 2 || r.Times[task].Runs == 0 })
	if len(tasks) < 2 {
		return nil
	}
	short, long := tasks[0], tasks[len(tasks)-1]
	a, b := r.Times[short], r.Times[long]
	most := func(bound float64, measured ratio, what string) {
		claims = append(claims, Claim{r.subject(), fmt.Sprintf("%s: "+what+" of %s over %s", name, long, short), measured.of, measured.processor, bound, false})
	}
	steps := float64(StepsOf(long)) / float64(StepsOf(short))
	time := times(b, a)
	most(perStep, ratio{time.of / steps, time.processor / steps}, "time a step,")
	most(1, plain(float64(b.Plans.bytes())/float64(a.Plans.bytes())), "memory of the plans,")
	most(memoryPerStep, plain(over(float64(b.Peak), float64(a.Peak))), "peak memory of the process,")
	return claims
}

// pixelClaims compare a large image with a small one, at the shortest attack of both.
func pixelClaims(small, large Result, name string) (claims []Claim) {
	tasks := slices.DeleteFunc(tasksOf([]Result{small}), func(task string) bool {
		return StepsOf(task) == 0 || small.Times[task].Runs == 0 || large.Times[task].Runs == 0
	})
	if small.Size == large.Size || len(tasks) == 0 {
		return nil
	}
	a, b := small.Times[tasks[0]], large.Times[tasks[0]]
	most := func(bound float64, measured ratio, what string) {
		claims = append(claims, Claim{large.subject(), fmt.Sprintf("%s: %s, %s a pixel at %d×%d over %d×%d", name, tasks[0], what,
			large.Size, large.Size, small.Size, small.Size), measured.of, measured.processor, bound, false})
	}
	pixels := large.pixels() / small.pixels()
	time := times(b, a)
	most(perPixel, ratio{time.of / pixels, time.processor / pixels}, "time")
	most(memoryPerPixel, plain(float64(b.Plans.Inputs+b.Plans.Computed)/float64(a.Plans.Inputs+a.Plans.Computed)/pixels), "memory of the plans without parameters")
	return claims
}

func (r Result) pixels() float64 { return float64(r.Size) * float64(r.Size) }

// WriteScale prints how time and memory grow with pixels and steps; nothing
// where a run does not tell.
func WriteScale(w io.Writer, results []Result) {
	rows := [][]string{{"model", "contender", "side", "attack", "median ms", "runs", "ms a step", "ms a step and megapixel", "plans: inputs, MB", "parameters, MB", "computed, MB", "process at its peak, MB"}}
	for _, group := range scaled(results) {
		for _, r := range group {
			for _, task := range tasksOf([]Result{r}) {
				steps := float64(StepsOf(task))
				if steps == 0 {
					continue
				}
				row := []string{r.Model, r.title(), fmt.Sprint(r.Size), task}
				if ms, out := r.LeftOut[task]; out {
					rows = append(rows, append(row, leftOut(ms), "0", "–", "–", "–", "–", "–", "–"))
					continue
				}
				t := r.Times[task]
				rows = append(rows, append(row, number(t.Median), fmt.Sprint(t.Runs), number(t.Median/steps), number(t.Median/steps/r.pixels()*1e6),
					mega(t.Plans.Inputs), mega(t.Plans.Parameters), mega(t.Plans.Computed), mega(t.Peak)))
			}
		}
	}
	if len(rows) > 1 {
		fmt.Fprintln(w)
		writeRows(w, rows)
	}
}

// leftOut says why there is no number.
func leftOut(ms float64) string { return fmt.Sprintf("left out: some %.0f s", ms/1000) }
