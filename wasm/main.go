//go:build js && wasm

// Command wasm is Segfault's engine in a Web Worker: a lab (core/lab) behind a small message protocol. It decodes messages, calls the
// lab and encodes its answers.
//
//	→ {id, method, params}           a call; lab.Methods are what there is
//	→ {id, method: "cancel"}         the caller of id has lost interest
//	→ {id, method: "enough"}         the caller of id takes the best until now
//	← {id, begun: true}              it is the call's turn
//	← {id, progress: {stage, done, total, sketch}}
//	← {id, ok: true, result}  or  {id, ok: false, error, code}
//
// site/engine/worker.js starts it and gives it its surroundings in globalThis.segfault (see host.go). Several calls may be under way: one at
// a time works, while others wait for what is fetched or for a GPU. The engine breathes while it computes (see breathe.go), so that a
// cancel is heard. Every failure, a panic included, is an answer of one sentence, and the next call works.
package main

import (
	"syscall/js"

	"segfault/core/lab"

	"github.com/gowebapi/webapi/html/channel"
)

// ballast is memory that nothing touches. With it Go first collects its heap at 32 MB, not at 4 and often: browsers take
// their time to compile the collector.
//
//lint:ignore U1000 it is there, that is all
var ballast = make([]byte, 16<<20)

func main() {
	page := channel.MessagePortFromJS(js.Global()) // as which a worker's scope may be used; its own binding compiles all of HTML
	d := newDispatcher(lab.New(&host{value: js.Global().Get("segfault"), breath: newBreath()}), func(message js.Value, transfer []*buffer) {
		page.PostMessage(message, transfer)
	})
	page.SetOnMessage(func(event *channel.MessageEvent, _ *channel.MessagePort) {
		d.receive(event.Data())
	})
	select {}
}
