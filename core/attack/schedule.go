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
	Adaptive Schedule = "adaptive" // as ASMA does
)

type schedule struct {
	names.Entry
	size func(m *Method) float32 // of the first step, where the method does not say
	// decide is done before a step: it may change the moment. nil is nothing.
	decide func(b *memory, at *moment, now *score)
	// windows are what decide is told before each of some steps; nil is nothing.
	windows func(steps int) []float32
}

// score is what is known of the image before a step.
type score struct {
	logits *core.Node
	loss   *core.Node
	// both, found and wanted are pixels: of the prediction and the reference, of either. Of a target that is sought they are elements,
	// and the reference is the target.
	both, found, wanted *core.Node
}

var schedules = []*schedule{
	{
		Entry: names.Entry{Name: string(Constant), Title: "constant", About: "Every step is of the same size; by default ε for one, for several 2.5·ε over their number (Madry et al. 2018), with momentum ε (Dong et al. 2018)."},
		size: func(m *Method) float32 {
			if m.Steps == 1 {
				return m.Epsilon
			}
			return row(rules, string(m.Rule)).stride * m.Epsilon / float32(m.Steps)
		},
	},
	{
		Entry:  names.Entry{Name: string(Halving), Title: "halving", About: "Keeps the point with the largest loss, and goes back to it with half the step where the loss rises too seldom (Croce and Hein 2020, conditions 1 and 2)."},
		size:   func(m *Method) float32 { return 2 * m.Epsilon },
		decide: halve, windows: checkpoints,
	},
	{
		Entry:  names.Entry{Name: string(Adaptive), Title: "adaptive", About: "Steps grow with what is reached, the gradient shrinks with what is left, and the change counts against it (Ozbulak et al. 2019)."},
		size:   func(m *Method) float32 { return 2.5 * m.Epsilon / float32(m.Steps) },
		decide: adapt,
	},
}

// halve is algorithm 1 of Croce and Hein 2020, but for its momentum, which is a rule. Their code looks back at other steps than the
// paper says, unless there are 100, and counts the first step as a rise whatever it did.
func halve(b *memory, at *moment, now *score) {
	const share = 0.75 // of the steps between two checkpoints that must have raised the loss
	window := core.NewInput("window", 1)
	step, halved := b.keep("eta", 1, 1), b.keep("halved", 1, 1)               // the step's size over its first
	before, rises := b.keep("loss before", lowest, 1), b.keep("rises", -1, 1) // the beginning is above nothing, which is no rise
	bestThen := b.keep("best loss then", lowest, 1)                           // at the last checkpoint

	highest, best := b.largest("best", now.loss, at.image, at.gradient, now.logits)
	b.result(highest, best[0], best[2])

	checkpoint := core.Positive(window)
	seldom := core.Positive(core.Sub(core.Affine(window, share, 0), rises))
	stuck := core.Mul(core.Affine(halved, -1, 1), core.Affine(core.Positive(core.Sub(highest, bestThen)), -1, 1))
	halve := core.Mul(checkpoint, core.Positive(core.Add(seldom, stuck)))
	size := core.Mul(step, core.Affine(halve, -0.5, 1))

	rose := core.Positive(core.Sub(now.loss, before))
	b.set(rises, core.Where(checkpoint, rose, core.Add(rises, rose)))
	b.set(before, now.loss)
	b.set(bestThen, core.Where(checkpoint, highest, bestThen))
	b.set(halved, core.Where(checkpoint, halve, halved))
	b.set(step, size)
	at.step = core.Mul(at.step, size)
	at.image, at.gradient = core.Where(halve, best[0], at.image), core.Where(halve, best[1], at.gradient)
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

	// kept is a loop's result with its logits, and keptScore how good it is; nil for the last image.
	keptScore, kept, keptLogits *core.Node
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

// largest keeps some values of the step with the largest score until now, the first of equal ones.
func (b *memory) largest(name string, score *core.Node, values ...*core.Node) (highest *core.Node, of []*core.Node) {
	before := b.keep(name, lowest, 1)
	better := core.Positive(core.Sub(score, before))
	highest = core.Where(better, score, before)
	b.set(before, highest)
	for i, v := range values {
		kept := b.keep(name+" "+string(rune('a'+i)), 0, v.Shape...)
		now := core.Where(better, v, kept)
		b.set(kept, now)
		of = append(of, now)
	}
	return highest, of
}

// result says what the loop's result is, if nothing has until now.
func (b *memory) result(score, image, logits *core.Node) {
	if b.kept == nil {
		b.keptScore, b.kept, b.keptLogits = score, image, logits
	}
}
