package attack

import (
	"context"
	"fmt"
	"math"
	"slices"

	"segfault/core"
	"segfault/core/metrics"
	"segfault/core/net"
)

// Trial tries a list of methods with one network at one image size, image after
// image, and shares what they have in common: one forward pass for all, one
// backward pass for each objective, and batches of attacked images for the rest. Methods of
// more than a step from the clean image go through the loop, one by one. It is
// used by one goroutine at a time; trials on several backends may share a network.
type Trial struct {
	session         *Session
	methods         []Method
	objectives      []Objective
	singles         []int // of the methods, those of one step
	batch           int   // attacked images in one pass
	attack, predict core.Program
}

// Outcome is what one method of a trial did.
type Outcome struct {
	Method        Method
	Before, After metrics.Overlap // with the truth; without one, with the clean prediction
	// Flipped counts the mask elements that changed, of Elements.
	Flipped, Elements int
	Loss              float64 // at the clean image; of a baseline, which follows none, 0
	LInf, L2          float64 // change of the image, of the range [0, 1]
	// Alignment is the cosine between d loss / d logits and −label: 1 where the
	// attack does nothing but push down the logits of what is labelled.
	Alignment float64
	// Deviation is the largest element of |N·d loss / d logits + label|, N the
	// number of elements: 0 where the gradient is −label/N.
	Deviation float64
	// The attacked image, In×H×W, and its logits, Classes×H×W; both are only
	// lent until the next outcome.
	Adversarial, Logits []float32
}

// batchSize is how many attacked images one pass takes: more is no faster.
const batchSize = 8

// NewTrial compiles what the methods need.
func NewTrial(backend core.Backend, n net.Network, height, width int, methods []Method) (*Trial, error) {
	session, err := NewSession(backend, n, height, width)
	if err != nil {
		return nil, err
	}
	if len(methods) == 0 {
		return nil, fmt.Errorf("attack: a trial needs at least one method")
	}
	t := &Trial{session: session, methods: methods}
	for i, m := range methods {
		if err := m.Check(); err != nil {
			return nil, err
		}
		if !m.row().baseline && !slices.Contains(t.objectives, m.Objective) {
			t.objectives = append(t.objectives, m.Objective)
		}
		if m.Single() {
			t.singles = append(t.singles, i)
		}
		if m.Target == Painted {
			return nil, fmt.Errorf("attack: a trial has no painted masks; expected another label than %s", Painted)
		}
	}
	passes := max((len(t.singles)+batchSize-1)/batchSize, 1)
	t.batch = max((len(t.singles)+passes-1)/passes, 1)

	images := core.NewInput("images", t.batch, n.Shape().In, height, width)
	predict := core.Compile(core.Outputs{"logits": n.Logits(images)})
	attack := t.plan()
	if t.attack, err = backend.Load(attack); err != nil {
		return nil, err
	}
	if t.predict, err = backend.Load(predict); err != nil {
		t.attack.Close()
		return nil, err
	}
	return t, nil
}

// plan is the clean prediction, every gradient, and every image moved along one.
func (t *Trial) plan() *core.Plan {
	image := t.session.input("image")
	logits := t.session.Network.Logits(image)
	outputs := core.Outputs{"logits": logits}
	for k, o := range t.objectives {
		target := label(t.shape(), logits)
		if o.Target != Prediction {
			target = core.NewInput(name("target", k), logits.Shape...)
		}
		loss, rise := o.of(logits, target, core.Constant(0))
		g := core.Grad(rise, image, logits)
		outputs[name("loss", k)], outputs[name("at logits", k)] = loss, g[1]
		for _, i := range t.singles {
			if m := t.methods[i]; m.Objective == o {
				outputs[name(adversarial, i)] = m.move(&moment{origin: image, image: image, gradient: g[0],
					step: core.Constant(m.size()), epsilon: core.Constant(m.Epsilon)})
			}
		}
	}
	return core.Compile(outputs)
}

func name(what string, i int) string { return fmt.Sprintf("%s %d", what, i) }

// Close frees the programs.
func (t *Trial) Close() {
	t.session.Close()
	t.attack.Close()
	t.predict.Close()
}

// Run tries every method on an image, In×H×W, and passes the outcomes on in the
// order of the list. truth, Classes×H×W, may be nil where no method's target is
// Truth. An error of each ends the run.
func (t *Trial) Run(ctx context.Context, image []float32, truth []uint8, each func(Outcome) error) error {
	p := Problem{Image: image, Truth: truth}
	inputs := values{"image": image}
	for k, o := range t.objectives {
		if err := t.session.check(&p, &o); err != nil {
			return err
		}
		aimed, err := t.session.aimed(p, &o, func() ([]float32, error) { return t.session.Predict(ctx, image) })
		if err != nil {
			return err
		}
		if o.Target != Prediction {
			inputs[name("target", k)] = aimed.target(t.shape(), &o, nil)
		}
	}
	clean := make([]float32, t.shape().Classes*t.session.Height*t.session.Width)
	if err := run(ctx, t.attack, inputs, values{"logits": clean}); err != nil {
		return err
	}
	if err := checkFinite("logits", clean); err != nil {
		return err
	}
	before, reference := Mask(t.shape(), clean), p.reference(t.shape(), clean)
	base := Outcome{Before: Compare(t.shape(), before, reference), Elements: len(Foreground(t.shape(), before))}
	slopes := map[Objective]Outcome{}
	for k, o := range t.objectives {
		slope := base
		label := inputs[name("target", k)]
		if label == nil {
			label = floats(before)
		}
		if err := t.slope(ctx, k, label, &slope); err != nil {
			return err
		}
		slopes[o] = slope
	}
	pass := t.newPass(image, clean)
	for _, m := range t.methods {
		o := base
		if !m.row().baseline {
			o = slopes[m.Objective]
		}
		o.Method = m
		var err error
		if m.Single() {
			o.Adversarial, o.Logits, err = pass.next(ctx)
		} else if f, failed := t.loop(ctx, p, m, clean); failed != nil {
			err = failed
		} else {
			o.Adversarial, o.Logits = f.Adversarial, f.Logits
		}
		if err == nil {
			err = checkFinite("attacked image's logits", o.Logits)
		}
		if err != nil {
			return err
		}
		after := Mask(t.shape(), o.Logits)
		o.After, o.Flipped = Compare(t.shape(), after, reference), flipped(Foreground(t.shape(), before), Foreground(t.shape(), after))
		o.LInf, o.L2 = distance(image, o.Adversarial)
		if err := each(o); err != nil {
			return err
		}
	}
	return nil
}

// loop runs a method of more than a step. A baseline needs nothing but the clean prediction, which is there.
func (t *Trial) loop(ctx context.Context, p Problem, m Method, clean []float32) (*Fault, error) {
	if row := m.row(); row.baseline && m.Restarts == 0 {
		return row.run(&ascent{Session: t.session, ctx: ctx, problem: &p, clean: &Gradient{Logits: clean}}, &m, nil, 0)
	}
	_, f, err := t.session.Run(ctx, p, m, nil)
	return f, err
}

func (t *Trial) shape() net.Shape { return t.session.Network.Shape() }

// pass predicts from the images of single steps, a batch at a time.
type pass struct {
	*Trial
	at             int // of the singles
	images, logits []float32
}

func (t *Trial) newPass(image, clean []float32) *pass {
	return &pass{Trial: t, images: make([]float32, t.batch*len(image)), logits: make([]float32, t.batch*len(clean))}
}

// next is the next attacked image with its logits.
func (p *pass) next(ctx context.Context) (adversarial, logits []float32, err error) {
	image, classes := len(p.images)/p.batch, len(p.logits)/p.batch
	in := p.at % p.batch
	if in == 0 {
		for j, i := range p.singles[p.at:min(p.at+p.batch, len(p.singles))] {
			if err := p.attack.Read(ctx, name("adversarial", i), p.images[j*image:][:image]); err != nil {
				return nil, nil, err
			}
		}
		if err := run(ctx, p.predict, values{"images": p.images}, values{"logits": p.logits}); err != nil {
			return nil, nil, err
		}
	}
	p.at++
	return p.images[in*image:][:image], p.logits[in*classes:][:classes], nil
}

// slope measures an objective and its gradient at the logits.
func (t *Trial) slope(ctx context.Context, k int, label []float32, o *Outcome) error {
	g, loss := make([]float32, len(label)), make([]float32, 1)
	if err := t.attack.Read(ctx, name("loss", k), loss); err != nil {
		return err
	}
	if err := t.attack.Read(ctx, name("at logits", k), g); err != nil {
		return err
	}
	for what, x := range map[string][]float32{"loss": loss, "gradient by the logits": g} {
		if err := checkFinite(what, x); err != nil {
			return err
		}
	}
	o.Loss = float64(loss[0])
	o.Alignment, o.Deviation = align(g, label)
	return nil
}

// align compares a gradient at the logits with −label; see Outcome.
func align(g, label []float32) (cosine, deviation float64) {
	var dot, gg, ll float64
	for i, v := range g {
		v, l := float64(v), float64(label[i])
		dot, gg, ll = dot-v*l, gg+v*v, ll+l*l
		deviation = max(deviation, math.Abs(float64(len(g))*v+l))
	}
	if gg > 0 && ll > 0 {
		cosine = dot / math.Sqrt(gg) / math.Sqrt(ll)
	}
	return cosine, deviation
}
