package attack

import (
	"context"

	"segfault/core"
)

// Run attacks: one step in one submission, or a loop whose every step is one and of which only the end is read back. The gradient
// returned is that of the clean image. each, if any, is called after every step, and says whether to go on: else the best until then is the
// result. The session is at work while each is called.
func (s *Session) Run(ctx context.Context, p Problem, m Method, each func(*Step) bool) (*Gradient, *Fault, error) {
	if err := s.checkBoth(&p, &m); err != nil {
		return nil, nil, err
	}
	p, err := s.aimed(p, &m.Objective, func() ([]float32, error) { return s.Predict(ctx, p.Image) })
	if err != nil {
		return nil, nil, err
	}
	r := &ascent{Session: s, ctx: ctx, problem: &p, each: each}
	if m.Single() && p.From == nil {
		g, f, err := r.single(&m)
		if err == nil {
			f.Goal = p.Goal
		}
		return g, f, err
	}
	row := m.row()
	m.keep = row.of.keep
	r.all = (m.Restarts + 1) * m.Steps * max(row.loops, 1)
	switch {
	case row.blind:
		r.clean, err = r.glance(&m)
	case m.Start != Origin || p.From != nil: // else the first step computes it
		r.clean, err = s.Gradient(ctx, p, m.Objective)
	}
	if err != nil {
		return nil, nil, err
	}
	attack := (*ascent).climb
	if row.run != nil {
		attack = row.run
	}
	var best *Fault
	for i := range m.Restarts + 1 {
		from, err := r.begin(&m, i)
		if err != nil {
			return nil, nil, err
		}
		f, err := attack(r, &m, from, i)
		if err != nil {
			return nil, nil, err
		}
		if best == nil || m.better(f.Reached, best.Reached) {
			best = f
		}
		if r.enough {
			break
		}
	}
	best.Goal = p.Goal
	return r.clean, best, nil
}

// ascent is what the loops of an attack share.
type ascent struct {
	*Session
	ctx       context.Context
	problem   *Problem
	clean     *Gradient // nil until it is known
	each      func(*Step) bool
	done, all int  // steps
	enough    bool // no step is to follow
}

// Step is how far an attack is.
type Step struct {
	Done, All int
	Look      lookout // nil where there is nothing to look at
}

// lookout waits for the points of the run under way, each before a step, and for the logits of the last of them.
type lookout func(ctx context.Context, logits []float32) ([]Point, error)

// single is one step from the clean image.
func (r *ascent) single(m *Method) (*Gradient, *Fault, error) {
	if r.problem.Own == nil {
		return r.once(r.ctx, r.problem, m)
	}
	g, err := r.Gradient(r.ctx, *r.problem, m.Objective)
	if err != nil {
		return nil, nil, err
	}
	f, err := r.Apply(r.ctx, *r.problem, g, *m)
	return g, f, err
}

// glance is what is known of the clean image without a gradient: its is 0.
func (r *ascent) glance(m *Method) (*Gradient, error) {
	logits, err := r.Predict(r.ctx, r.problem.Image)
	if err != nil {
		return nil, err
	}
	r.clean = &Gradient{Logits: logits, Values: make([]float32, len(r.problem.Image))}
	at, err := r.reached(m, logits)
	r.clean.Loss = float32(at.Loss)
	return r.clean, err
}

// begin is where a method's i-th run begins.
func (r *ascent) begin(m *Method, i int) ([]float32, error) {
	if r.problem.From != nil {
		return r.project(m, r.problem.From)
	}
	height, width := r.size()
	return m.start(r.problem.moved(), r.problem.Inside, height*width, i), nil
}

// step counts one, and says whether to go on.
func (r *ascent) step(look lookout) bool {
	r.done++
	r.enough = r.enough || r.each != nil && !r.each(&Step{r.done, r.all, look})
	return !r.enough
}

// look is what a loop's program tells of the steps that are done.
func (l *loop) look(p core.Program, done int) lookout {
	return func(ctx context.Context, logits []float32) ([]Point, error) {
		rows := make([]float32, len(l.last[trace]))
		wait, err := p.Fetch(ctx, values{trace: rows, "logits": logits}) // nothing else travels
		if err == nil {
			err = wait()
		}
		if err != nil {
			return nil, err
		}
		return points(rows, MaxSteps)[MaxSteps-done:], nil
	}
}

// better says whether a point of a method is a better result than another.
func (m *Method) better(a, b Point) bool {
	if m.keep == byDice {
		return float64(m.sign())*(a.Dice-b.Dice) > 0
	}
	return a.Loss > b.Loss
}

// climb takes all steps of a run from an image, and predicts from where it ends.
func (r *ascent) climb(m *Method, from []float32, _ int) (*Fault, error) {
	l, err := r.take(m, from)
	if err != nil {
		return nil, err
	}
	return r.end(m, l)
}

// take takes all steps of a run. Without a clean gradient it begins at the clean image, and finds it.
func (r *ascent) take(m *Method, from []float32) (*loop, error) {
	l := r.newLoop(r.problem, m, from, r.clean)
	plan := func(b *memory) *core.Plan { return r.plan(r.problem, m, b) }
	waits, err := r.steps(r.ctx, l, plan, func(done int, p core.Program) bool { return r.step(l.look(p, done)) })
	for _, wait := range waits { // also after an error
		if failed := wait(); err == nil {
			err = failed
		}
	}
	if err != nil {
		return nil, err
	}
	if err := r.blame(r.ctx, plan, l.inputs, l.first); err != nil {
		return nil, err
	}
	if err := checkFinite("loss of a step", l.last[trace]); err != nil {
		return nil, err
	}
	if r.clean == nil {
		r.clean = &Gradient{Logits: l.first["logits"], Loss: l.first["loss"][0], Values: l.first["gradient"]}
	}
	return l, nil
}

// end predicts from where a loop ended, and returns the better of that and of what it has kept.
func (r *ascent) end(m *Method, l *loop) (*Fault, error) {
	f, err := r.settle(r.ctx, r.problem, l.last[adversarial])
	if err != nil {
		return nil, err
	}
	if f.Reached, err = r.reached(m, f.Logits); err != nil {
		return nil, err
	}
	points := append(points(l.last[trace], MaxSteps)[MaxSteps-l.steps:], f.Reached)
	if l.last[kept] != nil && l.last[keptScore][0] > m.score(f.Reached) {
		f = &Fault{Moved: l.last[kept], Adversarial: l.last[kept], Logits: l.last[keptLogits]}
		if r.problem.Own != nil { // which a saved copy shows a little differently than the graph does
			if f, err = r.settle(r.ctx, r.problem, f.Moved); err != nil {
				return nil, err
			}
		}
		if f.Reached, err = r.reached(m, f.Logits); err != nil {
			return nil, err
		}
	}
	f.Points = points
	return f, nil
}

// score is what a loop keeps the largest of.
func (m *Method) score(p Point) float32 {
	if m.keep == byDice {
		return m.sign() * float32(p.Dice)
	}
	return float32(p.Loss)
}

// Reach measures an image, and the clean one, by their logits. Of an objective whose target is sought the problem has the goal.
func (s *Session) Reach(ctx context.Context, p Problem, o Objective, clean, logits []float32) (Point, error) {
	r := &ascent{Session: s, ctx: ctx, problem: &p, clean: &Gradient{Logits: clean}}
	return r.reached(&Method{Shape: Shape{Objective: o}}, logits)
}

// reached measures an image by its logits. The loss of few numbers is hardly any work, and not one more program of the network.
func (r *ascent) reached(m *Method, after []float32) (p Point, err error) {
	network := r.Network.Shape()
	shape := core.Shape{1, network.Classes, r.Height, r.Width}
	logits, target := core.NewInput("logits", shape...), core.NewInput("target", shape...)
	value, _ := m.of(logits, target, core.Constant(0))
	loss, err := compute(r.ctx, value, values{"logits": after, "target": r.problem.target(network, &m.Objective, r.clean.Logits)})
	if err != nil {
		return p, err
	}
	p.Loss = float64(loss[0])
	if found := Mask(network, after); r.problem.Goal != nil {
		p.Dice = Compare(network, found, r.problem.Goal).Exact
		p.True = p.Dice
	} else {
		o := Compare(network, found, r.problem.reference(network, r.clean.Logits))
		p.Dice, p.True = o.Union, o.True
	}
	return p, nil
}

// project brings an image within a method's budget.
func (r *ascent) project(m *Method, image []float32) ([]float32, error) {
	at, _ := r.moment(r.problem)
	to := ball{centre: core.NewInput("origin", at.image.Shape...), epsilon: at.epsilon, inside: at.inside, share: 1}
	if m.Grey {
		to.share = 1 / float32(at.image.Shape[1])
	}
	in := r.limits(r.problem, m)
	in["image"], in["origin"] = image, r.problem.moved()
	return compute(r.ctx, row(norms, string(m.Norm)).project(at.image, to), in)
}

// compute evaluates a node on the CPU.
func compute(ctx context.Context, n *core.Node, in values) ([]float32, error) {
	plan := core.Compile(core.Outputs{"value": n})
	program, err := core.NewCPU(1).Load(plan)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	for name := range in {
		if _, has := plan.Inputs[name]; !has {
			delete(in, name)
		}
	}
	value := make([]float32, n.Shape.Count())
	return value, run(ctx, program, in, values{"value": value})
}
