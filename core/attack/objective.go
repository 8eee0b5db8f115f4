package attack

import (
	"fmt"
	"slices"

	"segfault/core"
	"segfault/core/names"
)

// Objective is what an attack makes larger: a loss, or less of it where a target is sought.
type Objective struct {
	Loss core.Loss `json:"loss"`
	// Swapped calls the loss as loss(target, output), as the paper's code does.
	Swapped bool   `json:"swapped"`
	Target  Target `json:"label"`
	// Class is the one that a target is of, counted from 1; 0 is the target's own choice.
	Class int `json:"class,omitempty"`
	// Weight is how much of the loss of each element counts.
	Weight Weight `json:"weight,omitempty"`
}

// The orders of a loss's arguments, by name.
const (
	RightOrder   = "right"
	SwappedOrder = "swapped"
)

var orders = []*names.Entry{
	{Name: RightOrder, Title: "as in training", About: "The loss compares the model’s answer with the label, as it is defined."},
	{Name: SwappedOrder, Title: "as in the paper", About: "The two are exchanged, as the paper’s code calls the loss: a slip, and another attack."},
}

// Orders lists them.
func Orders() []names.Entry { return names.Entries(orders) }

// Order is whether an objective's loss is called with its arguments swapped, by name.
func Order(name string) (swapped bool, err error) {
	_, err = names.Find(orders, "order", name)
	return name == SwappedOrder, err
}

// OrderName is an order's name.
func OrderName(swapped bool) string {
	if swapped {
		return SwappedOrder
	}
	return RightOrder
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

// ExclusiveLosses lists those that suit only classes which exclude each other.
func ExclusiveLosses() []names.Entry {
	return slices.DeleteFunc(Losses(), func(e names.Entry) bool { return !core.Loss(e.Name).Exclusive() })
}

func (o *Objective) check() error {
	if o.Class < 0 {
		return fmt.Errorf("class %d; expected one counted from 1, or 0 for the target's own choice", o.Class)
	}
	if o.Class > 0 && !row(targets, string(o.Target)).classed {
		return fmt.Errorf("the label %s takes no class; leave it out", o.Target)
	}
	if o.Weight == Even {
		return nil
	}
	if _, err := names.Find(weights, "weight", string(o.Weight)); err != nil {
		return err
	}
	if !o.Loss.Elementwise() {
		return fmt.Errorf("the weight %s is of losses that are a mean over elements, which %s is not; expected %s", o.Weight, o.Loss, names.Or(elementwise()))
	}
	return nil
}

// elementwise are the losses that can be weighted.
func elementwise() (list []string) {
	for _, l := range core.Losses {
		if l.Elementwise() {
			list = append(list, string(l))
		}
	}
	return list
}

// of builds the loss, which is told, and what the gradient is taken of: its weighted form. Of a target that is sought
// both are less the nearer it is. before is λ of the weights, see weight.go.
func (o *Objective) of(logits, target, before *core.Node) (loss, rise *core.Node) {
	x, t := logits, target
	if o.Swapped {
		x, t = target, logits
	}
	sought := row(targets, string(o.Target)).sought
	loss = o.Loss.Of(x, t)
	rise = loss
	if o.Weight != Even {
		weight := row(weights, string(o.Weight)).of(o.measures(logits, target), before)
		rise = core.Mean(core.Mul(core.Stop(weight), o.Loss.Elements(x, t)))
	}
	if sought {
		return core.Neg(loss), core.Neg(rise)
	}
	return loss, rise
}
