package attack

import (
	"context"
	"fmt"
	"sync"

	"segfault/core"
	"segfault/core/net"
)

// Session attacks one network at one image size on one backend. Its programs are
// compiled when first needed and kept. Several goroutines may use it: one at a
// time computes, while others wait for the results of what they computed.
type Session struct {
	Network       net.Network
	Height, Width int

	turn     sync.Mutex // held by who computes
	backend  core.Backend
	programs map[key]loaded
}

// key names a program: what of a method and of a problem its plan depends on.
type key struct {
	part string
	Shape
	region, truth bool
	view          View
}

// loaded is a program with the inputs that it has, and what its memory holds at first.
type loaded struct {
	core.Program
	inputs  map[string]int
	initial values
}

// write writes inputs, of a view's those that the program has.
func (p loaded) write(inputs values) error {
	for name, v := range inputs {
		if _, has := p.inputs[name]; !has {
			continue
		}
		if err := p.Write(name, v); err != nil {
			return err
		}
	}
	return nil
}

// NewSession checks the image size; nothing is compiled yet.
func NewSession(backend core.Backend, n net.Network, height, width int) (*Session, error) {
	if err := n.Shape().Check(height, width); err != nil {
		return nil, err
	}
	return &Session{Network: n, Height: height, Width: width, backend: backend, programs: map[key]loaded{}}, nil
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
	Values []float32 // d loss / d network's input, In×H×W
}

// Fault is an attacked image and what the network makes of it.
type Fault struct {
	Moved       []float32 // what was moved: the network's input, or a problem's own image
	Adversarial []float32 // the network's input, In×H×W
	Logits      []float32 // Classes×H×W
	// Goal is what the model was to find, Classes×H×W; nil where it was not to find anything.
	Goal []uint8
	// Points are where a loop began and what it had reached after each step, of the run that counts; Reached is what
	// is its result. Empty after a single step from the clean image.
	Points  []Point
	Reached Point
}

// Point is what an attack has reached.
type Point struct {
	// Loss is the objective, without its weights: what is made larger.
	Loss float64 `json:"loss"`
	// Dice is that of all classes together, with the truth or else with the clean prediction; of a target that is sought, that with it,
	// class by class.
	Dice float64 `json:"dice"`
	// True is the Dice of the reference's own classes; with a target that is sought, Dice.
	True float64 `json:"true"`
}

// Predict gives the logits of a network's input.
func (s *Session) Predict(ctx context.Context, image []float32) ([]float32, error) {
	logits := make([]float32, s.Network.Shape().Classes*s.Height*s.Width)
	return logits, s.run(ctx, key{part: "predict"}, func(*memory) *core.Plan {
		return core.Compile(core.Outputs{"logits": s.Network.Logits(s.input("image"))})
	}, values{"image": image}, values{"logits": logits})
}

// Leave is what an attack that leaves the image as it is does: the gradient is 0.
func (s *Session) Leave(ctx context.Context, p Problem) (*Gradient, *Fault, error) {
	logits, err := s.Predict(ctx, p.Image)
	return &Gradient{Logits: logits, Values: make([]float32, len(p.Image))}, &Fault{Moved: p.moved(), Adversarial: p.Image, Logits: logits}, err
}

// Gradient computes the gradient of an objective at the clean image.
func (s *Session) Gradient(ctx context.Context, p Problem, o Objective) (*Gradient, error) {
	if err := s.check(&p, &o); err != nil {
		return nil, err
	}
	p, err := s.aimed(p, &o, func() ([]float32, error) { return s.Predict(ctx, p.Image) })
	if err != nil {
		return nil, err
	}
	g, outputs := s.slope()
	err = s.run(ctx, key{part: "gradient", Shape: Shape{Objective: o.program()}}, func(*memory) *core.Plan {
		return core.Compile(s.gradient(s.input("image"), &o))
	}, p.inputs(s.Network.Shape(), &o), outputs)
	g.Loss = outputs["loss"][0]
	return g, err
}

// input is a new input node of the network's input.
func (s *Session) input(name string) *core.Node {
	return core.NewInput(name, 1, s.Network.Shape().In, s.Height, s.Width)
}

// inputs are the clean image and what the objective needs to know.
func (p *Problem) inputs(shape net.Shape, o *Objective) values {
	in := values{"image": p.Image}
	if o.Target != Prediction {
		in["target"] = p.target(shape, o, nil)
	}
	return in
}

// slope is an empty gradient with the outputs that fill it, but for the loss.
func (s *Session) slope() (*Gradient, values) {
	shape, n := s.Network.Shape(), s.Height*s.Width
	g := &Gradient{Logits: make([]float32, shape.Classes*n), Values: make([]float32, shape.In*n)}
	return g, values{"logits": g.Logits, "gradient": g.Values, "loss": {0}}
}

// gradient builds forward and backward of the clean image.
func (s *Session) gradient(image *core.Node, o *Objective) core.Outputs {
	logits := s.Network.Logits(image)
	target := label(s.Network.Shape(), logits)
	if o.Target != Prediction {
		target = core.NewInput("target", logits.Shape...)
	}
	loss, rise := o.of(logits, target, core.Constant(0))
	return core.Outputs{"logits": logits, "loss": loss, "gradient": core.Grad(rise, image)[0]}
}

// run runs a program and waits for what it reads, in its turn but for the waiting.
func (s *Session) run(ctx context.Context, k key, plan func(*memory) *core.Plan, write, read values) error {
	wait, err := s.start(ctx, k, plan, write, read)
	if err != nil {
		return err
	}
	if err := wait(); err != nil {
		return err
	}
	return s.blame(ctx, plan, write, read)
}

func (s *Session) start(ctx context.Context, k key, plan func(*memory) *core.Plan, write, read values) (wait func() error, err error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	p, err := s.program(k, plan)
	if err != nil {
		return nil, err
	}
	if err := p.write(write); err != nil {
		return nil, err
	}
	return start(ctx, p, nil, read)
}

// program finds a program, or compiles and loads it.
func (s *Session) program(k key, plan func(*memory) *core.Plan) (loaded, error) {
	if p, ok := s.programs[k]; ok {
		return p, nil
	}
	b := newMemory()
	compiled, err := core.Try(func() *core.Plan { return plan(b) })
	if err != nil {
		return loaded{}, fmt.Errorf("attack: the network's graph does not fit an image of %d×%d pixels: %w; choose another size", s.Height, s.Width, err)
	}
	program, err := s.backend.Load(compiled)
	if err != nil {
		return loaded{}, err
	}
	s.programs[k] = loaded{program, compiled.Inputs, b.initial}
	return s.programs[k], nil
}

// values are tensors by name.
type values map[string][]float32

// start runs a program; what it reads is there after wait.
func start(ctx context.Context, p core.Program, in, out values) (wait func() error, err error) {
	for name, v := range in {
		if err := p.Write(name, v); err != nil {
			return nil, err
		}
	}
	if err := p.Run(ctx, nil); err != nil {
		return nil, err
	}
	return p.Fetch(ctx, out)
}

// run runs a program and waits for what it reads.
func run(ctx context.Context, p core.Program, in, out values) error {
	wait, err := start(ctx, p, in, out)
	if err != nil {
		return err
	}
	return wait()
}
