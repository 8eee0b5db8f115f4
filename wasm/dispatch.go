//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"syscall/js"

	"segfault/core/lab"

	"github.com/gowebapi/webapi/html/worker"
	"github.com/gowebapi/webapi/javascript"
)

// dispatcher turns messages into calls of the engine and their outcome into replies.
type dispatcher struct {
	scope  *worker.DedicatedWorkerGlobalScope
	engine *engine
	turn   chan struct{}  // holds the one call that computes
	cancel map[int]func() // of the calls that wait or run; touched by the event loop's goroutines only
}

// call is one request on its way: where a handler finds its parameters and reports progress.
type call struct {
	context.Context
	params   params
	progress func(stage string, done, total int)
	changed  bool // the backend had to be changed on the way, and the page must be told
}

// receive takes a message; one that is no call is left alone.
func (d *dispatcher) receive(message js.Value) {
	if message.Type() != js.TypeObject || message.Get("id").Type() != js.TypeNumber || message.Get("method").Type() != js.TypeString {
		return
	}
	id, method := message.Get("id").Int(), message.Get("method").String()
	if method == "cancel" {
		if cancel := d.cancel[id]; cancel != nil {
			cancel()
		}
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel[id] = cancel
	c := &call{Context: ctx, params: params{message.Get("params")}, progress: func(stage string, done, total int) {
		d.post(object{"id": id, "progress": object{"stage": stage, "done": done, "total": total}})
	}}
	go func() {
		defer delete(d.cancel, id)
		defer cancel()
		result, err := d.complete(c, method, func() { d.post(object{"id": id, "begun": true}) })
		if err != nil {
			d.post(object{"id": id, "ok": false, "error": sentence(err)})
			return
		}
		d.post(object{"id": id, "ok": true, "result": result})
	}()
}

// absent is the error of a handler that lacks a part of the site. The part is fetched while others have their turn, and then the
// handler begins anew; what it did before must not show.
type absent interface {
	error
	fetch(*call) error
}

// complete answers a call, anew whenever a part that it lacked has come. begun is called at each of its turns.
func (d *dispatcher) complete(c *call, method string, begun func()) (any, error) {
	for {
		result, err := d.take(c, method, begun)
		missing, ok := err.(absent)
		if !ok {
			return result, err
		}
		if err := missing.fetch(c); err != nil {
			return nil, err
		}
	}
}

// take answers a call when it is its turn; a call that ends while it waits takes none.
func (d *dispatcher) take(c *call, method string, begun func()) (any, error) {
	select {
	case d.turn <- struct{}{}:
	case <-c.Done():
		return nil, c.Err()
	}
	defer func() { <-d.turn }()
	begun()
	return d.answer(c, method)
}

// answer calls the method's handler. A panic is a mistake of ours, but must not take the page's scans with it.
func (d *dispatcher) answer(c *call, method string) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("segfault:", method, "panicked:", r)
			debug.PrintStack()
			result, err = nil, fmt.Errorf("segfault: this is a mistake in the program, please report it (%s: %v)", method, r)
		}
	}()
	if err := c.Err(); err != nil { // cancelled while it waited
		return nil, err
	}
	handler, ok := methods[method]
	if !ok {
		return nil, fmt.Errorf("segfault: the engine has no method %q; reload the page, its parts are of different versions", method)
	}
	given, err := c.params.options()
	if err == nil {
		err = lab.CheckOptions(method, given)
	}
	if err != nil {
		return nil, err
	}
	d.engine.watch.lane.Lock()
	defer d.engine.watch.lane.Unlock()
	d.engine.watch.begin(c)
	return handler(d.engine, c)
}

func (d *dispatcher) post(message object) {
	var transfer []*javascript.Object
	value := encode(message, &transfer)
	d.scope.PostMessage(value, transfer)
}

// sentence is what a person reads of an error.
func sentence(err error) string {
	if errors.Is(err, context.Canceled) {
		return "segfault: cancelled"
	}
	return err.Error()
}
