package lab

import (
	"fmt"
	"math"
	"slices"

	"segfault/core/names"
)

// Option is one that a caller gave.
type Option struct {
	Name string `json:"name"`
	Odd  string `json:"odd"` // what it is, where no option can be that: null, a function
}

// Given is what all parameters have: the options that the call's own caller gave; see site/engine/options.js.
type Given struct {
	Options []Option `json:"options"`
}

// Whole refuses a number of a message that is not whole, or beyond limits.
func Whole(name string, n, least, most float64) error {
	if n != math.Trunc(n) {
		return fmt.Errorf("segfault: %s should be a whole number, found %v", name, n)
	}
	if !(n >= least && n <= most) {
		return fmt.Errorf("segfault: a %s of %v; expected a whole number from %.0f to %.0f", name, n, least, most)
	}
	return nil
}

// Check refuses an option that a method has not, and a value that none can have.
func (g Given) Check(method string) error {
	known := append(options[method][:len(options[method]):len(options[method])], "signal", "onProgress")
	if method == "attack" || method == "least" {
		known = append(known, "enough")
	}
	for _, o := range g.Options {
		if !slices.Contains(known, o.Name) {
			if near := names.Nearest(known, o.Name); near != "" {
				return fmt.Errorf("segfault: there is no option %.40q; did you mean %s?", o.Name, near)
			}
			return fmt.Errorf("segfault: there is no option %.40q; expected %s", o.Name, names.Or(known))
		}
	}
	for _, o := range g.Options {
		if o.Odd != "" {
			return fmt.Errorf("segfault: the option %s is %.40s; leave it out, or give what its type says", o.Name, o.Odd)
		}
	}
	return nil
}
