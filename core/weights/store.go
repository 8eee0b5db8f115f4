package weights

import (
	"fmt"
	"maps"
	"slices"

	"segfault/core"
)

// Store gives a network its parameters. While it loads, they are read when they are first asked for, and checked
// against the shapes that the network needs; afterwards they are there.
type Store struct {
	name   string // of the architecture
	from   Weights
	shapes map[string]core.Shape
	have   map[string]*core.Tensor
	err    error // the first
}

// NewStore is a store of a checkpoint for an architecture.
func NewStore(name string, from Weights) *Store {
	return &Store{name: name, from: from, shapes: from.Shapes(), have: map[string]*core.Tensor{}}
}

// Dims is a tensor's shape, nil where there is none or it is empty.
func (s *Store) Dims(name string) core.Shape {
	if d := s.shapes[name]; d.Count() > 0 {
		return d
	}
	return nil
}

// Fail remembers what is wrong with the checkpoint, if it is the first.
func (s *Store) Fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("weights: "+format, args...)
	}
}

// Try builds the network, up to the first thing that is wrong with the checkpoint, which Loaded tells: what would follow could take any memory.
func (s *Store) Try(build func() *core.Node) (y *core.Node, ok bool) {
	y, err := core.Try(build)
	if err != nil {
		s.Fail("the checkpoint is none of a %s: %w", s.name, err)
	}
	return y, err == nil
}

// Tensor is a tensor of a shape. Where the checkpoint has none such, Try ends.
func (s *Store) Tensor(name string, shape ...int) *core.Tensor {
	if t := s.have[name]; t != nil {
		return t
	}
	found := s.shapes[name]
	switch {
	case s.from == nil:
		panic("weights: " + name + " was not asked for while the network was loaded")
	case found == nil:
		s.Fail("the checkpoint of a %s lacks tensor %q of shape %v", s.name, name, core.Shape(shape))
	case !found.Equal(shape):
		s.Fail("tensor %q has shape %v; a %s expects %v", name, found, s.name, core.Shape(shape))
	}
	var t *core.Tensor
	if s.err == nil {
		var err error
		if t, err = s.from.Tensor(name); err == nil {
			err = Finite(name, t)
		}
		if err != nil {
			s.err = err
		}
	}
	if s.err != nil {
		panic(&core.ShapeError{Op: name, Problem: s.err.Error()})
	}
	s.have[name] = t
	return t
}

// Parameter is a tensor as a node.
func (s *Store) Parameter(name string, shape ...int) *core.Node {
	return core.NewParameter(name, s.Tensor(name, shape...))
}

// Keep makes a tensor of others once.
func (s *Store) Keep(name string, make func() *core.Tensor) *core.Tensor {
	if s.have[name] == nil {
		s.have[name] = make()
	}
	return s.have[name]
}

// Loaded ends the loading: spare says which tensors may be there though the network did not ask for them.
func (s *Store) Loaded(spare func(name string) bool) error {
	for _, name := range slices.Sorted(maps.Keys(s.shapes)) {
		if s.have[name] == nil && !spare(name) {
			s.Fail("tensor %q of shape %v is not part of a %s", name, s.shapes[name], s.name)
		}
	}
	s.from = nil
	return s.err
}

// Parameters counts the numbers that were asked for.
func (s *Store) Parameters() int {
	n := 0
	for name, t := range s.have {
		if s.shapes[name] != nil {
			n += len(t.Data)
		}
	}
	return n
}
