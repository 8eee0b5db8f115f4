package lab

import (
	"context"
	"errors"

	"segfault/core"
)

// Code says what sort of thing failed, for who answers an error without reading its sentence.
type Code string

// The codes.
const (
	Cancelled  Code = "cancelled"
	NoRoom     Code = "room"    // there is not enough memory
	BadFile    Code = "file"    // a scan, mask or checkpoint cannot be used
	BadDevice  Code = "device"  // the GPU, or the browser
	BadNetwork Code = "network" // something could not be fetched
	Bug        Code = "bug"     // a mistake in a program: the caller's, who asks for what there is not, or ours
)

// coded is an error with its code.
type coded struct {
	error
	code Code
}

func (e *coded) Unwrap() error { return e.error }

// as gives an error its code, unless it has one; nil stays nil.
func as(code Code, err error) error {
	if err == nil || CodeOf(err) != Bug {
		return err
	}
	return &coded{err, code}
}

// Coded is an error with a code that a host knows.
func Coded(code Code, err error) error { return &coded{err, code} }

// CodeOf is an error's code.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*coded](err); ok {
		return e.code
	}
	_, misfit := errors.AsType[*core.ShapeError](err)
	switch {
	case misfit:
		return BadFile // ours are built in tests
	case errors.Is(err, context.Canceled):
		return Cancelled
	case errors.Is(err, core.ErrNoRoom):
		return NoRoom
	}
	return Bug
}
