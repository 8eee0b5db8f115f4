//go:build js && wasm

package main

import "github.com/gowebapi/webapi/html/channel"

// breath is a way to let the worker's event loop take its turn: a message to ourselves, which comes after all that wait
// already. (A timer would be held back 4 ms by the browser each time, and a promise would not let messages in.)
type breath struct {
	port *channel.MessagePort
	come chan struct{}
}

func newBreath() *breath {
	b := &breath{come: make(chan struct{}, 1)}
	ends := channel.NewMessageChannel()
	ends.Port1().SetOnMessage(func(*channel.MessageEvent, *channel.MessagePort) { b.come <- struct{}{} })
	b.port = ends.Port2()
	return b
}

// take returns after the event loop has taken one turn.
func (b *breath) take() {
	b.port.PostMessage(nil, nil)
	<-b.come
}
