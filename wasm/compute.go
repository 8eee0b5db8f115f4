//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"segfault/core"
	"segfault/core/attack"
	"segfault/kernels"
	"segfault/webgpu"
)

// compute is the backend in use, why, and the models at work on it.
type compute struct {
	wish     string // "auto", "webgpu" or "cpu"
	gpu      *webgpu.Device
	backend  core.Backend
	name     string // "webgpu" or "cpu"
	adapter  string
	reason   string
	sessions map[place]*attack.Session
}

// race times a backend on the first model's prediction; nil where there is no model to race with.
type race func(core.Backend) (time.Duration, error)

// choose takes the backend that the wish names, or for "auto" the faster one. The old one stays where this fails.
func (c *compute) choose(ctx context.Context, wish string, race race, progress func(stage string)) error {
	next := compute{wish: wish, sessions: map[place]*attack.Session{}}
	var err error
	switch wish {
	case "cpu":
		next.useCPU("The CPU, as chosen.")
	case "webgpu":
		progress("device")
		if next.gpu, err = webgpu.Open(ctx, webgpu.Options{}); err != nil {
			return err
		}
		next.useGPU("WebGPU, as chosen.")
		if next.gpu.Info().Software {
			next.reason = "WebGPU, as chosen, though here it is only software."
		}
	case "auto":
		progress("device")
		if next.gpu, err = webgpu.Open(ctx, webgpu.Options{}); err != nil {
			next.useCPU("The CPU, because " + clause(err) + ".")
			break
		}
		next.decide(race, progress)
	default:
		return fmt.Errorf("segfault: unknown backend %q; expected auto, webgpu or cpu", wish)
	}
	c.close()
	*c = next
	return nil
}

// decide is what "auto" means once there is a GPU.
func (c *compute) decide(race race, progress func(stage string)) {
	if info := c.gpu.Info(); info.Software {
		c.useCPU(fmt.Sprintf("The CPU, because WebGPU is only software here (%v), some thirty times slower.", info))
		return
	}
	if race == nil {
		c.useGPU("WebGPU, as there is a GPU.")
		return
	}
	progress("measure")
	gpu, err := race(c.gpu)
	if err != nil {
		c.useCPU("The CPU, because the GPU failed a trial: " + clause(err) + ".")
		return
	}
	cpu, err := race(core.NewCPU(1))
	if err == nil && cpu < gpu {
		c.useCPU(fmt.Sprintf("The CPU, because it predicts in %s where WebGPU takes %s.", milliseconds(cpu), milliseconds(gpu)))
		return
	}
	c.useGPU(fmt.Sprintf("WebGPU, because it predicts in %s where the CPU takes %s.", milliseconds(gpu), milliseconds(cpu)))
}

func (c *compute) useGPU(reason string) {
	c.backend, c.name, c.adapter, c.reason = c.gpu, "webgpu", c.gpu.Info().String(), reason
}

func (c *compute) useCPU(reason string) {
	if c.gpu != nil {
		c.gpu.Close()
		c.gpu = nil
	}
	c.backend, c.name, c.adapter, c.reason = core.NewCPU(1), "cpu", cpuName(), reason
}

// fallBack answers a failure of the GPU: where the backend was ours to choose, the CPU goes on.
func (c *compute) fallBack(failed core.Backend, err error) bool {
	if failed != c.backend { // another lane has fallen back already
		return true
	}
	if c.name != "webgpu" || c.wish != "auto" {
		return false
	}
	c.forget()
	c.useCPU("The CPU, because the GPU failed: " + clause(err) + ".")
	return true
}

// place is what a session is for: a model at one size of its input.
type place struct {
	model         *model
	height, width int
}

// keptSessions bounds how many have programs loaded: each program holds the buffers of its whole plan.
const keptSessions = 2

// session is the model of a question at work on the backend.
func (c *compute) session(q question, watch *watch) (*attack.Session, error) {
	at := place{model: q.model}
	at.height, at.width = q.subject.InputSize(q.model.Model)
	if s := c.sessions[at]; s != nil {
		return s, nil
	}
	if len(c.sessions) >= keptSessions {
		c.forget()
	}
	s, err := attack.NewSession(watched{c.backend, watch}, q.model.Net, at.height, at.width)
	if err == nil {
		c.sessions[at] = s
	}
	return s, err
}

// forget closes all sessions.
func (c *compute) forget() {
	for _, s := range c.sessions {
		s.Close()
	}
	clear(c.sessions)
}

func (c *compute) close() {
	c.forget()
	if c.gpu != nil {
		c.gpu.Close()
	}
}

// clause makes part of a sentence of an error.
func clause(err error) string {
	return strings.TrimSuffix(strings.TrimPrefix(err.Error(), "webgpu: "), ".")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// cpuName says how the CPU computes here.
func cpuName() string {
	if simd := kernels.SIMD(); simd != "" {
		return "WebAssembly with " + simd
	}
	return "WebAssembly"
}
