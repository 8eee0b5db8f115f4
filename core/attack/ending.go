package attack

import (
	"segfault/core/metrics"
	"segfault/core/names"
)

// Ending is what became of what a model found.
type Ending string

// The endings.
const (
	Held      Ending = "held"
	Vanished  Ending = "vanished"
	Displaced Ending = "displaced"
	Invented  Ending = "invented"
	Changed   Ending = "changed"
	Reached   Ending = "reached"
	Unreached Ending = "unreached"
)

// Nearness is the Dice with a target from which on the target counts as reached.
const Nearness = 0.8

type ending struct {
	names.Entry
	success bool
}

var endings = []*ending{
	{names.Entry{Name: string(Held), Title: "held", About: "The model finds as much as it did, or had missed it before."}, false},
	{names.Entry{Name: string(Vanished), Title: "vanished", About: "The model found it, and finds nothing any more."}, true},
	{names.Entry{Name: string(Displaced), Title: "displaced", About: "The model found it, and finds something else: the Dice fell below a half."}, true},
	{names.Entry{Name: string(Invented), Title: "invented", About: "There is nothing, the model found nothing, and finds something now."}, true},
	{names.Entry{Name: string(Changed), Title: "changed its class", About: "The model finds the same place and takes it for another class."}, true},
	{names.Entry{Name: string(Reached), Title: "reached the target", About: "The model finds what it was to find: the Dice with the target is 0.8 or more."}, true},
	{names.Entry{Name: string(Unreached), Title: "missed the target", About: "The model does not find what it was to find."}, false},
}

// Endings lists them.
func Endings() []names.Entry { return names.Entries(endings) }

// Success says whether an attack ended as it should.
func (e Ending) Success() bool { return row(endings, string(e)).success }

// End says how overlaps with a reference changed.
func End(before, after metrics.Overlap) Ending {
	switch {
	case before.Nothing && !after.Nothing:
		return Invented
	case Broken(before.Union, after.Union) && after.Found == 0:
		return Vanished
	case Broken(before.Union, after.Union):
		return Displaced
	case Broken(before.True, after.True):
		return Changed
	}
	return Held
}

// Near says whether a target is found with a Dice that is near enough.
func Near(dice float64) Ending {
	if dice >= Nearness {
		return Reached
	}
	return Unreached
}
