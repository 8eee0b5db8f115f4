package attack

import (
	"slices"

	"segfault/core"
	"segfault/core/names"
)

// Objective is what an attack makes larger.
type Objective struct {
	Loss core.Loss `json:"loss"`
	// Swapped calls the loss as loss(target, output), as the paper's code does.
	Swapped bool   `json:"swapped"`
	Target  Target `json:"label"`
}

// Target is what the loss compares the network's output with.
type Target string

// The targets.
const (
	Truth      Target = "truth"
	Prediction Target = "prediction"
)

var targets = []*names.Entry{
	{Name: string(Truth), Title: "truth", About: "A given segmentation: the attack knows where the tumour is."},
	{Name: string(Prediction), Title: "prediction", About: "The model’s own answer to the clean image: the attack knows nothing more."},
}

// Losses lists the losses, that of FGSM first.
func Losses() []names.Entry {
	var first, rest []names.Entry
	for _, e := range core.LossEntries() {
		if e.Name == string(FGSM().Loss) {
			first = append(first, e)
		} else {
			rest = append(rest, e)
		}
	}
	return append(first, rest...)
}

// IndependentLosses lists those that suit classes which do not exclude each other, as the bundled models have them.
func IndependentLosses() []names.Entry {
	return slices.DeleteFunc(Losses(), func(e names.Entry) bool { return core.Loss(e.Name).Exclusive() })
}

// Targets lists them.
func Targets() []names.Entry { return names.Entries(targets) }

// of builds the objective.
func (o *Objective) of(logits, target *core.Node) *core.Node {
	if o.Swapped {
		return o.Loss.Of(target, logits)
	}
	return o.Loss.Of(logits, target)
}
