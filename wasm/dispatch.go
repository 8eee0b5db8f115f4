//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"syscall/js"

	"segfault/core/lab"
	"segfault/webgpu/script"
)

// dispatcher turns messages into calls of the lab and their outcome into replies.
type dispatcher struct {
	lab     *lab.Lab
	methods map[string]lab.Method
	send    func(message js.Value, transfer []*buffer)
	under   map[int]map[string]func() // what can be done to the calls under way, by message; touched by the event loop's goroutines only
}

func newDispatcher(l *lab.Lab, send func(js.Value, []*buffer)) *dispatcher {
	return &dispatcher{lab: l, methods: lab.Methods, send: send, under: map[int]map[string]func(){}}
}

// receive takes a message; one that is no call is left alone.
func (d *dispatcher) receive(message js.Value) {
	if message.Type() != js.TypeObject || message.Get("id").Type() != js.TypeNumber || message.Get("method").Type() != js.TypeString {
		return
	}
	id, method := message.Get("id").Int(), message.Get("method").String()
	if method == "cancel" || method == "enough" {
		if do := d.under[id][method]; do != nil {
			do()
		}
		return
	}
	enough := false
	ctx, cancel := context.WithCancel(lab.Watched(context.Background(), lab.Watch{
		Begun: func() { d.post(id, "begun", true) },
		Progress: func(stage string, done, total int) {
			d.post(id, "progress", map[string]any{"stage": stage, "done": done, "total": total})
		},
		Sketch: func(done, total int, s *lab.Sketch) {
			d.post(id, "progress", map[string]any{"stage": "step", "done": done, "total": total, "sketch": new(encoder).encode(s)})
		},
		Enough: func() bool { return enough },
	}))
	d.under[id] = map[string]func(){"cancel": cancel, "enough": func() { enough = true }}
	go func() {
		defer delete(d.under, id)
		defer cancel()
		err := script.Attempt(method, func() error {
			reply, err := d.answer(ctx, method, message.Get("params"))
			if err != nil {
				return err
			}
			var e encoder
			result := e.encode(reply)
			d.send(js.ValueOf(map[string]any{"id": id, "ok": true, "result": result}), e.transfer)
			return nil
		})
		if err != nil {
			d.post(id, "ok", false, "error", err.Error(), "code", string(lab.CodeOf(err)))
		}
	}()
}

// post sends a message of names and values.
func (d *dispatcher) post(id int, members ...any) {
	message := map[string]any{"id": id}
	for i := 0; i < len(members); i += 2 {
		message[members[i].(string)] = members[i+1]
	}
	d.send(js.ValueOf(message), nil)
}

// answer calls a method.
func (d *dispatcher) answer(ctx context.Context, name string, params js.Value) (any, error) {
	method, ok := d.methods[name]
	if !ok {
		return nil, fmt.Errorf("segfault: the engine has no method %q; reload the page, its parts are of different versions", name)
	}
	var given lab.Given
	if err := decode(params, &given); err != nil {
		return nil, err
	}
	if err := given.Check(name); err != nil {
		return nil, err
	}
	return method(ctx, d.lab, func(p any) error { return decode(params, p) })
}
