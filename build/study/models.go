package study

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"segfault/build/data"
	"segfault/core/lab"
)

// Model is a model with its name.
type Model struct {
	*lab.Model
	About
}

const extension = ".safetensors"

// ReadModel reads a file of weights.
func ReadModel(path string) (Model, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Model{}, fmt.Errorf("study: the weights cannot be read: %w", err)
	}
	m, err := lab.ReadModel(content)
	if err != nil {
		return Model{}, fmt.Errorf("study: %s: %w", filepath.Base(path), err)
	}
	name := strings.TrimSuffix(filepath.Base(path), extension)
	if m.Title == "" {
		m.Title = name
	}
	bce, err := trainedWithBCE(strings.TrimSuffix(path, extension) + ".md")
	if err != nil {
		return Model{}, err
	}
	return Model{m, About{Name: name, Title: m.Title, Digest: digest(content), Parameters: m.Parameters,
		Size: m.Size, Classes: m.Classes, Dice: m.Dice, BCE: bce}}, nil
}

// trainedWithBCE reads a model's card, where there is one.
func trainedWithBCE(card string) (bool, error) {
	text, err := os.ReadFile(card)
	if err != nil && !os.IsNotExist(err) {
		return false, fmt.Errorf("study: the card of the weights cannot be read: %w", err)
	}
	return namesBCE.Match(text), nil
}

// namesBCE finds the loss in a card's row on the training.
var namesBCE = regexp.MustCompile(`(?m)^\| training \|.*\bBCE\b`)

// Choose sets the models: those that names lists, as files of weights or as
// names of files in the folder bundled, or of "all" that are bundled the ones of
// the configuration's task, which is found where it is not given.
func (c *Config) Choose(names, bundled string) error {
	if names != "all" {
		for _, name := range strings.Split(names, ",") {
			if slices.Contains(lab.ForeignKinds, strings.ToLower(filepath.Ext(name))) {
				return fmt.Errorf("study: %s: a study takes networks that tell their classes, size and normalisation themselves (%s); for others use attack, which is told them", filepath.Base(name), extension)
			}
			if !strings.HasSuffix(name, extension) {
				name = filepath.Join(bundled, name+extension)
			}
			m, err := ReadModel(name)
			if err != nil {
				return err
			}
			c.Models = append(c.Models, m)
		}
		return c.checkModels()
	}
	files, err := data.Matching(bundled, "*"+extension)
	if err != nil || len(files) == 0 {
		return fmt.Errorf("study: there are no weights in %s; give files with -models", bundled)
	}
	classes := map[string][]string{} // of each task
	var all []Model
	for _, file := range files {
		m, err := ReadModel(file)
		if err != nil {
			return err
		}
		all = append(all, m)
		classes[m.Task] = m.About.Classes
	}
	if c.Task == "" {
		if c.Task, err = c.findTask(classes); err != nil {
			return err
		}
	}
	for _, m := range all {
		if m.Task == c.Task {
			c.Models = append(c.Models, m)
		}
	}
	if len(c.Models) == 0 {
		return fmt.Errorf("study: no model in %s is for the task %q; there are models for %s", bundled, c.Task, list(classes))
	}
	return c.checkModels()
}

// checkModels refuses models that cannot be compared.
func (c *Config) checkModels() error {
	first := c.Models[0]
	if c.Task != "" && first.Task != "" && first.Task != c.Task {
		return fmt.Errorf("study: -task is %q, but %s is for %q; leave -task out, or give models for it", c.Task, first.Name, first.Task)
	}
	c.Task = cmp.Or(first.Task, c.Task)
	seen := map[string]bool{}
	for _, m := range c.Models {
		if m.Task != first.Task || !slices.Equal(m.About.Classes, first.About.Classes) {
			return fmt.Errorf("study: %s finds %s (task %q), but %s finds %s (task %q); compare models of one task", first.Name,
				strings.Join(first.About.Classes, ", "), first.Task, m.Name, strings.Join(m.About.Classes, ", "), m.Task)
		}
		if seen[m.Name] {
			return fmt.Errorf("study: two models are called %s; rename a file", m.Name)
		}
		seen[m.Name] = true
	}
	return nil
}

// findTask is the task that an element of the folder's path is called, else the
// only one whose classes' marks the files' names carry.
func (c *Config) findTask(tasks map[string][]string) (string, error) {
	full, err := filepath.Abs(c.Data)
	if err != nil {
		return "", fmt.Errorf("study: %w", err)
	}
	for _, element := range slices.Backward(strings.Split(filepath.ToSlash(full), "/")) {
		if tasks[element] != nil {
			return element, nil
		}
	}
	pairs, err := data.List(c.Data)
	if err != nil {
		return "", fmt.Errorf("study: %w", err)
	}
	marked := map[string][]string{}
	for _, p := range pairs {
		for task, names := range tasks {
			if at := data.ClassOf(p.Name, c.Classes); at >= 0 && slices.Contains(names, c.Classes[at].Name) {
				marked[task] = names
			}
		}
	}
	if len(marked) != 1 {
		return "", fmt.Errorf("study: which models are for %s cannot be told; say -task (there are %s) or -models NAME,NAME", c.Data, list(tasks))
	}
	return list(marked), nil
}

// list names the keys of a map.
func list[V any](m map[string]V) string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }
