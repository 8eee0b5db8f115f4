package attack

import (
	"context"
	"fmt"
	"math"
	"slices"

	"segfault/core"
	"segfault/core/net"
)

// Trial tries a list of attacks of one step with one model at one image size,
// image after image, and shares what they have in common: one forward pass for
// all, one backward pass for each loss, order and label, and batches of attacked
// images for the rest. It is used by one goroutine at a time; trials on several
// backends may share a model.
type Trial struct {
	attacks           []Attack
	slopes            []slope
	slopeOf           []int // of each attack
	classes, pixels   int   // pixels of one channel
	batch             int   // attacked images in one pass
	needs             bool  // a truth
	attack, predict   core.Program
	attackOn, forward int // FLOPs of one run of each
}

// slope is what a gradient depends on.
type slope struct {
	loss    core.Loss
	swapped bool
	label   Label
}

// Outcome is what one attack of a trial did.
type Outcome struct {
	Attack        Attack
	Before, After Overlap // with the truth; without one, with the clean prediction
	// Flipped counts the mask elements that changed, of Elements.
	Flipped, Elements int
	Loss              float64 // at the clean image
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

// NewTrial compiles what the attacks need.
func NewTrial(backend core.Backend, m net.Network, height, width int, attacks []Attack) (*Trial, error) {
	if err := m.Shape().Check(height, width); err != nil {
		return nil, err
	}
	if len(attacks) == 0 {
		return nil, fmt.Errorf("attack: a trial needs at least one attack")
	}
	t := &Trial{attacks: attacks, classes: m.Shape().Classes, pixels: height * width}
	for _, a := range attacks {
		if err := a.Check(); err != nil {
			return nil, err
		}
		if a.Steps > 1 {
			return nil, fmt.Errorf("attack: a trial takes attacks of one step, found one of %d", a.Steps)
		}
		if a.Region != nil {
			return nil, fmt.Errorf("attack: a trial attacks everywhere, found an attack on a region")
		}
		s := slope{a.Loss, a.Swapped, a.Label}
		at := slices.Index(t.slopes, s)
		if at < 0 {
			at, t.slopes = len(t.slopes), append(t.slopes, s)
		}
		t.slopeOf = append(t.slopeOf, at)
		t.needs = t.needs || a.Label == Truth
	}
	passes := (len(attacks) + batchSize - 1) / batchSize
	t.batch = (len(attacks) + passes - 1) / passes

	images := core.NewInput("images", t.batch, m.Shape().In, height, width)
	predict := core.Compile(core.Outputs{"logits": m.Logits(images)})
	attack := t.plan(m, height, width)
	t.forward, t.attackOn = predict.FLOPs(), attack.FLOPs()
	var err error
	if t.attack, err = backend.Load(attack); err != nil {
		return nil, err
	}
	if t.predict, err = backend.Load(predict); err != nil {
		t.attack.Close()
		return nil, err
	}
	return t, nil
}

// plan is the clean prediction, every slope, and every image moved along one.
func (t *Trial) plan(m net.Network, height, width int) *core.Plan {
	image := core.NewInput("image", 1, m.Shape().In, height, width)
	logits := m.Logits(image)
	truth, prediction := core.NewInput("target", logits.Shape...), core.Stop(core.Positive(logits))
	outputs := core.Outputs{"logits": logits}
	for k, s := range t.slopes {
		target := prediction
		if s.label == Truth {
			target = truth
		}
		loss := Attack{Loss: s.loss, Swapped: s.swapped}.loss(logits, target)
		g := core.Grad(loss, image, logits)
		outputs[name("loss", k)], outputs[name("at logits", k)] = loss, g[1]
		for i, a := range t.attacks {
			if t.slopeOf[i] == k {
				outputs[name("adversarial", i)] = core.SignStep(image, image, g[0], core.Constant(a.budget()...), a.Scheme == Blend, a.Shared)
			}
		}
	}
	return core.Compile(outputs)
}

func name(what string, i int) string { return fmt.Sprintf("%s %d", what, i) }

// Close frees the programs.
func (t *Trial) Close() {
	t.attack.Close()
	t.predict.Close()
}

// FLOPs is how many floating-point operations one image takes.
func (t *Trial) FLOPs() int { return t.attackOn + (len(t.attacks)+t.batch-1)/t.batch*t.forward }

// Run tries every attack on an image, In×H×W, and passes the outcomes on in the
// order of the list. truth, Classes×H×W, may be nil where no attack's label is
// Truth. An error of each ends the run.
func (t *Trial) Run(ctx context.Context, image []float32, truth []uint8, each func(Outcome) error) error {
	if t.needs && truth == nil {
		return fmt.Errorf("attack: there is no truth to attack with; expected %d×%d values", t.classes, t.pixels)
	}
	inputs := values{"image": image}
	if t.needs {
		inputs["target"] = floats(truth)
	}
	clean := make([]float32, t.classes*t.pixels)
	if err := run(ctx, t.attack, inputs, values{"logits": clean}); err != nil {
		return err
	}
	if err := checkFinite("logits", clean); err != nil {
		return err
	}
	before := Mask(clean)
	reference := truth
	if truth == nil {
		reference = before
	}
	base := Outcome{Before: Compare(before, reference, t.classes), Elements: len(before)}
	slopes := make([]Outcome, len(t.slopes))
	for k, s := range t.slopes {
		slopes[k] = base
		label := before
		if s.label == Truth {
			label = truth
		}
		if err := t.slope(ctx, k, label, &slopes[k]); err != nil {
			return err
		}
	}
	images, logits := make([]float32, t.batch*len(image)), make([]float32, t.batch*len(clean))
	for first := 0; first < len(t.attacks); first += t.batch {
		group := t.attacks[first:min(first+t.batch, len(t.attacks))]
		for j := range group {
			if err := t.attack.Read(ctx, name("adversarial", first+j), images[j*len(image):][:len(image)]); err != nil {
				return err
			}
		}
		if err := run(ctx, t.predict, values{"images": images}, values{"logits": logits}); err != nil {
			return err
		}
		for j, a := range group {
			o := slopes[t.slopeOf[first+j]]
			o.Attack, o.Adversarial, o.Logits = a, images[j*len(image):][:len(image)], logits[j*len(clean):][:len(clean)]
			if err := checkFinite("attacked image's logits", o.Logits); err != nil {
				return err
			}
			after := Mask(o.Logits)
			o.After, o.Flipped = Compare(after, reference, t.classes), flipped(before, after)
			o.LInf, o.L2 = distance(image, o.Adversarial)
			if err := each(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// slope measures a loss and its gradient at the logits.
func (t *Trial) slope(ctx context.Context, k int, label []uint8, o *Outcome) error {
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
func align(g []float32, label []uint8) (cosine, deviation float64) {
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

func floats(planes []uint8) []float32 {
	f := make([]float32, len(planes))
	for i, v := range planes {
		f[i] = float32(v)
	}
	return f
}
