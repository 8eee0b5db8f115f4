package lab

import (
	"fmt"
	"slices"

	"segfault/core/names"
)

// options are what a caller may ask of a method beside what it works on. segfault.d.ts says what they mean; a test compares.
var options = map[string][]string{
	"open":         {"backend", "model", "site", "onReset"},
	"load":         {"volume"},
	"sample":       {"seed"},
	"loadMask":     {"model"},
	"loadModel":    {"name", "classes", "size", "normalisation", "range", "mean", "deviation"},
	"paint":        {"as", "slice", "model", "label", "points", "radius"},
	"unpaint":      {"as"},
	"predict":      {"model", "slice"},
	"attack":       {"model", "slice", "epsilon", "loss", "swapped", "scheme", "label", "gradient", "on", "where", "norm", "steps", "step", "schedule", "start", "restarts", "seed", "truth"},
	"attackVolume": {"model", "epsilon", "loss", "swapped", "scheme", "label", "gradient", "on", "where", "norm", "steps", "step", "schedule", "start", "restarts", "seed"},
	"save":         {"what", "format", "identity"},
	"render":       {"pictures", "outlines", "window", "gain", "own", "slice", "model"},
}

// Options lists the names of a method's options.
func Options(method string) []string { return options[method] }

// Option is one that a caller gave.
type Option struct {
	Name string
	Odd  string // what it is, where no option can be that: null, a function
}

// CheckOptions refuses an option that a method has not, and a value that none can have.
func CheckOptions(method string, given []Option) error {
	known := append(options[method][:len(options[method]):len(options[method])], "signal", "onProgress")
	for _, o := range given {
		if !slices.Contains(known, o.Name) {
			if near := names.Nearest(known, o.Name); near != "" {
				return fmt.Errorf("segfault: there is no option %.40q; did you mean %s?", o.Name, near)
			}
			return fmt.Errorf("segfault: there is no option %.40q; expected %s", o.Name, names.Or(known))
		}
	}
	for _, o := range given {
		if o.Odd != "" {
			return fmt.Errorf("segfault: the option %s is %.40s; leave it out, or give what its type says", o.Name, o.Odd)
		}
	}
	return nil
}
