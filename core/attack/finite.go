package attack

import (
	"context"
	"errors"
	"fmt"

	"segfault/core"
)

// NotFinite is the error of a computation that gave NaN or infinity, from which no number means anything.
type NotFinite struct {
	Model     string // its name, if it has one; see Of
	Takes     string // what values it is taken to expect, if that is known
	What      string // such as "logits", "loss" or "gradient"
	NaN       bool   // else infinity
	Count, Of int    // how many of its numbers
	Where     string // the layer or step that made the first, "" where it is not known
}

// Error implements error.
func (e *NotFinite) Error() string {
	where := ""
	if e.Where != "" {
		where = ", first at " + e.Where
	}
	takes := ""
	if e.Takes != "" {
		takes = ", which is taken to expect " + e.Takes
	}
	return fmt.Sprintf("attack: the %s of %s became %s (%d of %d numbers%s): its numbers go beyond what float32 holds; check its weights and the range of its input%s",
		e.What, e.model(), e.kind(), e.Count, e.Of, where, takes)
}

// Of names the model in a NotFinite, and what it is taken to expect, and returns any other error as it is.
func Of(model, takes string, err error) error {
	if e, ok := errors.AsType[*NotFinite](err); ok {
		e.Model, e.Takes = model, takes
	}
	return err
}

func (e *NotFinite) model() string {
	if e.Model == "" {
		return "the model"
	}
	return "the model " + e.Model
}

func (e *NotFinite) kind() string {
	if e.NaN {
		return "NaN"
	}
	return "infinite"
}

// outputs are what is looked at, what is computed first first, and what a person calls it.
var outputs = [...]struct{ name, what string }{
	{"logits", "logits"}, {"loss", "loss"}, {"gradient", "gradient"}, {"adversarial", "attacked image"}, {"after", "attacked image's logits"},
}

// blame says what of a run's results is NaN or infinite, and where that began: the plan is run once more, step by step on the
// CPU. If all is well there, it is the backend that failed.
func (s *Session) blame(ctx context.Context, plan func(*memory) *core.Plan, write, read values) error {
	var e *NotFinite
	for _, o := range outputs {
		if e = finite(o.what, read[o.name]); e != nil {
			break
		}
	}
	if e == nil {
		return nil
	}
	b := newMemory()
	again, inputs := plan(b), values{}
	for _, all := range []values{b.initial, write} {
		for name, x := range all {
			if _, has := again.Inputs[name]; has {
				inputs[name] = x
			}
		}
	}
	at, err := core.FirstNotFinite(ctx, again, inputs)
	if err != nil {
		return err
	}
	if at == "" {
		return fmt.Errorf("attack: the model's %s became %s on this backend, but not on the CPU; use the CPU", e.What, e.kind())
	}
	e.Where = at
	return e
}

// finite is what is NaN or infinite of some numbers; nil where nothing is.
func finite(what string, x []float32) *NotFinite {
	if core.Finite(x) {
		return nil
	}
	count, nan := 0, false
	for _, v := range x {
		if v-v != 0 {
			count++
			nan = nan || v != v
		}
	}
	return &NotFinite{What: what, NaN: nan, Count: count, Of: len(x)}
}

// checkFinite is finite as an error.
func checkFinite(what string, x []float32) error {
	if e := finite(what, x); e != nil {
		return e
	}
	return nil
}
