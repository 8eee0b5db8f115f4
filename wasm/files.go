//go:build js && wasm

package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall/js"

	"segfault/core/lab"
	"segfault/core/scan"
	"segfault/wasm/wire"
	"segfault/webgpu/script"
)

// ask calls a function of the module that reads and writes files (see wasm/files), which is fetched when it is first wanted.
func (h *host) ask(ctx context.Context, function string, args ...any) (js.Value, error) {
	if h.value.Get("files").IsUndefined() {
		total := h.value.Get("release").Get("files").Get("bytes").Int()
		if _, err := h.arrive(ctx, func(bytes int) { lab.Tell(ctx, "files", bytes, total) }, "fetchFiles"); err != nil {
			return js.Undefined(), err
		}
	}
	reply := h.value.Get("files").Call(function, args...)
	if sentence := reply.Get("error"); !sentence.IsUndefined() {
		return reply, errors.New(sentence.String())
	}
	return reply, nil
}

// askDecoding calls a function that may lack the decoders of compressed DICOM, which are fetched then.
func (h *host) askDecoding(ctx context.Context, function string, args ...any) (js.Value, error) {
	reply, err := h.ask(ctx, function, args...)
	if err != nil || reply.Get("lacking").IsUndefined() {
		return reply, err
	}
	if _, err := h.arrive(ctx, func(bytes int) { lab.Tell(ctx, "decoder", bytes, 0) }, "fetchDecoders"); err != nil {
		return js.Undefined(), err
	}
	return h.ask(ctx, function, args...)
}

// about is what the module needs to know of a scan: what it is, and the number of its file.
func about(s *scan.Scan) (packed js.Value, number int) {
	store, _ := s.Store.(fileStore)
	return script.Copied(wire.Pack(s)), store.number
}

// given are files as the module takes them.
func given(list ...lab.File) []any {
	all := make([]any, len(list))
	for i, f := range list {
		all[i] = f.(file).value
	}
	return all
}

// Read implements lab.Files.
func (h *host) Read(ctx context.Context, list []lab.File, volume int) (*scan.Scan, error) {
	reply, err := h.askDecoding(ctx, "read", given(list...), volume)
	if err != nil {
		return nil, err
	}
	s := wire.Unpack(script.Bytes(reply.Get("about")))
	if number := reply.Get("number").Int(); number > 0 {
		s.Store = fileStore{h, number}
	}
	n := s.Channels * s.Width * s.Height
	s.Values = make([]float32, s.Slices*n)
	for at := 0; at < len(s.Values); at += n { // so that no third copy of all is made
		if reply, err = h.ask(ctx, "values", at, n); err != nil {
			return nil, err
		}
		js.CopyBytesToGo(script.Raw(s.Values[at:at+n]), reply.Get("bytes"))
	}
	return s, nil
}

// ReadMask implements lab.Files.
func (h *host) ReadMask(ctx context.Context, on *scan.Scan, list ...lab.File) (*scan.Mask, error) {
	packed, number := about(on)
	reply, err := h.askDecoding(ctx, "readMask", packed, number, given(list...))
	if err != nil {
		return nil, err
	}
	m := on.NewMask()
	m.Classes, m.Layers = reply.Get("classes").Int(), nil
	if text := reply.Get("leftOut").String(); text != "" {
		m.LeftOut = []string{text}
	}
	layers := reply.Get("layers")
	for i := range layers.Length() {
		m.Layers = append(m.Layers, script.Bytes(layers.Index(i)))
	}
	return m, nil
}

// Copy implements lab.Files.
func (h *host) Copy(ctx context.Context, s *scan.Scan, values []float32, identity bool) (lab.Saved, error) {
	n := len(values) / s.Slices
	changed := []any{}
	for k := range s.Slices {
		if !slices.Equal(s.Values[k*n:(k+1)*n], values[k*n:(k+1)*n]) {
			changed = append(changed, k)
		}
	}
	slice := script.Callback("slice", func(args []js.Value) any {
		from := args[0].Int() * n
		return map[string]any{"old": script.Copied(script.Raw(s.Values[from : from+n])), "values": script.Copied(script.Raw(values[from : from+n]))}
	})
	defer slice.Release()
	packed, number := about(s)
	return saved(h.ask(ctx, "save", packed, number, changed, slice, identity))
}

// WriteMask implements lab.Files.
func (h *host) WriteMask(ctx context.Context, kind string, labels []uint8, names []string, first int, s *scan.Scan) (lab.Saved, error) {
	packed, number := about(s)
	return saved(h.ask(ctx, "writeMask", packed, number, kind, script.Copied(labels), strings.Join(names, "\n"), first))
}

// saved is a file that the module made, whose bytes are handed on as they are.
func saved(reply js.Value, err error) (lab.Saved, error) {
	if err != nil {
		return lab.Saved{}, err
	}
	return lab.Saved{Name: reply.Get("name").String(), Bytes: reply.Get("bytes"), Gzip: reply.Get("gzip").Bool()}, nil
}

// Forget implements lab.Files.
func (h *host) Forget(s *scan.Scan) {
	if store, ok := s.Store.(fileStore); ok {
		store.ask("forget")
	}
}

// fileStore is the file of a scan, which the module keeps.
type fileStore struct {
	host   *host
	number int
}

// ask asks the module of the file, which can fail only by a mistake of ours.
func (s fileStore) ask(function string, args ...any) js.Value {
	reply, err := s.host.ask(context.Background(), function, append([]any{s.number}, args...)...)
	if err != nil {
		panic(err)
	}
	return reply
}

// Round implements [scan.Store].
func (s fileStore) Round(slice int, old, values []float32) {
	reply := s.ask("round", slice, script.Copied(script.Raw(old)), script.Copied(script.Raw(values)))
	js.CopyBytesToGo(script.Raw(values), reply.Get("bytes"))
}

// Step implements [scan.Store].
func (s fileStore) Step(slice int) float64 { return s.ask("step", slice).Get("step").Float() }
