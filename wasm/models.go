//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"segfault/core/lab"
)

// model is a network of the menu: a shipped one, which is fetched when it is first used, or a visitor's own.
type model struct {
	*lab.Model        // nil before the weights are there
	weights    []byte // as they came, until they are read
	name, file string // file is where the site's weights folder has a shipped one
	bytes      int
	about      object // what the page learns of it
}

// shipped lists the models that release.json names.
func shipped(release params) ([]*model, error) {
	entries, err := list(release, "models", js.TypeObject, func(v js.Value) params { return params{v} })
	if err != nil {
		return nil, err
	}
	var models []*model
	for _, p := range entries {
		m := &model{}
		m.name, _ = p.text("name")
		m.file, _ = p.text("file")
		m.bytes, _ = p.index("bytes")
		title, _ := p.text("title")
		task, _ := p.text("task")
		classes, _ := p.texts("classes")
		parameters, _ := p.index("parameters")
		size, _ := p.index("size")
		dice, _ := p.number("dice")
		m.describe(title, task, classes, parameters, size, dice)
		m.about["sha256"], _ = p.text("sha256")
		if p.has("lost") {
			m.about["lost"], _ = p.number("lost")
		}
		models = append(models, m)
	}
	return models, nil
}

func (m *model) describe(title, task string, classes []string, parameters, size int, dice float64) {
	if title == "" {
		title = m.name
	}
	m.about = object{
		"name": m.name, "title": title, "task": task, "classes": classes,
		"parameters": parameters, "bytes": m.bytes, "size": size, "dice": dice, "own": m.file == "",
	}
}

// model finds the model a call is about, by default the first. Handlers ask for it before they change anything, since they
// may have to begin anew when its weights are there.
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
	if m.Model != nil {
		return m, nil
	}
	if m.weights == nil {
		return nil, noWeights{e.host, m}
	}
	read, err := lab.ReadModel(m.weights)
	m.weights = nil
	if err != nil {
		return nil, err
	}
	m.Model = read
	return m, nil
}

// noWeights is the error of a handler that needs a model whose weights are not there.
type noWeights struct {
	host  host
	model *model
}

func (n noWeights) Error() string {
	return "segfault: the weights of " + n.model.name + " are not loaded"
}

func (n noWeights) fetch(c *call) error {
	data, err := n.host.weights(c, n.model.file, n.model.bytes)
	if err == nil && n.model.Model == nil { // else another call was quicker
		n.model.weights = data
	}
	return err
}

func (e *engine) named(name string) *model {
	for _, m := range e.models {
		if m.name == name {
			return m
		}
	}
	return nil
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
