//go:build js && wasm

package script

import (
	"fmt"
	"runtime/debug"
	"syscall/js"
)

// Attempt makes an error of a panic in work, of which name says what it is: a mistake of ours, but it must not end the program, which holds the
// visitor's scans.
func Attempt(name string, work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			// Go's own printing may wait for the event loop, which waits for a callback.
			js.Global().Get("console").Call("error", fmt.Sprintf("segfault: %s panicked: %v\n%s", name, r, debug.Stack()))
			err = fmt.Errorf("segfault: this is a mistake in the program, please report it (%s: %v)", name, r)
		}
	}()
	return work()
}

// Callback is a function for JavaScript, which gets null where it panics. It is to be released.
func Callback(name string, f func(args []js.Value) any) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) (result any) {
		Attempt(name, func() error {
			result = js.ValueOf(f(args))
			return nil
		})
		return result
	})
}
