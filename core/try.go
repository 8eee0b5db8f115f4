package core

import "fmt"

// ShapeError is what building a graph panics with where shapes, axes or windows
// do not go together.
type ShapeError struct{ Op, Problem string }

// Error implements error.
func (e *ShapeError) Error() string { return "core: " + e.Op + ": " + e.Problem }

// refuse panics with a ShapeError of an op.
//
//go:noinline
func refuse(op, format string, args ...any) { panic(&ShapeError{op, fmt.Sprintf(format, args...)}) }

// Try builds a graph that comes from a file, or its plan: a ShapeError becomes an
// error, any other panic goes on.
func Try[T any](build func() T) (built T, err error) {
	defer func() {
		if p := recover(); p != nil {
			wrong, ok := p.(*ShapeError)
			if !ok {
				panic(p)
			}
			err = wrong
		}
	}()
	return build(), nil
}

// mostElements is how many a value may have: kernels count them in 32 bits.
const mostElements = 1<<31 - 1

// checkShape refuses a shape that nothing could hold.
func checkShape(op string, s Shape) {
	n := 1
	for _, d := range s {
		if d < 1 || d > mostElements/n {
			refuse(op, "a value cannot be %v: every dimension must be at least 1, and all together hold at most %d numbers", s, mostElements)
		}
		n *= d
	}
}
