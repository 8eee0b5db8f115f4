//go:build js && wasm

package main

import (
	"fmt"
	"io"
	"path"
	"strings"
	"syscall/js"

	"segfault/core/lab"
	"segfault/core/scan"
)

// blob is a visitor's file, read a part at a time where it lies, so that a large one is never in memory as a whole. Where a worker can
// read no Blob, it is an array of its bytes.
type blob struct {
	value js.Value
	array bool
	size  int64
	call  *call
	stage string // of the progress that reading reports; "" for none
}

func (p params) blob(name string, c *call) (blob, error) {
	v, err := p.get(name, js.TypeObject)
	if err != nil {
		return blob{}, err
	}
	if !v.IsUndefined() && v.InstanceOf(js.Global().Get("Uint8Array")) {
		return blob{value: v, array: true, size: int64(v.Length()), call: c}, nil
	}
	if v.IsUndefined() || !v.InstanceOf(js.Global().Get("Blob")) {
		return blob{}, fmt.Errorf("segfault: %s should be a Blob", name)
	}
	return blob{value: v, size: int64(v.Get("size").Float()), call: c}, nil
}

// ReadAt implements io.ReaderAt.
func (b blob) ReadAt(p []byte, at int64) (int, error) {
	if err := b.call.Err(); err != nil {
		return 0, err
	}
	part := b.value.Call("slice", at, at+int64(len(p)))
	if !b.array {
		buffer, err := await(part.Call("arrayBuffer"))
		if err != nil {
			return 0, fmt.Errorf("it may have been moved or changed (%w)", reason(err))
		}
		part = js.Global().Get("Uint8Array").New(buffer)
	}
	n := js.CopyBytesToGo(p, part)
	if b.stage != "" {
		b.call.progress(b.stage, int(at)+n, int(b.size))
	}
	if n < len(p) {
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}

// inspectModel tells what a checkpoint is from its header alone.
func inspectModel(e *engine, c *call) (any, error) {
	file, err := c.params.blob("file", c)
	if err != nil {
		return nil, err
	}
	m, err := lab.Inspect(file, file.size)
	if err != nil {
		return nil, err
	}
	shape := m.Net.Shape()
	return object{
		"network": m.Architecture, "channels": shape.In, "classes": m.Classes, "parameters": m.Parameters, "bytes": file.size,
		"title": m.Title, "size": m.Size, "multiple": shape.Multiple, "normalisation": string(m.Normalisation),
	}, nil
}

// loadModel adds a visitor's own checkpoint.
func loadModel(e *engine, c *call) (any, error) {
	file, err := c.params.blob("file", c)
	if err != nil {
		return nil, err
	}
	name, err := c.params.text("name")
	if err != nil {
		return nil, err
	}
	// What does not fit is refused before the weights are read.
	header, err := lab.Inspect(file, file.size)
	if err != nil {
		return nil, err
	}
	if err := c.params.describe(header); err != nil {
		return nil, err
	}
	file.stage = "weights"
	read, err := lab.OpenModel(file, file.size)
	if err != nil {
		return nil, err
	}
	if err := c.params.describe(read); err != nil {
		return nil, err
	}
	digest, err := e.host.digest(c, file)
	if err != nil {
		return nil, err
	}
	m := &model{Model: read, name: e.free(strings.TrimSuffix(path.Base(name), ".safetensors")), bytes: int(file.size)}
	m.describe(read.Title, read.Task, read.Classes, read.Parameters, read.Size, read.Dice)
	e.models = append(e.models, m)
	return object{"model": m.about, "info": e.info(), "sha256": digest}, nil
}

// describe tells a model what its visitor knows of it; what is missing stays as the file or its default has it.
func (p params) describe(m *lab.Model) error {
	classes, err := p.texts("classes")
	if err != nil {
		return err
	}
	if len(classes) > 0 {
		m.Classes = classes
		if err := m.Check(); err != nil {
			return err
		}
	}
	if p.has("size") {
		size, err := p.index("size")
		if err != nil {
			return err
		}
		if err := m.SetSize(size); err != nil {
			return err
		}
	}
	normalisation, err := p.text("normalisation")
	if err != nil {
		return err
	}
	if normalisation != "" {
		m.Normalisation = scan.Normalisation(normalisation)
		if _, err := m.Normalisation.Scale([]float32{0}); err != nil {
			return err
		}
	}
	return p.input(m)
}

// input sets which values the network was trained on: a range, or means and deviations.
func (p params) input(m *lab.Model) error {
	limits, err := p.numbers("range")
	if err != nil {
		return err
	}
	mean, err := p.numbers("mean")
	if err != nil {
		return err
	}
	deviation, err := p.numbers("deviation")
	if err != nil {
		return err
	}
	return m.SetInput(singles(limits), singles(mean), singles(deviation))
}

func singles(values []float64) []float32 {
	s := make([]float32, len(values))
	for i, v := range values {
		s[i] = float32(v)
	}
	return s
}
