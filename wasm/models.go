//go:build js && wasm

package main

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall/js"

	"segfault/core/safetensors"
	"segfault/core/scan"
	"segfault/core/unet"
)

// model is a network of the menu: a shipped one, which is fetched when it is first used, or a visitor's own.
type model struct {
	name, title, task string
	classes           []string
	parameters, bytes int
	size              int // side of its input
	dice              float64
	file              string // of a shipped model, in the site's weights folder
	normalisation     scan.Normalisation
	net               *unet.Model
}

const defaultSize = 224

// shipped lists the models that release.json names.
func shipped(release params) ([]*model, error) {
	entries, err := list(release, "models", js.TypeObject, func(v js.Value) params { return params{v} })
	if err != nil {
		return nil, err
	}
	var models []*model
	for _, p := range entries {
		m := &model{normalisation: scan.Max}
		m.name, _ = p.text("name")
		m.title, _ = p.text("title")
		m.task, _ = p.text("task")
		m.file, _ = p.text("file")
		m.classes, _ = p.texts("classes")
		m.parameters, _ = p.index("parameters")
		m.bytes, _ = p.index("bytes")
		m.size, _ = p.index("size")
		m.dice, _ = p.number("dice")
		if m.size == 0 {
			m.size = defaultSize
		}
		models = append(models, m)
	}
	return models, nil
}

// describe is what the page learns of a model.
func (m *model) describe() object {
	title := m.title
	if title == "" {
		title = m.name
	}
	return object{
		"name": m.name, "title": title, "task": m.task, "classes": m.classes,
		"parameters": m.parameters, "bytes": m.bytes, "dice": m.dice, "size": m.size,
	}
}

// model finds the model a call is about, by default the first, and makes sure that its weights are there.
func (e *engine) model(c *call) (*model, error) {
	name, err := c.params.text("model")
	if err != nil {
		return nil, err
	}
	if len(e.models) == 0 {
		return nil, fmt.Errorf("segfault: there is no model; load weights first (a .safetensors file)")
	}
	m := e.models[0]
	if name != "" {
		if m = e.named(name); m == nil {
			return nil, fmt.Errorf("segfault: there is no model %q; lab.info.models lists them", name)
		}
	}
	if m.net != nil {
		return m, nil
	}
	data, err := e.host.weights(m.file, func(done int) { c.progress("weights", done, m.bytes) })
	if err != nil {
		return nil, err
	}
	file, err := safetensors.Read(data)
	if err != nil {
		return nil, err
	}
	return m, m.fill(file)
}

func (e *engine) named(name string) *model {
	for _, m := range e.models {
		if m.name == name {
			return m
		}
	}
	return nil
}

// fill takes a checkpoint's weights and what its metadata says.
func (m *model) fill(file *safetensors.File) error {
	net, err := unet.NewModel(file.Tensors)
	if err != nil {
		return err
	}
	meta := file.Metadata
	if n := scan.Normalisation(meta["normalisation"]); n != "" {
		m.normalisation = n
	}
	if size, err := strconv.Atoi(meta["size"]); err == nil && size > 0 && size%net.Spec.Multiple() == 0 {
		m.size = size
	}
	if m.task == "" {
		m.task = meta["task"]
	}
	if len(m.classes) == 0 && meta["classes"] != "" {
		m.classes = strings.Split(meta["classes"], ",")
	}
	if len(m.classes) == 0 {
		for k := range net.Spec.Classes {
			m.classes = append(m.classes, fmt.Sprintf("class %d", k+1))
		}
	}
	if len(m.classes) != net.Spec.Classes {
		return fmt.Errorf("segfault: %d class names were given, but the network has %d output channels", len(m.classes), net.Spec.Classes)
	}
	m.parameters = net.Spec.Parameters()
	m.net = net
	return nil
}

// loadModel adds a visitor's own checkpoint.
func loadModel(e *engine, c *call) (any, error) {
	data, err := c.params.bytes("bytes")
	if err != nil {
		return nil, err
	}
	name, err := c.params.text("name")
	if err != nil {
		return nil, err
	}
	classes, err := c.params.texts("classes")
	if err != nil {
		return nil, err
	}
	limits, err := c.params.numbers("range")
	if err != nil {
		return nil, err
	}
	m := &model{classes: classes, bytes: len(data), size: defaultSize, normalisation: scan.Max}
	if len(limits) != 0 && !slices.Equal(limits, []float64{0, 1}) {
		return nil, fmt.Errorf("segfault: a model's range must be [0, 1], found %v; retrain it on inputs from 0 to 1", limits)
	}
	file, err := safetensors.Read(data)
	if err != nil {
		return nil, err
	}
	if err := m.fill(file); err != nil {
		return nil, err
	}
	m.name = e.free(strings.TrimSuffix(path.Base(name), ".safetensors"))
	e.models = append(e.models, m)
	return object{"model": m.describe(), "info": e.info()}, nil
}

// free is the name itself, or with a number where another model has it.
func (e *engine) free(name string) string {
	if e.named(name) == nil {
		return name
	}
	for i := 2; ; i++ {
		if numbered := fmt.Sprintf("%s (%d)", name, i); e.named(numbered) == nil {
			return numbered
		}
	}
}
