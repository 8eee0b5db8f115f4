package lab

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/names"
)

// Compute is the backend in use, and why.
type Compute struct {
	Machine
	// Leave is called before a backend is given up, so that its programs can be closed.
	Leave                 func()
	Backend               core.Backend
	Name, Adapter, Reason string // Name is "webgpu" or "cpu"

	wish   string // "auto", "webgpu" or "cpu"
	device Device // nil on the CPU
}

// Race times a backend on some task; nil where there is nothing to race with.
type Race func(core.Backend) (time.Duration, error)

// Choose takes the backend that the wish names, or for "auto" the faster one. Where this fails or is cancelled, everything stays
// as it was.
func (c *Compute) Choose(ctx context.Context, wish string, race Race, progress func(stage string)) error {
	next := Compute{Machine: c.Machine, Leave: c.Leave, wish: wish}
	err := next.choose(ctx, race, progress)
	if err == nil {
		err = ctx.Err() // what failed because of it failed for nobody
	}
	if err != nil {
		if next.device != nil {
			next.device.Close()
		}
		return err
	}
	c.Close()
	*c = next
	return nil
}

func (c *Compute) choose(ctx context.Context, race Race, progress func(stage string)) (err error) {
	switch c.wish {
	case "cpu":
		c.useCPU("The CPU, as chosen.")
		return nil
	case "webgpu":
		progress("device")
		if c.device, err = c.GPU(ctx); err != nil {
			c.device = nil // not an interface that holds none
			return err
		}
		c.useGPU("WebGPU, as chosen.")
		if c.device.Software() {
			c.Reason = "WebGPU, as chosen, though here it is only software."
		}
		return nil
	case "auto":
		progress("device")
		if c.device, err = c.GPU(ctx); err != nil {
			c.device = nil
			c.useCPU("The CPU, because " + clause(err) + ".")
			return nil
		}
		c.decide(race, progress)
		return nil
	}
	return fmt.Errorf("segfault: %w", names.Among([]string{"auto", "webgpu", "cpu"}, "backend", c.wish))
}

// decide is what "auto" means once there is a GPU.
func (c *Compute) decide(race Race, progress func(stage string)) {
	if c.device.Software() {
		c.useCPU(fmt.Sprintf("The CPU, because WebGPU is only software here (%v), some thirty times slower.", c.device))
		return
	}
	if race == nil {
		c.useGPU("WebGPU, as there is a GPU.")
		return
	}
	progress("measure")
	gpu, err := race(c.device)
	if err != nil {
		c.useCPU("The CPU, because the GPU failed a trial: " + clause(err) + ".")
		return
	}
	cpu, err := race(c.CPU())
	switch {
	case err != nil:
		c.useGPU("WebGPU, because the CPU failed a trial: " + clause(err) + ".")
	case cpu < gpu:
		c.useCPU(fmt.Sprintf("The CPU, because it predicts in %s where WebGPU takes %s.", milliseconds(cpu), milliseconds(gpu)))
	default:
		c.useGPU(fmt.Sprintf("WebGPU, because it predicts in %s where the CPU takes %s.", milliseconds(gpu), milliseconds(cpu)))
	}
}

func (c *Compute) useGPU(reason string) {
	c.Backend, c.Name, c.Adapter, c.Reason = c.device, "webgpu", c.device.String(), reason
}

func (c *Compute) useCPU(reason string) {
	if c.device != nil {
		c.device.Close()
		c.device = nil
	}
	c.Backend, c.Name, c.Adapter, c.Reason = c.CPU(), "cpu", c.CPUName(), reason
}

// OnGPU is whether a GPU computes.
func (c *Compute) OnGPU() bool { return c.device != nil }

// FallBack answers a failure of a backend, other than a cancelled call: where the GPU failed and was not insisted on, the CPU
// goes on, and the work may be tried again. A network whose numbers become NaN would fail there as well.
func (c *Compute) FallBack(failed core.Backend, err error) bool {
	if failed != c.Backend { // another lane has fallen back already
		return true
	}
	if _, ours := errors.AsType[*attack.NotFinite](err); ours || c.device == nil || c.wish != "auto" {
		return false
	}
	c.Leave()
	c.useCPU("The CPU, because the GPU failed: " + clause(err) + ".")
	return true
}

// Close gives the backend up.
func (c *Compute) Close() {
	if c.Backend != nil {
		c.Leave()
	}
	if c.device != nil {
		c.device.Close()
		c.device = nil
	}
}

// clause makes part of a sentence of an error.
func clause(err error) string {
	return strings.TrimSuffix(strings.TrimPrefix(err.Error(), "webgpu: "), ".")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
