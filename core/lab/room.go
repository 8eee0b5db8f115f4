package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"segfault/core"
)

// Room is a backend that keeps programs loaded as long as there is room for them: their buffers together take so many bytes at
// most, and where the backend has not even that, it is tried again without those that were not used for longest. A program
// that had to go is loaded again when it is next used.
type Room struct {
	backend core.Backend
	limit   int64

	mu     sync.Mutex
	loaded []*roomed // the least recently used first
}

// NewRoom is a Room for so many bytes of programs; one program may be larger.
func NewRoom(backend core.Backend, limit int64) *Room { return &Room{backend: backend, limit: limit} }

// Load implements core.Backend.
func (r *Room) Load(plan *core.Plan) (core.Program, error) {
	p := &roomed{room: r, plan: plan, bytes: plan.Bytes(core.Input) + plan.Bytes(core.Computed)}
	_, err := p.enter()
	if err != nil {
		return nil, err
	}
	p.leave()
	return p, nil
}

// Bytes is what the buffers of loaded programs take.
func (r *Room) Bytes() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes()
}

func (r *Room) bytes() (n int64) {
	for _, p := range r.loaded {
		n += p.bytes
	}
	return n
}

// Largest is what the largest program that is loaded takes.
func (r *Room) Largest() (n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.loaded {
		n = max(n, p.bytes)
	}
	return n
}

// evict closes the program that was not used for longest; false where all are at work.
func (r *Room) evict() bool {
	for i, p := range r.loaded {
		if p.users == 0 {
			r.loaded = append(r.loaded[:i:i], r.loaded[i+1:]...)
			p.program.Close()
			p.program = nil
			return true
		}
	}
	return false
}

// roomed is a program that may have to be loaded again.
type roomed struct {
	room    *Room
	plan    *core.Plan
	bytes   int64
	program core.Program    // nil while it is not loaded
	users   int             // who must not lose it: a run that has been begun, results that are waited for
	written map[string]bool // inputs since it was loaded
	begun   bool            // an input was written or a run begun, and no result fetched yet
}

// enter loads the program where it is not, and holds it until leave.
func (p *roomed) enter() (core.Program, error) {
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.program == nil {
		for r.bytes()+p.bytes > r.limit && r.evict() {
		}
		program, err := r.backend.Load(p.plan)
		for errors.Is(err, core.ErrNoRoom) && r.evict() {
			program, err = r.backend.Load(p.plan)
		}
		if err != nil {
			return nil, err
		}
		p.program, p.written, p.begun = program, map[string]bool{}, false
	} else {
		r.remove(p)
	}
	r.loaded = append(r.loaded, p)
	p.users++
	return p.program, nil
}

func (p *roomed) leave() {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.users--
}

func (r *Room) remove(p *roomed) {
	for i, o := range r.loaded {
		if o == p {
			r.loaded = append(r.loaded[:i:i], r.loaded[i+1:]...)
			return
		}
	}
}

// begin holds the program until its results have been fetched: what was written and computed must not get lost in between.
func (p *roomed) begin() (core.Program, error) {
	program, err := p.enter()
	if err == nil && p.begun {
		p.leave() // it is held already
	}
	p.begun = p.begun || err == nil
	return program, err
}

func (p *roomed) end() {
	if p.begun {
		p.begun = false
		p.leave()
	}
}

// Write implements core.Program.
func (p *roomed) Write(name string, src []float32) error {
	program, err := p.begin()
	if err != nil {
		return err
	}
	if err := program.Write(name, src); err != nil {
		p.end()
		return err
	}
	p.written[name] = true
	return nil
}

// Run implements core.Program. All inputs must have been written since the last time that the program had to go.
func (p *roomed) Run(ctx context.Context, tick func(step int)) error {
	program, err := p.begin()
	if err != nil {
		return err
	}
	for name := range p.plan.Inputs {
		if !p.written[name] {
			p.end()
			return fmt.Errorf("lab: input %q has to be written again, as its program had to make room", name)
		}
	}
	if err := program.Run(ctx, tick); err != nil {
		p.end()
		return err
	}
	return nil
}

// Read implements core.Program.
func (p *roomed) Read(ctx context.Context, name string, dst []float32) error {
	program, err := p.enter()
	if err != nil {
		return err
	}
	defer p.leave()
	defer p.end()
	return program.Read(ctx, name, dst)
}

// Fetch implements core.Program.
func (p *roomed) Fetch(ctx context.Context, dst map[string][]float32) (wait func() error, err error) {
	program, err := p.enter() // until the results are there
	if err != nil {
		return nil, err
	}
	p.end()
	arrive, err := program.Fetch(ctx, dst)
	if err != nil {
		p.leave()
		return nil, err
	}
	return func() error {
		defer p.leave()
		return arrive()
	}, nil
}

// Close implements core.Program.
func (p *roomed) Close() {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.room.remove(p)
	if p.program != nil {
		p.program.Close()
		p.program = nil
	}
}
