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

// traced is how many numbers of a step the trace holds: the loss and, of each plane that is counted, the pixels that are found and in the
// reference, those that are found, and those of the reference. The trace holds the last MaxSteps steps.
func (s *Session) traced(m *Method) int {
	if n := s.Network.Shape().Foreground(); n > 1 && !m.Target.Sought() {
		return 1 + 3*(1+n)
	}
	return 1 + 3
}

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
		l.inputs["reference"] = floats(s.counted(p.Truth))
	}
	if clean != nil {
		l.inputs["first"] = []float32{0}
		l.inputs["target"], l.inputs["reference"] = p.target(s.Network.Shape(), &m.Objective, clean.Logits), floats(s.counted(p.reference(s.Network.Shape(), clean.Logits)))
	} else {
		_, l.first = s.slope()
	}
	l.last = values{adversarial: make([]float32, len(from)), trace: make([]float32, s.traced(m)*MaxSteps)}
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
	both, all, wanted := m.count(core.Mul(found, reference)), m.count(found), m.count(reference)
	of := func(planes *core.Node) *core.Node { return core.Slice(planes, core.Cut{End: 1}) }
	now := &score{logits, loss, of(both), of(all), of(wanted)}

	traced := s.traced(m)
	before := b.keep(trace, 0, traced*MaxSteps)
	outputs[trace] = core.Concat(0, core.Slice(before, core.Cut{Start: traced, End: traced * MaxSteps}), loss, both, all, wanted)
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

// found are the planes of logits that are compared with those of a reference: of each class and, where they are counted each for itself and
// there are several, before them that of any.
func (s *Session) found(m *Method, logits *core.Node) *core.Node {
	shape := s.Network.Shape()
	each := foreground(shape, label(shape, logits))
	if s.traced(m) == 1+3 {
		return each
	}
	return core.Concat(1, core.Positive(core.Sum(each, 1)), each)
}

// count adds up the pixels of each plane, or of a target that is sought those of all.
func (m *Method) count(planes *core.Node) *core.Node {
	axes := []int{2, 3}
	if m.Target.Sought() {
		axes = nil
	}
	sum := core.Sum(planes, axes...)
	return core.Reshape(sum, sum.Shape.Count())
}

// sought is what found is compared with.
func (r *ascent) sought() []uint8 {
	shape := r.Network.Shape()
	if goal := r.problem.Goal; goal != nil {
		return Foreground(shape, goal)
	}
	return r.counted(r.problem.reference(shape, r.clean.Logits))
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

// points are what the rows of a trace tell, each of the image before a step.
func points(trace []float32, rows int) []Point {
	points, n := make([]Point, rows), len(trace)/rows
	for i := range points {
		points[i] = point(trace[n*i:][:n])
	}
	return points
}

// point is what a row of a trace tells.
func point(row []float32) Point {
	n := len(row) / 3 // planes
	dice := func(i int) float64 { return metrics.Dice(int(row[1+i]), int(row[1+n+i])+int(row[1+2*n+i])) }
	p := Point{float64(row[0]), dice(0), dice(0)}
	own, present := 0.0, 0.0 // as of an overlap, those of the reference
	for i := 1; i < n; i++ {
		if row[1+2*n+i] > 0 {
			own, present = own+dice(i), present+1
		}
	}
	if present > 0 {
		p.True = own / present
	}
	return p
}

// counted are the planes of a reference as found has them.
func (s *Session) counted(planes []uint8) []uint8 {
	each := Foreground(s.Network.Shape(), planes)
	n := s.Height * s.Width
	if len(each) == n {
		return each
	}
	any := make([]uint8, n)
	for i, v := range each {
		any[i%n] |= v
	}
	return append(any, each...)
}

// halves are λ of every step.
func halves(steps int) []float32 {
	list := make([]float32, steps)
	for i := range list {
		list[i] = float32(i) / float32(2*steps)
	}
	return list
}
