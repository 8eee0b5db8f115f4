package core

import (
	"context"
	"time"
)

// Backend turns plans into programs. It is the only seam between the graph and
// the machine that runs it.
type Backend interface {
	// Load allocates what a plan needs and prepares every step. Programs of one
	// backend that use the same parameter Tensor share its memory. For want of
	// memory it fails with an ErrNoRoom.
	Load(*Plan) (Program, error)
}

// Program is a loaded plan. It is used by one goroutine at a time.
type Program interface {
	// Write sets an input, all of it. It keeps its value until the next Write.
	Write(name string, src []float32) error
	// Run computes everything, in one submission where there is a device. Where the host
	// computes, tick, unless it is nil, hears after each step of the plan how many are done.
	Run(ctx context.Context, tick func(step int)) error
	// Read copies an output of the last Run.
	Read(ctx context.Context, name string, dst []float32) error
	// Fetch begins to copy outputs of the last Run, by name, and does not wait:
	// the program may be written and run anew meanwhile. They are in dst when wait
	// has returned nil. It has to be called, once, by any goroutine, and before Close.
	Fetch(ctx context.Context, dst map[string][]float32) (wait func() error, err error)
	// Close frees what Load allocated.
	Close()
}

// Traced is a Program that can tell what its steps take.
type Traced interface {
	Program
	// Trace runs everything once and times every step, which costs more than Run.
	Trace(ctx context.Context) ([]StepTime, error)
}

// StepTime is what one step of a plan took.
type StepTime struct {
	Took time.Duration
	By   string // what computed it, such as the name of a shader
}
