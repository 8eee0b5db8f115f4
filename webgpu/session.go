//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"segfault/core"
	"segfault/kernels"
	"segfault/webgpu/script"
)

// session is one opened GPUDevice and what its programs share. It ends when
// the device is lost.
type session struct {
	device, queue js.Value
	info          Info
	limits        Limits
	software      bool // whether it is treated as a driver that runs on the processor
	exact         bool
	packs         bool                                      // whether weights are kept as float16; it slows software drivers down
	only          func(kernels.Kernel, kernels.Shader) bool // the variant that is used, unmeasured, by every kernel that has it; for tests
	lost          error                                     // why the device went away
	gone          chan struct{}                             // closed when it has
	patience      time.Duration                             // how long a failure waits for the news of a loss
	ended         bool                                      // given up, and the caller knows why
	fault         error                                     // what it complained about outside of any error scope
	pace          pace                                      // how fast it was in the race of the largest kernel
	grain         time.Duration                             // what an empty wait takes, once measured
	coarse        time.Duration                             // what the clock's times are rounded to, for tests

	layouts    map[signature]layout
	modules    map[string]js.Value // by the shader's name
	pipelines  map[string]js.Value // promises of pipelines
	choices    map[kernels.Kernel]choice
	recalled   map[string]choice                   // of sessions before this one, by raceKey
	fresh      bool                                // whether there was a race since the last were kept
	checked    map[string]bool                     // shaders, see verify
	worst      float64                             // difference of those
	trusted    bool                                // whether nothing is checked, for tests
	usable     map[kernels.Kernel][]kernels.Shader // see shaders
	parameters map[form]*parameter                 // shared by programs
}

func openSession(ctx context.Context, o Options) (*session, error) {
	adapter, info, err := requestAdapter(ctx, o)
	if err != nil {
		return nil, err
	}
	device, limits, err := requestDevice(ctx, adapter)
	if err != nil {
		return nil, err
	}
	s := newSession(device, info, limits, o)
	if o.Races != nil {
		s.recall(o.Races.Recall(ctx, info.String()))
	}
	return s, nil
}

func newSession(device js.Value, info Info, limits Limits, o Options) *session {
	software := info.Software && !o.AsGPU
	s := &session{
		device: device, queue: device.Get("queue"), info: info, limits: limits,
		software:   software,
		exact:      o.Exact && software,
		packs:      !software,
		gone:       make(chan struct{}),
		patience:   time.Second,
		layouts:    map[signature]layout{},
		modules:    map[string]js.Value{},
		pipelines:  map[string]js.Value{},
		choices:    map[kernels.Kernel]choice{},
		recalled:   map[string]choice{},
		checked:    map[string]bool{},
		usable:     map[kernels.Kernel][]kernels.Shader{},
		parameters: map[form]*parameter{},
	}
	if info.Software && o.AsGPU {
		s.coarse = coarse
	}
	device.Get("lost").Call("then", callback(func(v js.Value) {
		s.lost = fmt.Errorf("webgpu: the GPU device was lost (%s): run again to open a fresh one", reason(v))
		close(s.gone)
	}))
	device.Call("addEventListener", "uncapturederror", callback(func(v js.Value) {
		if s.fault == nil {
			s.fault = fmt.Errorf("webgpu: the GPU reported: %w", script.Thrown{Value: v.Get("error")})
		}
	}))
	return s
}

// reason is why a device was lost, in the browser's words.
func reason(v js.Value) string {
	if words := script.Text(v, "message"); words != "" {
		return words
	}
	if word := script.Text(v, "reason"); word != "" {
		return word
	}
	return "unknown reason"
}

// callback is never released: a device may announce its loss at any time.
func callback(f func(js.Value)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	})
}

// trouble is what went wrong since the last call; it ends the session.
func (s *session) trouble() error {
	err := s.lost
	if err == nil {
		err = s.fault
	}
	if err != nil {
		s.end()
	}
	return err
}

// complaint is what the GPU itself found wrong, and so is no loss of it.
type complaint string

func (c complaint) Error() string { return string(c) }

// explain prefers what happened to the device to what that led to, of which
// browsers tell in any order: it gives the news of a loss some time to come.
func (s *session) explain(what string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, heard := errors.AsType[complaint](err); !heard && !errors.Is(err, core.ErrNoRoom) {
		select {
		case <-s.gone:
		case <-time.After(s.patience):
		}
	}
	if trouble := s.trouble(); trouble != nil {
		return trouble
	}
	return fmt.Errorf("webgpu: %s: %w", what, err)
}

// end frees everything on the GPU; the next use of the Device opens another.
func (s *session) end() {
	s.ended = true
	_ = script.Try(func() { s.device.Call("destroy") })
}
