package attack

import (
	"context"
	"errors"
	"fmt"
	"math"

	"segfault/core/names"
)

// Target is what the loss compares the network's output with.
type Target string

// The targets. Of the first two a loss is made larger, so that the network finds something else; the others are what it is to find
// instead.
const (
	Truth       Target = "truth"
	Prediction  Target = "prediction"
	Vanish      Target = "vanish"
	Swap        Target = "swap"
	Hallucinate Target = "hallucinate"
	Painted     Target = "painted"
)

type target struct {
	names.Entry
	sought  bool // the loss with it is made smaller
	classed bool // it is of a class that may be chosen
	// aim makes its foreground; nil where it is not made but given.
	aim func(a *aim) ([]uint8, error)
}

var targets = []*target{
	{Entry: names.Entry{Name: string(Truth), Title: "truth", About: "A given segmentation: the attack knows what is to be found."}},
	{Entry: names.Entry{Name: string(Prediction), Title: "prediction", About: "The model’s own answer to the clean image: the attack knows nothing more."}},
	{Entry: names.Entry{Name: string(Vanish), Title: "nothing", About: "The model is to find nothing."}, sought: true, aim: (*aim).vanish},
	{Entry: names.Entry{Name: string(Swap), Title: "another class", About: "The model is to take what is there for another class: for the next one, or for a given one."}, sought: true, classed: true, aim: (*aim).swap},
	{Entry: names.Entry{Name: string(Hallucinate), Title: "a lesion that is not there", About: "The model is to find a disc in healthy tissue, and nothing else."}, sought: true, classed: true, aim: (*aim).hallucinate},
	{Entry: names.Entry{Name: string(Painted), Title: "a painted mask", About: "The model is to find exactly what was painted."}, sought: true, classed: true},
}

// Targets lists them.
func Targets() []names.Entry { return names.Entries(targets) }

// Sought says whether the model is to find the target, instead of something else than it.
func (t Target) Sought() bool { return row(targets, string(t)).sought }

// aim is what a target is made of.
type aim struct {
	image         []float32 // the network's input
	reference     []uint8   // what of the foreground is there: of the truth, or else of the clean prediction
	classes       int
	height, width int
	class         int // from 1; 0 is not chosen
}

func (a *aim) vanish() ([]uint8, error) { return make([]uint8, a.classes*a.height*a.width), nil }

// ErrNothing is why a target is none: the model would have to find what is there already.
var ErrNothing = errors.New("attack: there is nothing to swap")

// swap gives what is of any class to the chosen one, or what is of each to the next, and of the last to the first.
func (a *aim) swap() ([]uint8, error) {
	if a.classes < 2 {
		return nil, fmt.Errorf("attack: the model has one class, so there is none to swap it with")
	}
	n, goal, moves := a.height*a.width, make([]uint8, len(a.reference)), false
	for i, v := range a.reference {
		if v == 0 {
			continue
		}
		to := (i/n + 1) % a.classes
		if a.class > 0 {
			to = a.class - 1
		}
		goal[to*n+i%n] = v
		moves = moves || to != i/n
	}
	if !moves && a.class == 0 {
		return nil, fmt.Errorf("%w: nothing is there of any class; take another slice or label", ErrNothing)
	}
	if !moves {
		return nil, fmt.Errorf("%w: nothing is there of another class than class %d", ErrNothing, a.class)
	}
	return goal, nil
}

// disc is the radius of a hallucinated lesion, as a part of the image's smaller side: of 128 pixels it is 20.
const disc = 20. / 128

// hallucinate is a disc where the image is brightest in the mean and nothing is, so that tissue is all that it covers.
func (a *aim) hallucinate() ([]uint8, error) {
	n, w := a.height*a.width, a.width
	value := make([]float64, n) // of a pixel for the disc; what is there counts against it
	for i, v := range a.image {
		value[i%n] += float64(v)
	}
	for i, v := range a.reference {
		if v > 0 {
			value[i%n] = -float64(n)
		}
	}
	before := make([]float64, n+1) // the sum of all values before one
	for i, v := range value {
		before[i+1] = before[i] + v
	}
	r := int(disc * float64(min(a.height, w)))
	half := func(dy int) int { return int(math.Sqrt(float64(r*r - dy*dy))) }
	best, most := 0, math.Inf(-1)
	for y := r; y < a.height-r; y++ {
		for x := r; x < w-r; x++ {
			sum := 0.0
			for dy := -r; dy <= r; dy++ {
				row, h := (y+dy)*w+x, half(dy)
				sum += before[row+h+1] - before[row-h]
			}
			if sum > most {
				best, most = y*w+x, sum
			}
		}
	}
	goal := make([]uint8, len(a.reference))
	from := max(a.class-1, 0)*n + best
	for dy := -r; dy <= r; dy++ {
		for dx := -half(dy); dx <= half(dy); dx++ {
			goal[from+dy*w+dx] = 1
		}
	}
	return goal, nil
}

// Aimed is a problem with the target that an objective seeks, made of it where it has none yet.
func (s *Session) Aimed(ctx context.Context, p Problem, o Objective) (Problem, error) {
	return s.aimed(p, &o, func() ([]float32, error) { return s.Predict(ctx, p.Image) })
}

// aimed is the problem with the target that the objective seeks, and which the problem has not yet. clean gives the clean
// logits, which are asked for only where there is no truth.
func (s *Session) aimed(p Problem, o *Objective, clean func() ([]float32, error)) (Problem, error) {
	make := row(targets, string(o.Target)).aim
	if make == nil || p.Goal != nil {
		return p, nil
	}
	shape, reference := s.Network.Shape(), p.Truth
	if reference == nil && o.Target != Vanish {
		logits, err := clean()
		if err != nil {
			return p, err
		}
		reference = Mask(shape, logits)
	}
	a := aim{p.Image, Foreground(shape, reference), shape.Foreground(), s.Height, s.Width, o.Class}
	goal, err := make(&a)
	if err == nil {
		p.Goal = Complete(shape, goal)
	}
	return p, err
}
