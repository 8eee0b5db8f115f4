//go:build js && wasm

package main

import (
	"fmt"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
)

// engine holds what calls have in common: the models, the scans and results by their numbers, and the backend.
type engine struct {
	host      host
	watch     *watch
	compute   *compute
	models    []*model
	things    lab.Things // *lab.Subject, *result or *volume
	gradients gradients
	paintings map[easel]*painted
}

func newEngine(h host) *engine {
	w := &watch{breath: newBreath()}
	return &engine{host: h, watch: w, compute: newCompute(w), paintings: map[easel]*painted{}}
}

// methods are what a page can ask for. Each has a file of its own or shares one with its like.
var methods = map[string]func(*engine, *call) (any, error){
	"open":         open,
	"use":          use,
	"load":         load,
	"sample":       sample,
	"slice":        slice,
	"loadMask":     loadMask,
	"loadModel":    loadModel,
	"inspectModel": inspectModel,
	"paint":        paint,
	"unpaint":      unpaint,
	"predict":      predict,
	"attack":       attackSlice,
	"attackVolume": attackVolume,
	"save":         save,
	"render":       render,
	"release":      release,
}

// place stores a scan under the number that the call gives it, which it had in a worker before this one, or a new one.
func (e *engine) place(p params, s *lab.Subject) (int, error) {
	id, err := p.index("id")
	if err != nil {
		return 0, err
	}
	if id == 0 {
		return e.things.Keep(s), nil
	}
	e.things.Restore(id, s)
	return id, nil
}

// subject finds the scan a call is about.
func (e *engine) subject(p params) (*lab.Subject, error) {
	id, err := p.index("scan")
	if err != nil {
		return nil, err
	}
	s, ok := e.things.Get(id).(*lab.Subject)
	if !ok {
		return nil, fmt.Errorf("segfault: this scan is not loaded, or was released; load it again")
	}
	return s, nil
}

// release forgets scans and results.
func release(e *engine, c *call) (any, error) {
	ids, err := c.params.numbers("ids")
	for _, id := range ids {
		if s, ok := e.things.Release(int(id)).(*lab.Subject); ok {
			e.gradients.drop(s)
			delete(e.paintings, easel{s, false})
			delete(e.paintings, easel{s, true})
		}
	}
	e.keepFiles()
	return nil, err
}

// with does work on a session for the subject and the model. Where the GPU fails and the backend was ours to choose, the CPU does it again.
func (e *engine) with(c *call, q question, stage string, work func(*attack.Session) error) error {
	var backend core.Backend
	try := func() error {
		backend = e.compute.Backend
		s, err := e.compute.session(q)
		if err != nil {
			return err
		}
		e.watch.stage = stage
		return work(s)
	}
	err := try()
	if err != nil && c.Err() == nil && e.compute.FallBack(backend, err) {
		c.changed = true
		err = try()
	}
	return attack.Of(q.model.name, err)
}

// noted adds lab.info to a reply if the backend had to change.
func (e *engine) noted(c *call, reply object) object {
	if c.changed {
		reply["info"] = e.info()
	}
	return reply
}
