package attack

import (
	"context"
	"maps"

	"segfault/core"
	"segfault/core/metrics"
)

// loop is one run of a method's steps: what goes into its program and what comes out.
type loop struct {
	key     key
	steps   int
	inputs  values
	windows []float32 // what the schedule is told before each step; nil is nothing

	first values // outputs of the first step, where it is at the clean image
	last  values // outputs of the last step
}

// The outputs of a loop's program, beside those of a gradient.
const (
	adversarial = "adversarial"
	trace       = "trace"
	best        = "best"
	bestLoss    = "best loss so far"
)

// traced are the numbers of a step in the trace: the objective, the pixels that are found and in the reference, and
// those that are found. The trace holds the last MaxSteps steps.
const traced = 3

// newLoop prepares a run. Without a clean gradient it begins at the clean image.
func (s *Session) newLoop(p *Problem, m *Method, run int, clean *Gradient) *loop {
	start, schedule := p.moved(), row(schedules, string(m.Schedule))
	height, width := s.Height, s.Width
	if p.Own != nil {
		height, width = p.Own.View.Size()
	}
	l := &loop{key: s.key("loop", p, m), steps: m.Steps, inputs: s.limits(p, m)}
	l.inputs["origin"], l.inputs["image"] = start, m.start(start, p.Inside, height*width, run)
	if p.Own != nil {
		maps.Copy(l.inputs, p.Own.Inputs)
		l.inputs["clean"] = p.Image
	}
	if m.Target == Truth {
		l.inputs["target"] = floats(p.Truth)
	}
	if p.Truth != nil {
		l.inputs["reference"] = floats(s.union(p.Truth))
	}
	if clean != nil {
		l.inputs["first"] = []float32{0}
		l.inputs["target"], l.inputs["reference"] = p.target(&m.Objective, clean.Logits), floats(s.union(p.reference(clean.Logits)))
	} else {
		_, l.first = s.slope()
	}
	l.last = values{adversarial: make([]float32, len(start)), trace: make([]float32, traced*MaxSteps)}
	if schedule.decide != nil {
		l.windows = schedule.windows(m.Steps)
		l.last[best], l.last[bestLoss] = make([]float32, len(start)), []float32{0}
	}
	return l
}

// plan is a step that leaves everything to the next.
func (s *Session) plan(p *Problem, m *Method, b *memory) *core.Plan {
	at, seen := s.moment(p)
	image := at.image
	at.origin = core.NewInput("origin", image.Shape...)
	first := b.keep("first", 1, 1) // 1 where the image is the clean one
	b.set(first, core.Constant(0))
	if p.Own != nil { // as it is, not as the graph would make it
		seen = core.StraightThrough(core.Where(first, s.input("clean"), seen), seen)
	}
	logits := s.Network.Logits(seen)
	found := core.Positive(core.Sum(core.Rectify(logits), 1)) // of any class
	known := func(name string, given bool, clean *core.Node) *core.Node {
		if given {
			return core.NewInput(name, clean.Shape...)
		}
		kept := b.keep(name, 0, clean.Shape...)
		now := core.Stop(core.Where(first, clean, kept))
		b.set(kept, now)
		return now
	}
	target := known("target", m.Target == Truth, core.Positive(logits))
	reference := known("reference", p.Truth != nil, found)

	loss := core.Reshape(m.of(logits, target), 1)
	outputs := core.Outputs{"logits": logits, "loss": loss}
	gradients := core.Grad(loss, seen, image)
	outputs["gradient"], at.gradient = gradients[0], gradients[1]

	before := b.keep(trace, 0, traced*MaxSteps)
	outputs[trace] = core.Concat(0, core.Slice(before, core.Cut{Start: traced, End: traced * MaxSteps}),
		loss, core.Total(core.Mul(found, reference)), core.Total(found))
	b.set(before, outputs[trace])

	if decide := row(schedules, string(m.Schedule)).decide; decide != nil {
		decide(b, &at, loss)
		outputs[best], outputs[bestLoss] = b.best, b.bestLoss
	}
	outputs[adversarial] = m.move(&at)
	b.set(image, outputs[adversarial])
	return core.Compile(outputs, b.effects...)
}

// steps runs a loop in one turn, since each step goes on from where the one before it left the image. What is read is
// there when all that is returned has returned.
func (s *Session) steps(ctx context.Context, l *loop, plan func(*memory) *core.Plan, progress func(step, steps int)) (waits []func() error, err error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	program, err := s.program(l.key, plan)
	if err != nil {
		return nil, err
	}
	for _, inputs := range []values{program.initial, l.inputs} {
		if err := program.write(inputs); err != nil {
			return nil, err
		}
	}
	fetch := func(outputs values) error {
		wait, err := program.Fetch(ctx, outputs)
		if err == nil {
			waits = append(waits, wait)
		}
		return err
	}
	for step := range l.steps {
		if l.windows != nil {
			if err := program.Write("window", l.windows[step:][:1]); err != nil {
				return waits, err
			}
		}
		if err := program.Run(ctx, nil); err != nil {
			return waits, err
		}
		if step == 0 && l.first != nil {
			if err := fetch(l.first); err != nil {
				return waits, err
			}
		}
		if progress != nil {
			progress(step+1, l.steps)
		}
	}
	return waits, fetch(l.last)
}

// points are what the trace tells of the images before each step. wanted is the number of pixels of the reference.
func (l *loop) points(wanted int) []Point {
	points := make([]Point, l.steps)
	rows := l.last[trace][traced*(MaxSteps-l.steps):]
	for i := range points {
		row := rows[traced*i:][:traced]
		points[i].Loss = float64(row[0])
		points[i].Dice = metrics.Dice(int(row[1]), int(row[2])+wanted)
	}
	return points
}

// union is 1 where a pixel is of any class.
func (s *Session) union(planes []uint8) []uint8 {
	n := s.Height * s.Width
	any := make([]uint8, n)
	for i, v := range planes {
		any[i%n] |= v
	}
	return any
}
