package attack

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"segfault/core"
	"segfault/core/net"
)

// Session attacks one model at one image size on one backend. Its programs are
// compiled when first needed and kept. Several goroutines may use it: one at a
// time computes, while others wait for the results of what they computed.
type Session struct {
	Model         net.Network
	Height, Width int

	turn     sync.Mutex // held by who computes
	backend  core.Backend
	programs map[key]core.Program
}

// key names a program: what of an attack its plan depends on.
type key struct {
	part    string
	loss    core.Loss
	swapped bool
	scheme  Scheme
	label   Label
	shared  bool
	region  bool
}

// NewSession checks the image size; nothing is compiled yet.
func NewSession(backend core.Backend, m net.Network, height, width int) (*Session, error) {
	if err := m.Shape().Check(height, width); err != nil {
		return nil, err
	}
	return &Session{Model: m, Height: height, Width: width, backend: backend, programs: map[key]core.Program{}}, nil
}

// Close frees the programs.
func (s *Session) Close() {
	s.turn.Lock()
	defer s.turn.Unlock()
	for k, p := range s.programs {
		p.Close()
		delete(s.programs, k)
	}
}

// Gradient is what an attack knows after one forward and one backward pass.
type Gradient struct {
	Logits []float32 // of the clean image, Classes×H×W
	Loss   float32
	Values []float32 // d loss / d image, In×H×W
}

// Fault is an attacked image and what the model makes of it.
type Fault struct {
	Adversarial []float32 // In×H×W
	Logits      []float32 // Classes×H×W
}

// image is a new input node of the session's size.
func (s *Session) image(name string) *core.Node {
	return core.NewInput(name, 1, s.Model.Shape().In, s.Height, s.Width)
}

func (s *Session) pixels() (in, classes int) {
	n := s.Height * s.Width
	return s.Model.Shape().In * n, s.Model.Shape().Classes * n
}

// Predict gives the logits of an image, In×H×W.
func (s *Session) Predict(ctx context.Context, image []float32) ([]float32, error) {
	_, classes := s.pixels()
	logits := make([]float32, classes)
	return logits, s.run(ctx, key{part: "predict"}, func() *core.Plan {
		return core.Compile(core.Outputs{"logits": s.Model.Logits(s.image("image"))})
	}, values{"image": image}, values{"logits": logits})
}

// Gradient computes the gradient of the attack's loss at an image. target,
// Classes×H×W of 0 or 1, is read where the label is Truth.
func (s *Session) Gradient(ctx context.Context, image, target []float32, a Attack) (*Gradient, error) {
	if err := s.check(a, image, target); err != nil {
		return nil, err
	}
	g, outputs := s.slope()
	err := s.run(ctx, key{part: "gradient", loss: a.Loss, swapped: a.Swapped, label: a.Label}, func() *core.Plan {
		return core.Compile(s.gradient(s.image("image"), a))
	}, inputs(image, target, a), outputs)
	g.Loss = outputs["loss"][0]
	return g, err
}

// slope is an empty gradient with the outputs that fill it, but for the loss.
func (s *Session) slope() (*Gradient, values) {
	in, classes := s.pixels()
	g := &Gradient{Logits: make([]float32, classes), Values: make([]float32, in)}
	return g, values{"logits": g.Logits, "gradient": g.Values, "loss": {0}}
}

func inputs(image, target []float32, a Attack) values {
	if a.Label == Truth {
		return values{"image": image, "target": target}
	}
	return values{"image": image}
}

// gradient builds forward and backward.
func (s *Session) gradient(image *core.Node, a Attack) core.Outputs {
	logits := s.Model.Logits(image)
	target := core.Stop(core.Positive(logits))
	if a.Label == Truth {
		target = core.NewInput("target", logits.Shape...)
	}
	loss := a.loss(logits, target)
	return core.Outputs{"logits": logits, "loss": loss, "gradient": core.Grad(loss, image)[0]}
}

// Apply moves an image along the sign of a gradient and predicts again. It is
// all that a change of epsilon costs.
func (s *Session) Apply(ctx context.Context, image []float32, g *Gradient, a Attack) (*Fault, error) {
	if err := s.check(a, image, nil); err != nil {
		return nil, err
	}
	in := values{"image": image, "gradient": g.Values}
	if err := s.limit(in, a); err != nil {
		return nil, err
	}
	f := s.fault()
	return f, s.run(ctx, key{part: "apply", scheme: a.Scheme, shared: a.Shared, region: a.Region != nil}, func() *core.Plan {
		image := s.image("image")
		moved := a.step(image, image, s.image("gradient"))
		return core.Compile(core.Outputs{"adversarial": moved, "after": s.Model.Logits(moved)})
	}, in, values{"adversarial": f.Adversarial, "after": f.Logits})
}

// limit adds the inputs of a step: how far it goes, and where.
func (s *Session) limit(in values, a Attack) error {
	in["budget"] = a.budget()
	if a.Region == nil {
		return nil
	}
	inside := a.Region.Inside
	if len(inside) != s.Height*s.Width {
		return fmt.Errorf("attack: the region has %d values; the model's input has %d×%d pixels", len(inside), s.Height, s.Width)
	}
	in["region"] = slices.Repeat(inside, s.Model.Shape().In)
	return nil
}

func (s *Session) fault() *Fault {
	in, classes := s.pixels()
	return &Fault{make([]float32, in), make([]float32, classes)}
}

// check refuses wrong sizes before anything runs.
func (s *Session) check(a Attack, image, target []float32) error {
	if err := a.Check(); err != nil {
		return err
	}
	in, classes := s.pixels()
	if len(image) != in {
		return fmt.Errorf("attack: the image has %d values; the model expects %d×%d×%d", len(image), s.Model.Shape().In, s.Height, s.Width)
	}
	if target != nil && len(target) != classes {
		return fmt.Errorf("attack: the truth has %d values; the model expects %d×%d×%d", len(target), s.Model.Shape().Classes, s.Height, s.Width)
	}
	return nil
}

// run runs a program and waits for what it reads, in its turn but for the waiting.
func (s *Session) run(ctx context.Context, k key, plan func() *core.Plan, write, read values) error {
	wait, err := s.start(ctx, k, plan, write, read)
	if err != nil {
		return err
	}
	if err := wait(); err != nil {
		return err
	}
	return s.blame(ctx, plan, write, read)
}

func (s *Session) start(ctx context.Context, k key, plan func() *core.Plan, write, read values) (wait func() error, err error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	p, err := s.program(k, plan)
	if err != nil {
		return nil, err
	}
	return start(ctx, p, write, read)
}

// program finds a program, or compiles and loads it.
func (s *Session) program(k key, plan func() *core.Plan) (core.Program, error) {
	if p := s.programs[k]; p != nil {
		return p, nil
	}
	p, err := s.backend.Load(plan())
	if err != nil {
		return nil, err
	}
	s.programs[k] = p
	return p, nil
}

// values are tensors by name.
type values map[string][]float32

// start runs a program; what it reads is there after wait.
func start(ctx context.Context, p core.Program, write, read values) (wait func() error, err error) {
	for name, v := range write {
		if err := p.Write(name, v); err != nil {
			return nil, err
		}
	}
	if err := p.Run(ctx); err != nil {
		return nil, err
	}
	return p.Fetch(ctx, read)
}

func run(ctx context.Context, p core.Program, write, read values) error {
	wait, err := start(ctx, p, write, read)
	if err != nil {
		return err
	}
	return wait()
}
