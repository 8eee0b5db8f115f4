//go:build js && wasm

// Command wasm is Segfault's engine in a Web Worker: scans, models and attacks behind a small message protocol.
//
//	→ {id, method, params}           a call; the methods are in methods.go
//	→ {id, method: "cancel"}         the caller of id has lost interest
//	← {id, begun: true}              it is the call's turn
//	← {id, progress: {stage, done, total}}
//	← {id, ok: true, result}  or  {id, ok: false, error}
//
// site/engine/worker.js starts it and gives it its surroundings in globalThis.segfault (see host.go). Calls are answered
// one after another, but the engine breathes while it computes (see breathe.go), so that a cancel is heard, and what has to
// be fetched first holds nobody up. Every
// failure, a panic included, is an answer of one sentence, and the next call works.
package main

import (
	"syscall/js"

	"github.com/gowebapi/webapi/html/channel"
	"github.com/gowebapi/webapi/html/worker"
)

// ballast is memory that nothing touches. With it Go first collects its heap at 32 MB, not at 4 and often: browsers take
// their time to compile the collector.
//
//lint:ignore U1000 it is there, that is all
var ballast = make([]byte, 16<<20)

func main() {
	scope := worker.DedicatedWorkerGlobalScopeFromJS(js.Global())
	d := &dispatcher{scope: scope, engine: newEngine(hostFrom(js.Global().Get("segfault"))), turn: make(chan struct{}, 1), cancel: map[int]func(){}}
	scope.SetOnMessage(func(event *channel.MessageEvent, _ *worker.DedicatedWorkerGlobalScope) {
		d.receive(event.Data())
	})
	select {}
}
