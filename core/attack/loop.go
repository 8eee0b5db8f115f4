package attack

import (
	"context"
	"maps"

	"segfault/core"
	"segfault/core/metrics"
)

// loop is one run of a method's steps: what goes into its program and what comes out.
type loop struct {
	key    key
	steps  int
	inputs values
	clock  values // inputs that are written before each step: a number a step

	first values // outputs of the first step, where it is at the clean image
	last  values // outputs of the last step
}

// The outputs of a loop's program, beside those of a gradient.
const (
	adversarial = "adversarial"
	trace       = "trace"
	kept        = "kept"
	keptScore   = "kept score"
	keptLogits  = "kept logits"
)

// keep is which point of a loop is its result.
type keep int

const (
	asScheduled keep = iota // the last, or the one that the schedule keeps
	byDice                  // that with the lowest Dice, or of a target that is sought with the highest
)

// traced are the numbers of a step in the trace: the loss, the pixels that are found and in the reference, those that
// are found, and those of the reference. The trace holds the last MaxSteps steps.
const traced = 4

// newLoop prepares a run that begins at an image. Without a clean gradient that is the clean image.
func (s *Session) newLoop(p *Problem, m *Method, from []float32, clean *Gradient) *loop {
	l := &loop{key: s.key("loop", p, m), steps: m.Steps, inputs: s.limits(p, m), clock: values{"lambda": halves(m.Steps)}}
	l.inputs["origin"], l.inputs["image"] = p.moved(), from
	if p.Own != nil {
		maps.Copy(l.inputs, p.Own.Inputs)
		l.inputs["clean"] = p.Image
	}
	if m.Target != Prediction {
		l.inputs["target"] = p.target(s.Network.Shape(), &m.Objective, nil)
	}
	if p.Truth != nil {
		l.inputs["reference"] = floats(s.union(p.Truth))
	}
	if clean != nil {
		l.inputs["first"] = []float32{0}
		l.inputs["target"], l.inputs["reference"] = p.target(s.Network.Shape(), &m.Objective, clean.Logits), floats(s.union(p.reference(s.Network.Shape(), clean.Logits)))
	} else {
		_, l.first = s.slope()
	}
	l.last = values{adversarial: make([]float32, len(from)), trace: make([]float32, traced*MaxSteps)}
	schedule := row(schedules, string(m.Schedule))
	if schedule.windows != nil {
		l.clock["window"] = schedule.windows(m.Steps)
	}
	if m.keeps() {
		l.last[kept], l.last[keptScore] = make([]float32, len(from)), []float32{0}
		l.last[keptLogits] = make([]float32, s.Network.Shape().Classes*s.Height*s.Width)
	}
	return l
}

// keeps says whether a loop may have another result than its last image.
func (m *Method) keeps() bool { return m.keep == byDice || m.Schedule == Halving }

// plan is a step that leaves everything to the next.
func (s *Session) plan(p *Problem, m *Method, b *memory) *core.Plan {
	at, seen := s.moment(p)
	image := at.image
	at.memory, at.origin = b, core.NewInput("origin", image.Shape...)
	first := b.keep("first", 1, 1) // 1 where the image is the clean one
	b.set(first, core.Constant(0))
	if p.Own != nil { // as it is, not as the graph would make it
		seen = core.StraightThrough(core.Where(first, s.input("clean"), seen), seen)
	}
	logits := s.Network.Logits(seen)
	found := s.found(m, logits)
	known := func(name string, given bool, clean *core.Node) *core.Node {
		if given {
			return core.NewInput(name, clean.Shape...)
		}
		kept := b.keep(name, 0, clean.Shape...)
		now := core.Stop(core.Where(first, clean, kept))
		b.set(kept, now)
		return now
	}
	target := known("target", m.Target != Prediction, label(s.Network.Shape(), logits))
	reference := foreground(s.Network.Shape(), target)
	if !m.Target.Sought() {
		reference = known("reference", p.Truth != nil, found)
	}

	loss, rise := m.of(logits, target, core.NewInput("lambda", 1))
	loss = core.Reshape(loss, 1)
	outputs := core.Outputs{"logits": logits, "loss": loss}
	gradients := core.Grad(rise, seen, image)
	outputs["gradient"], at.gradient = gradients[0], gradients[1]
	now := &score{logits, loss, core.Total(core.Mul(found, reference)), core.Total(found), core.Total(reference)}

	before := b.keep(trace, 0, traced*MaxSteps)
	outputs[trace] = core.Concat(0, core.Slice(before, core.Cut{Start: traced, End: traced * MaxSteps}), loss, now.both, now.found, now.wanted)
	b.set(before, outputs[trace])

	if m.keep == byDice {
		dice := core.Div(core.Affine(now.both, 2, metrics.Smooth), core.Affine(core.Add(now.found, now.wanted), 1, metrics.Smooth))
		highest, closest := b.largest("closest", core.Affine(dice, m.sign(), 0), image, logits)
		b.result(highest, closest[0], closest[1])
	}
	if decide := row(schedules, string(m.Schedule)).decide; decide != nil {
		decide(b, &at, now)
	}
	if m.keeps() {
		outputs[kept], outputs[keptScore], outputs[keptLogits] = b.kept, b.keptScore, b.keptLogits
	}
	outputs[adversarial] = m.move(&at)
	b.set(image, outputs[adversarial])
	return core.Compile(outputs, b.effects...)
}

// found is what of logits is compared with a reference: pixels of any class, or of a target that is sought pixels of each.
func (s *Session) found(m *Method, logits *core.Node) *core.Node {
	shape := s.Network.Shape()
	switch {
	case m.Target.Sought():
		return foreground(shape, label(shape, logits))
	case shape.Background() == 1: // all that is not background
		return core.Affine(core.Slice(core.Stop(core.Chosen(logits)), core.Cut{Axis: 1, End: 1}), -1, 1)
	}
	return core.Positive(core.Sum(core.Rectify(logits), 1))
}

// sought is what found is compared with.
func (r *ascent) sought() []uint8 {
	shape := r.Network.Shape()
	if goal := r.problem.Goal; goal != nil {
		return Foreground(shape, goal)
	}
	return r.union(r.problem.reference(shape, r.clean.Logits))
}

// sign is 1 where more Dice is better, and −1 where less is.
func (o *Objective) sign() float32 {
	if o.Target.Sought() {
		return 1
	}
	return -1
}

// steps runs a loop in one turn, since each step goes on from where the one before it left the image. What is read is
// there when all that is returned has returned. step is called after each, with the program, and says whether to go on.
func (s *Session) steps(ctx context.Context, l *loop, plan func(*memory) *core.Plan, step func(done int, p core.Program) bool) (waits []func() error, err error) {
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
	for i := range l.steps {
		for name, numbers := range l.clock {
			if err := program.write(values{name: numbers[i:][:1]}); err != nil {
				return waits, err
			}
		}
		if err := program.Run(ctx, nil); err != nil {
			return waits, err
		}
		if i == 0 && l.first != nil {
			if err := fetch(l.first); err != nil {
				return waits, err
			}
		}
		if !step(i+1, program) {
			l.steps = i + 1
			break
		}
	}
	return waits, fetch(l.last)
}

// points are what a trace tells of the images before each of the last steps.
func points(trace []float32, steps int) []Point {
	points := make([]Point, steps)
	rows := trace[len(trace)-traced*steps:]
	for i := range points {
		points[i] = point(rows[traced*i:])
	}
	return points
}

// point is what a row of a trace tells.
func point(row []float32) Point {
	return Point{float64(row[0]), metrics.Dice(int(row[1]), int(row[2])+int(row[3]))}
}

// union is 1 where a pixel is of any class.
func (s *Session) union(planes []uint8) []uint8 {
	n := s.Height * s.Width
	any := make([]uint8, n)
	for i, v := range Foreground(s.Network.Shape(), planes) {
		any[i%n] |= v
	}
	return any
}

// halves are λ of every step.
func halves(steps int) []float32 {
	list := make([]float32, steps)
	for i := range list {
		list[i] = float32(i) / float32(2*steps)
	}
	return list
}
