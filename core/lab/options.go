package lab

import (
	"fmt"
	"slices"

	"segfault/core/names"
)

// options are what a caller may ask of a method beside what it works on. segfault.d.ts says what they mean; a test compares.
var options = map[string][]string{
	"open":         {"backend", "model"},
	"load":         {"volume"},
	"sample":       {"seed"},
	"loadMask":     {"model"},
	"loadModel":    {"name", "classes", "size", "normalisation", "range", "mean", "deviation"},
	"paint":        {"as", "slice", "model", "label", "points", "radius"},
	"unpaint":      {"as"},
	"predict":      {"model", "slice"},
	"attack":       {"model", "slice", "epsilon", "loss", "swapped", "scheme", "label", "gradient", "on", "where", "truth"},
	"attackVolume": {"model", "epsilon", "loss", "swapped", "scheme", "label", "gradient", "on", "where"},
	"save":         {"what", "format", "identity"},
	"render":       {"pictures", "outlines", "window", "gain", "own", "slice", "model"},
}

// Options lists the names of a method's options.
func Options(method string) []string { return options[method] }

// CheckOptions refuses an option that a method has not.
func CheckOptions(method string, given []string) error {
	for _, name := range given {
		if slices.Contains(options[method], name) {
			continue
		}
		switch near := names.Nearest(options[method], name); {
		case near != "":
			return fmt.Errorf("segfault: %s has no option %.40q; did you mean %s?", method, name, near)
		case len(options[method]) == 0:
			return fmt.Errorf("segfault: %s has no option %.40q; it has none but signal and onProgress", method, name)
		}
		return fmt.Errorf("segfault: %s has no option %.40q; expected %s", method, name, names.Or(options[method]))
	}
	return nil
}
