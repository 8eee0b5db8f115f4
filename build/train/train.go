// Package train trains a network of package unet on a folder of slices with
// masks, on the project's own core.
//
// What cannot be trained is refused before it begins (check.go). Slices and, as
// a part of every batch, simulated ones are loaded (data.go, simulate.go, batch.go)
// and changed at random (augment.go). Run trains in stages of growing
// images: a plan of forward, backward and optimiser, whose parameters are the
// trainer's tensors; their running averages are validated now and then, and
// the best are kept (score.go). A checkpoint holds everything, so that training goes
// on where it was stopped (checkpoint.go), with what it was given and nothing else
// (settings.go). Publish folds, rounds and scores what ships, and writes its card
// (publish.go).
package train

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"segfault/core"
	"segfault/core/unet"
)

// Stage is a part of the training at one image size.
type Stage struct{ Size, Batch, Steps int }

// String is SIZExBATCH:STEPS, as the command line has it.
func (s Stage) String() string { return fmt.Sprintf("%dx%d:%d", s.Size, s.Batch, s.Steps) }

// Config says what to train and how.
type Config struct {
	Data      string // folder with train/ and val/ (and test/ for the card)
	Classes   []Class
	Spec      unet.Spec
	InputSize int // at which the model will be used and is validated
	Stages    []Stage
	Rate      float64 // highest learning rate
	Decay     float64
	Phantoms  float64 // share of simulated slices in every batch
	Strong    bool    // change slices more than usual, where there are few
	Seed      uint64
	Loss      core.Loss // of each image, in place of the usual sum; may be empty
	// Adversarial is the ε of the attack that half of every batch is under; 0 is none.
	Adversarial float64
	From        string // other trainings' checkpoints, with commas, to take the mean of their averaged weights from, or a published file of weights; may be empty
	Narrow      int    // where From's network is narrower: what its widths were divided by
	Checkpoint  string // file to save to and to resume from
	Every       int    // steps between validations and checkpoints
	Log         io.Writer
}

// steps is the length of the whole training.
func (c Config) steps() int {
	n := 0
	for _, s := range c.Stages {
		n += s.Steps
	}
	return n
}

// state is everything that a checkpoint holds.
type state struct {
	config   Config
	settings []setting
	trainer  *unet.Trainer
	adam     core.AdamW
	moments  map[string]core.Moments
	mean     map[string]*core.Tensor // running averages of the trainer's tensors
	step     int
	best     float64 // validation Dice of the best weights so far
	bestOf   map[string]*core.Tensor
	bestAt   int
	cpu      *core.CPU
	val      []Item
	began    time.Time
	from     int // the step that this process began with
	saved    int // the step of the checkpoint, 0 without one
}

// The learning rate rises over the first warming steps, and averaged weights are a mean over some averaged steps; of a short training over
// a tenth of it. The average is what is validated and published; it scores higher than any single step's weights (Tarvainen and Valpola 2017).
const warming, averaged = 200, 300

// part is a number of steps, but at most a tenth of the training.
func (c Config) part(steps int) int { return max(min(steps, c.steps()/10), 1) }

// Run trains, or goes on where the checkpoint stopped, and returns the weights
// that did best on the validation set.
func Run(ctx context.Context, c Config) (*Result, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := c.Agree(); err != nil {
		return nil, err
	}
	settings, err := c.settings()
	if err != nil {
		return nil, err
	}
	s := &state{config: c, settings: settings, trainer: unet.NewTrainer(c.Spec, c.Seed), adam: core.DefaultAdamW,
		moments: map[string]core.Moments{}, cpu: core.NewCPU(0), began: time.Now()}
	s.adam.Decay = float32(c.Decay)
	s.trainer.Build(core.NewInput("x", 1, c.Spec.In, c.Spec.Multiple(), c.Spec.Multiple())) // draws all weights
	for _, name := range s.trainer.Order {
		s.moments[name] = core.NewMoments(s.trainer.Tensors[name].Shape)
	}
	if err := s.transfer(); err != nil {
		return nil, err
	}
	s.mean = copyTensors(s.trainer.Tensors)
	if err := s.resume(); err != nil {
		return nil, err
	}
	s.from = s.step
	if s.val, err = LoadFolder(c.Data+"/val", c.InputSize, c.Classes); err != nil {
		return nil, err
	}
	first := 0
	for _, stage := range c.Stages {
		if s.step < first+stage.Steps {
			if err := s.runStage(ctx, stage, first); err != nil {
				return nil, err
			}
		}
		first += stage.Steps
	}
	if s.bestOf == nil {
		return nil, fmt.Errorf("train: no step was made, so there are no weights")
	}
	spec, _ := s.trainer.Checkpoint()
	return &Result{Spec: spec, Tensors: s.bestOf, Dice: s.best, Step: s.bestAt}, nil
}

// Result is a trained network.
type Result struct {
	Spec    unet.Spec
	Tensors map[string]*core.Tensor
	Dice    float64 // on the validation set
	Step    int     // at which it was reached
}

func (s *state) runStage(ctx context.Context, stage Stage, first int) error {
	c := s.config
	items, err := LoadFolder(c.Data+"/train", stage.Size, c.Classes)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Log, "%d images at %d×%d, batches of %d, steps %d to %d\n", len(items), stage.Size, stage.Size, stage.Batch, s.step, first+stage.Steps)
	source := newSource(c, stage, items)
	program, err := s.load(stage)
	if err != nil {
		return err
	}
	defer program.Close()

	batches := source.batches(ctx, s.step, first+stage.Steps)
	var loss float64
	var seen int
	for s.step < first+stage.Steps {
		b, ok := <-batches
		if !ok {
			return ctx.Err()
		}
		if err := s.harden(ctx, b, stage); err != nil {
			return err
		}
		rate := core.Cosine(c.Rate, c.Rate/200, s.step, c.part(warming), c.steps())
		one, err := s.step1(ctx, program, b, s.adam.Rate(rate, s.step+1))
		if err != nil {
			return err
		}
		if math.IsNaN(one) || math.IsInf(one, 0) {
			return s.diverged()
		}
		loss, seen = loss+one, seen+1
		s.step++
		if s.step%c.Every == 0 || s.step == c.steps() {
			if err := s.validate(ctx, loss/float64(seen), rate); err != nil {
				return err
			}
			loss, seen = 0, 0
		}
	}
	return nil
}

// loss is what is made smaller.
func (c Config) loss(logits, target *core.Node) *core.Node {
	if c.Loss != "" {
		return c.Loss.Of(logits, target)
	}
	return core.Add(core.Add(core.BatchDice(logits, target), core.UnionDice(logits, target)), core.Focal.Of(logits, target))
}

// load compiles forward, loss, gradients and the optimiser into one program.
func (s *state) load(stage Stage) (core.Program, error) {
	c := s.config
	x := core.NewInput("x", stage.Batch, c.Spec.In, stage.Size, stage.Size)
	target := core.NewInput("target", stage.Batch, c.Spec.Classes, stage.Size, stage.Size)
	rate := core.NewInput("rate", 3)
	logits, parameters, effects := s.trainer.Build(x)
	loss := c.loss(logits, target)
	for i, g := range core.Grad(loss, parameters...) {
		effects = append(effects, s.adam.Update(parameters[i], g, rate, s.moments[parameters[i].Name]))
	}
	for _, name := range slices.Sorted(maps.Keys(s.mean)) { // after the updates: effects keep their order
		to, from := core.NewParameter(name+".mean", s.mean[name]), core.NewParameter(name, s.trainer.Tensors[name])
		effects = append(effects, core.Follow(to, from, 1/float32(c.part(averaged))))
	}
	return s.cpu.Load(core.Compile(core.Outputs{"loss": loss}, effects...))
}

func (s *state) step1(ctx context.Context, program core.Program, b batch, rate []float32) (float64, error) {
	inputs := s.trainer.Survival(random(s.config.Seed+1, s.step)) // another stream than the batch's
	inputs["x"], inputs["target"], inputs["rate"] = b.images, b.targets, rate
	for name, v := range inputs {
		if err := program.Write(name, v); err != nil {
			return 0, err
		}
	}
	if err := program.Run(ctx, nil); err != nil {
		return 0, err
	}
	var loss [1]float32
	err := program.Read(ctx, "loss", loss[:])
	return float64(loss[0]), err
}

// validate measures the network as it would be used, and saves.
func (s *state) validate(ctx context.Context, loss, rate float64) error {
	_, tensors := s.trainer.CheckpointOf(s.mean)
	network, err := unet.NewModel(tensors)
	if err != nil {
		return err
	}
	score, err := Score(ctx, s.cpu, network, s.config.InputSize, s.val)
	if err != nil {
		return err
	}
	reached, under := score.True, ""
	if s.config.Adversarial > 0 {
		items, err := s.attacked(ctx)
		if err != nil {
			return err
		}
		attacked, err := Score(ctx, s.cpu, network, s.config.InputSize, items)
		if err != nil {
			return err
		}
		reached, under = (score.True+attacked.True)/2, fmt.Sprintf(" (clean %.4f, attacked %.4f)", score.True, attacked.True)
	}
	if s.bestOf == nil || reached > s.best {
		s.best, s.bestAt, s.bestOf = reached, s.step, copyTensors(tensors)
	}
	perStep := time.Since(s.began) / time.Duration(max(s.step-s.from, 1))
	left := perStep * time.Duration(s.config.steps()-s.step)
	fmt.Fprintf(s.config.Log, "step %d/%d  loss %.4f  rate %.2g  validation Dice of the true class %.4f%s (best %.4f), of the union %.4f  %s left\n",
		s.step, s.config.steps(), loss, rate, reached, under, s.best, score.Union, left.Round(time.Second))
	return s.save()
}

// diverged is the end of a training whose numbers are none any more. What the checkpoint holds is from before.
func (s *state) diverged() error {
	kept := "none was kept"
	if s.config.Checkpoint != "" {
		kept = fmt.Sprintf("%s has none yet", s.config.Checkpoint)
		if s.saved > 0 {
			kept = fmt.Sprintf("%s keeps step %d", s.config.Checkpoint, s.saved)
		}
	}
	return fmt.Errorf("train: the loss is no number any more at step %d; the last good checkpoint: %s; begin anew with a lower -rate, or look into the data for values that are no numbers", s.step+1, kept)
}

func copyTensors(from map[string]*core.Tensor) map[string]*core.Tensor {
	to := map[string]*core.Tensor{}
	for name, t := range from {
		to[name] = &core.Tensor{Shape: t.Shape, Data: append([]float32(nil), t.Data...)}
	}
	return to
}

// random is the generator of one step: a resumed training draws what an
// uninterrupted one would have drawn.
func random(seed uint64, step int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(step)+1)) }
