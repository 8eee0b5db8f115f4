//go:build js && wasm

package main

import (
	"time"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"
)

// open reads what the site offers, loads the first model and chooses the backend. It may be told which numbers workers before it gave.
func open(e *engine, c *call) (any, error) {
	last, err := c.params.index("last")
	if err != nil {
		return nil, err
	}
	e.things.Skip(last)
	if e.models == nil { // else it is done once more, now that the first model's weights are there
		if e.models, err = shipped(e.host.release()); err != nil {
			return nil, err
		}
	}
	return use(e, c)
}

// use chooses the backend.
func use(e *engine, c *call) (any, error) {
	wish, err := c.params.text("backend")
	if err != nil {
		return nil, err
	}
	if wish == "" {
		wish = "auto"
	}
	var first *model
	if len(e.models) > 0 {
		if first, err = e.model(c); err != nil {
			return nil, err
		}
	}
	if err := e.compute.Choose(c, wish, first.race(c), func(stage string) { c.progress(stage, 0, 0) }); err != nil {
		return nil, err
	}
	return e.info(), nil
}

// race times a prediction on a backend; the first run is for warming up.
func (m *model) race(c *call) lab.Race {
	if m == nil {
		return nil
	}
	return func(b core.Backend) (took time.Duration, err error) {
		s, err := attack.NewSession(b, m.Net, m.Size, m.Size)
		if err != nil {
			return 0, err
		}
		defer s.Close()
		zeros := make([]float32, m.Net.Shape().In*m.Size*m.Size)
		for range 2 {
			start := time.Now()
			if _, err := s.Predict(c, zeros); err != nil {
				return 0, err
			}
			took = time.Since(start)
		}
		return took, nil
	}
}

// info is what lab.info holds.
func (e *engine) info() object {
	models := []object{}
	tasks := map[any]bool{}
	for _, m := range e.models {
		models = append(models, m.about)
		tasks[m.about["task"]] = true
	}
	offered := []object{}
	for _, s := range lab.Samples {
		if tasks[s.Task] || len(e.models) == 0 {
			offered = append(offered, object{"name": s.Name, "title": s.Title, "task": s.Task})
		}
	}
	version, _ := e.host.release().text("version")
	info := object{
		"version": version, "backend": e.compute.Name, "adapter": e.compute.Adapter, "reason": e.compute.Reason,
		"models": models, "samples": offered,
	}
	for name, table := range map[string]func() []names.Entry{
		"losses": attack.IndependentLosses, "labels": attack.Targets, "norms": attack.Norms,
		"schemes": attack.Rules, "schedules": attack.Schedules, "starts": attack.Starts,
	} {
		info[name] = entries(table())
	}
	return info
}

// entries are a table's rows for a menu.
func entries(table []names.Entry) []object {
	rows := make([]object, len(table))
	for i, e := range table {
		rows[i] = object{"name": e.Name, "title": e.Title, "about": e.About}
	}
	return rows
}
