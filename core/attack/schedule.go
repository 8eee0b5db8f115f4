package attack

import (
	"math"

	"segfault/core"
	"segfault/core/names"
)

// Schedule is what a loop decides from step to step: how far the next one goes, and
// from where. Decisions are part of the graph, so that nothing has to be read
// back for them.
type Schedule string

// The schedules.
const (
	Constant Schedule = "constant"
	Halving  Schedule = "halving"
)

type schedule struct {
	names.Entry
	size func(m *Method) float32 // of the first step, where the method does not say
	// decide is done before a step: it may change the moment. nil is nothing.
	decide func(b *memory, at *moment, loss *core.Node)
	// windows are what decide is told before each of some steps; nil is nothing.
	windows func(steps int) []float32
}

var schedules = []*schedule{
	{
		Entry: names.Entry{Name: string(Constant), Title: "constant", About: "Every step is of the same size; by default ε for one, 2.5·ε over their number for several (Madry et al. 2018)."},
		size: func(m *Method) float32 {
			if m.Steps == 1 {
				return m.Epsilon
			}
			return 2.5 * m.Epsilon / float32(m.Steps)
		},
	},
	{
		Entry: names.Entry{Name: string(Halving), Title: "halving", About: "Keeps the point with the largest loss, and goes back to it with half the step where the loss rises too seldom (Croce and Hein 2020, conditions 1 and 2)."},
		size:  func(m *Method) float32 { return 2 * m.Epsilon },
		decide: func(b *memory, at *moment, loss *core.Node) {
			const share = 0.75 // of the steps between two checkpoints that must have raised the loss
			window := core.NewInput("window", 1)
			step, halved := b.keep("eta", 1, 1), b.keep("halved", 1, 1) // the step's size over its first
			before, rises := b.keep("loss before", lowest, 1), b.keep("rises", 0, 1)
			best, bestThen := b.keep("best loss", lowest, 1), b.keep("best loss then", lowest, 1) // then: at the last checkpoint
			image, gradient := b.keep("best", 0, at.image.Shape...), b.keep("best gradient", 0, at.image.Shape...)

			better := core.Positive(core.Sub(loss, best))
			highest := core.Where(better, loss, best)
			bestImage, bestGradient := core.Where(better, at.image, image), core.Where(better, at.gradient, gradient)

			checkpoint := core.Positive(window)
			seldom := core.Positive(core.Sub(core.Affine(window, share, 0), rises))
			stuck := core.Mul(core.Affine(halved, -1, 1), core.Affine(core.Positive(core.Sub(highest, bestThen)), -1, 1))
			halve := core.Mul(checkpoint, core.Positive(core.Add(seldom, stuck)))
			size := core.Mul(step, core.Affine(halve, -0.5, 1))

			rose := core.Positive(core.Sub(loss, before))
			b.set(rises, core.Where(checkpoint, rose, core.Add(rises, rose)))
			b.set(before, loss)
			b.set(best, highest)
			b.set(bestThen, core.Where(checkpoint, highest, bestThen))
			b.set(halved, core.Where(checkpoint, halve, halved))
			b.set(step, size)
			b.set(image, bestImage)
			b.set(gradient, bestGradient)
			at.step = core.Mul(at.step, size)
			at.image, at.gradient = core.Where(halve, bestImage, at.image), core.Where(halve, bestGradient, at.gradient)
			b.best, b.bestLoss = bestImage, highest
		},
		windows: checkpoints,
	},
}

// lowest is below every loss.
const lowest = -math.MaxFloat32

// checkpoints are, of every step, the number of steps since the last checkpoint where it is
// the first after one, else 0 (Croce and Hein 2020, section 3.2).
func checkpoints(steps int) []float32 {
	windows := make([]float32, steps)
	last, p, before := 0, 0.22, 0.0
	for {
		at := int(math.Ceil(p*float64(steps) - 1e-9)) // sums of hundredths are not exact
		if at+1 >= steps {
			return windows
		}
		windows[at+1] = float32(at - last)
		last, p, before = at, p+max(p-before-0.03, 0.06), p
	}
}

// Schedules lists them.
func Schedules() []names.Entry { return names.Entries(schedules) }

// memory are the values that one step leaves to the next: inputs of its plan, which the plan
// assigns anew when it has run.
type memory struct {
	initial values
	effects []*core.Node

	best, bestLoss *core.Node // what the schedule keeps of all steps; nil for the last
}

func newMemory() *memory { return &memory{initial: values{}} }

// keep is a value that is initial before the first step.
func (b *memory) keep(name string, initial float32, shape ...int) *core.Node {
	values := make([]float32, core.Shape(shape).Count())
	for i := range values {
		values[i] = initial
	}
	b.initial[name] = values
	return core.NewInput(name, shape...)
}

// set says what the next step will find.
func (b *memory) set(kept, value *core.Node) { b.effects = append(b.effects, core.Assign(kept, value)) }
