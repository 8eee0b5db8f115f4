//go:build js && wasm

// Command files is what reads and writes files, as a module of its own beside the engine: fetched when a file is first used, and in the same
// worker. The engine calls it as it would call a function; it answers at once, with an object that has an error's sentence if there is one. What
// it is given and gives are numbers, names and bytes, of which scans are written as package wire has them. It keeps the files from which scans
// came, by number, for as long as the engine wants them; scans themselves are the engine's.
//
// site/engine/files.js starts it and hands the engine its functions.
package main

import (
	"syscall/js"

	"segfault/core/scan"
	"segfault/core/scan/formats"
	"segfault/wasm/wire"
	"segfault/webgpu/script"
)

// files are what the module keeps.
type files struct {
	host   host
	stores map[int]scan.Store // of scans, by number
	last   int
	fresh  []float32 // the values of the scan that was read last, until the engine has them
}

// functions are what the engine can ask for.
var functions = map[string]func(*files, []js.Value) (answer, error){
	"read":      read,
	"values":    values,
	"round":     round,
	"step":      step,
	"save":      save,
	"readMask":  readMask,
	"writeMask": writeMask,
	"forget":    forget,
}

// answer is an object for the engine.
type answer map[string]any

func main() {
	f := &files{host: host{js.Global().Get("segfault")}, stores: map[int]scan.Store{}}
	offered := map[string]any{}
	for name, function := range functions {
		offered[name] = js.FuncOf(func(_ js.Value, args []js.Value) any {
			var reply answer
			err := script.Attempt(name, func() (err error) {
				reply, err = function(f, args)
				return err
			})
			if err != nil {
				return map[string]any{"error": err.Error()}
			}
			return map[string]any(reply)
		})
	}
	f.host.value.Set("files", offered)
	select {}
}

// scan is a scan that the engine tells of, with its store if it has one here.
func (f *files) scan(about, number js.Value) *scan.Scan {
	s := wire.Unpack(script.Bytes(about))
	s.Store = f.stores[number.Int()]
	return s
}

// given are files as the engine has them: names and Uint8Arrays.
func given(list js.Value) []formats.File {
	all := make([]formats.File, list.Length())
	for i := range all {
		one := list.Index(i)
		all[i] = formats.File{Name: one.Get("name").String(), Data: script.Bytes(one.Get("bytes"))}
	}
	return all
}

// saved is a file to be.
func saved(file formats.Saved, err error) (answer, error) {
	if err != nil {
		return nil, err
	}
	return answer{"name": file.Name, "bytes": script.Copied(file.Data), "gzip": file.Gzip}, nil
}
