//go:build js && wasm

package main

import (
	"context"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/kernels"
	"segfault/webgpu"
)

// compute is the backend in use, and the models at work on it.
type compute struct {
	lab.Compute
	watch    *watch
	room     *lab.Room // of the backend
	sessions map[place]*attack.Session
}

// place is what a session is for: a model at one size of its input.
type place struct {
	model         *model
	height, width int
}

func newCompute(w *watch) *compute {
	c := &compute{watch: w, sessions: map[place]*attack.Session{}}
	c.Host = lab.Host{Open: openGPU, CPU: func() core.Backend { return core.NewCPU(1) }, CPUName: cpuName(), Leave: c.leave}
	return c
}

// gpu is a device as lab sees it.
type gpu struct{ *webgpu.Device }

func (g gpu) Software() bool { return g.Info().Software }
func (g gpu) String() string { return g.Info().String() }

func openGPU(ctx context.Context) (lab.Device, error) {
	d, err := webgpu.Open(ctx, webgpu.Options{})
	if err != nil {
		return nil, err
	}
	return gpu{d}, nil
}

// keptBytes is how much memory programs may keep that are not in use, and keptSessions how many models and sizes are remembered.
const (
	keptBytes    = 1 << 30
	keptSessions = 16
)

// session is the model of a question at work on the backend.
func (c *compute) session(q question) (*attack.Session, error) {
	at := place{model: q.model}
	at.height, at.width = q.subject.InputSize(q.model.Model)
	if s := c.sessions[at]; s != nil {
		return s, nil
	}
	if len(c.sessions) >= keptSessions {
		c.leave()
	}
	if c.room == nil {
		c.room = lab.NewRoom(watched{c.Backend, c.watch}, keptBytes)
	}
	s, err := attack.NewSession(c.room, q.model.Net, at.height, at.width)
	if err == nil {
		c.sessions[at] = s
	}
	return s, err
}

// leave closes all sessions.
func (c *compute) leave() {
	for _, s := range c.sessions {
		s.Close()
	}
	clear(c.sessions)
	c.room = nil
}

// cpuName says how the CPU computes here.
func cpuName() string {
	if simd := kernels.SIMD(); simd != "" {
		return "WebAssembly with " + simd
	}
	return "WebAssembly"
}
