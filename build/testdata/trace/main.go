// Command trace fails in a function of its own, after its tables were read by a collection and by a recovered failure.
package main

import "runtime"

func main() {
	println("recovered", recovered())
	runtime.GC()
	fails(nil)
}

func recovered() (yes bool) {
	defer func() { yes = recover() != nil }()
	fails(nil)
	return false
}

//go:noinline
func fails(p *int) { *p = 1 }
