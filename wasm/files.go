//go:build js && wasm

package main

import (
	"errors"
	"slices"
	"syscall/js"

	"segfault/core/lab"
	"segfault/core/scan"
	"segfault/wasm/wire"
)

// files are the functions of the module that reads and writes files; see wasm/files.
type files struct{ value js.Value }

// files is the module, which must be there.
func (h host) files() (files, error) {
	f := files{h.value.Get("files")}
	if f.value.IsUndefined() {
		return f, noFiles{h}
	}
	return f, nil
}

// noFiles is the error of a handler that needs the module.
type noFiles struct{ host host }

func (noFiles) Error() string { return "segfault: what reads and writes files is not loaded" }

func (n noFiles) fetch(c *call) error {
	size, _ := params{n.host.value.Get("release").Get("files")}.index("bytes")
	_, err := n.host.arrive(c, "files", size, "fetchFiles")
	return err
}

// ask calls a function of the module.
func (f files) ask(function string, args ...any) (js.Value, error) {
	reply := f.value.Call(function, args...)
	if sentence := reply.Get("error"); !sentence.IsUndefined() {
		return reply, errors.New(sentence.String())
	}
	return reply, nil
}

// about is what the module needs to know of a scan: what it is, and the number of its file.
func about(s *scan.Scan) (packed js.Value, number int) {
	store, _ := s.Store.(fileStore)
	return wire.Array(wire.Pack(s)), store.number
}

// given is a file as the module takes it.
func (p params) given() (any, error) {
	bytes, err := p.array("bytes")
	if err != nil {
		return nil, err
	}
	if bytes.IsUndefined() {
		bytes = wire.Array(nil)
	}
	name, err := p.text("name")
	return map[string]any{"name": name, "bytes": bytes}, err
}

// read reads a scan from one file or several.
func (f files) read(given []any, volume int) (s *scan.Scan, lacksDecoders bool, err error) {
	reply, err := f.ask("read", given, volume)
	if err != nil || !reply.Get("lacking").IsUndefined() {
		return nil, err == nil, err
	}
	s = wire.Unpack(wire.Bytes(reply.Get("about")))
	if number := reply.Get("number").Int(); number > 0 {
		s.Store = fileStore{f, number}
	}
	n := s.Channels * s.Width * s.Height
	s.Values = make([]float32, s.Slices*n)
	for at := 0; at < len(s.Values); at += n { // so that no third copy of all is made
		if reply, err = f.ask("values", at, n); err != nil {
			return nil, false, err
		}
		js.CopyBytesToGo(wire.Raw(s.Values[at:at+n]), reply.Get("bytes"))
	}
	return s, false, nil
}

// mask reads a mask of a scan, as that lies.
func (f files) mask(s *scan.Scan, given any) (*scan.Mask, error) {
	packed, number := about(s)
	reply, err := f.ask("readMask", packed, number, []any{given})
	if err != nil {
		return nil, err
	}
	m := s.NewMask()
	m.Classes, m.Layers = reply.Get("classes").Int(), nil
	layers := reply.Get("layers")
	for i := range layers.Length() {
		m.Layers = append(m.Layers, wire.Bytes(layers.Index(i)))
	}
	return m, nil
}

// file is the reply of a call that makes a file.
func file(saved js.Value, err error) (object, error) {
	if err != nil {
		return nil, err
	}
	return object{"name": saved.Get("name").String(), "bytes": handed{saved.Get("bytes")}, "gzip": saved.Get("gzip").Bool()}, nil
}

// save writes a copy of a scan that holds other values.
func (f files) save(s *scan.Scan, values []float32, identity bool) (object, error) {
	n := len(values) / s.Slices
	changed := []any{}
	for k := range s.Slices {
		if !slices.Equal(s.Values[k*n:(k+1)*n], values[k*n:(k+1)*n]) {
			changed = append(changed, k)
		}
	}
	slice := js.FuncOf(func(_ js.Value, args []js.Value) any {
		from := args[0].Int() * n
		return map[string]any{"old": wire.Array(wire.Raw(s.Values[from : from+n])), "values": wire.Array(wire.Raw(values[from : from+n]))}
	})
	defer slice.Release()
	packed, number := about(s)
	return file(f.ask("save", packed, number, changed, slice, identity))
}

// saveMask writes labels of a scan's slices from the first on.
func (f files) saveMask(s *scan.Scan, kind string, labels []uint8, first int) (object, error) {
	packed, number := about(s)
	return file(f.ask("writeMask", packed, number, kind, wire.Array(labels), first))
}

// fileStore is the file of a scan, which the module keeps.
type fileStore struct {
	files  files
	number int
}

// must is the module's answer to what can fail only by a mistake of ours.
func must(reply js.Value, err error) js.Value {
	if err != nil {
		panic(err)
	}
	return reply
}

// Round implements [scan.Store].
func (s fileStore) Round(slice int, old, values []float32) {
	reply := must(s.files.ask("round", s.number, slice, wire.Array(wire.Raw(old)), wire.Array(wire.Raw(values))))
	js.CopyBytesToGo(wire.Raw(values), reply.Get("bytes"))
}

// Step implements [scan.Store].
func (s fileStore) Step(slice int) float64 {
	return must(s.files.ask("step", s.number, slice)).Get("step").Float()
}

// keepFiles has the module forget the files of scans that nothing is left of.
func (e *engine) keepFiles() {
	f, err := e.host.files()
	if err != nil { // no module, no files
		return
	}
	numbers := []any{}
	for _, thing := range e.things.All() {
		s, ok := thing.(*lab.Subject)
		if !ok {
			s = thing.(saveable).about()
		}
		if file, ok := s.Scan.Store.(fileStore); ok {
			numbers = append(numbers, file.number)
		}
	}
	must(f.ask("keep", numbers))
}
