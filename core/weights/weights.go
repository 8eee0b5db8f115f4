// Package weights is what networks are loaded from: tensors by their names in a state dict, whatever file they
// come in and whatever a training library wrapped the network in.
package weights

import (
	"fmt"
	"strings"

	"segfault/core"
)

// Weights are a checkpoint's tensors: their shapes at once, their values when
// asked for, so that a large file is never in memory twice.
type Weights interface {
	Shapes() map[string]core.Shape
	Tensor(name string) (*core.Tensor, error)
}

// Memory is a checkpoint whose values are there.
type Memory map[string]*core.Tensor

// Shapes implements Weights.
func (w Memory) Shapes() map[string]core.Shape {
	shapes := map[string]core.Shape{}
	for name, t := range w {
		shapes[name] = t.Shape
	}
	return shapes
}

// Tensor implements Weights.
func (w Memory) Tensor(name string) (*core.Tensor, error) { return w[name], nil }

// compiled is what torch.compile puts before the names of a module that it compiled.
const compiled = "_orig_mod."

// Unwrap finds a network by one of its tensors in a checkpoint where it may have a wrapper's prefix, such as
// "model." or "module.", and gives its tensors without: w itself where there is none. Of several networks it takes
// the one with the shortest prefix, which averages of weights do not have.
func Unwrap(w Weights, landmark string) Weights {
	shapes := w.Shapes()
	if _, found := shapes[landmark]; found {
		return w
	}
	best, found := "", false
	for name := range shapes {
		plain := strings.ReplaceAll(name, compiled, "")
		prefix, ends := strings.CutSuffix(plain, landmark)
		if ends && (prefix == "" || strings.HasSuffix(prefix, ".")) && (!found || shorter(prefix, best)) {
			best, found = prefix, true
		}
	}
	if !found {
		return w
	}
	u := unwrapped{w, map[string]string{}}
	for name := range shapes {
		if short, inside := strings.CutPrefix(strings.ReplaceAll(name, compiled, ""), best); inside {
			u.names[short] = name
		}
	}
	return u
}

// shorter orders prefixes by their length, and by themselves.
func shorter(a, b string) bool {
	return len(a) < len(b) || len(a) == len(b) && a < b
}

// unwrapped are tensors under other names than their file has.
type unwrapped struct {
	from  Weights
	names map[string]string // in the file
}

// Shapes implements Weights.
func (u unwrapped) Shapes() map[string]core.Shape {
	all, shapes := u.from.Shapes(), map[string]core.Shape{}
	for short, name := range u.names {
		shapes[short] = all[name]
	}
	return shapes
}

// Tensor implements Weights.
func (u unwrapped) Tensor(name string) (*core.Tensor, error) {
	if full := u.names[name]; full != "" {
		name = full
	}
	return u.from.Tensor(name)
}

// Counter says whether a tensor is no weight but a count: of batches, by batch-norm, or of operations and parameters, by thop, which leaves
// its own in every module.
func Counter(name string) bool {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "num_batches_tracked", "total_ops", "total_params":
		return true
	}
	return false
}

// Finite refuses weights with NaN or infinite values.
func Finite(name string, t *core.Tensor) error {
	for i, v := range t.Data {
		if v-v != 0 {
			return fmt.Errorf("weights: tensor %q holds %v at position %d; expected finite weights", name, v, i)
		}
	}
	return nil
}
