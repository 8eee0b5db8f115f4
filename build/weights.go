package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/build/data"
	"segfault/core/lab"
)

// shippedModel is what release.json tells of one file of weights, so that the page's menu needs no download.
type shippedModel struct {
	Name       string   `json:"name"`
	File       string   `json:"file"`
	Bytes      int      `json:"bytes"`
	Title      string   `json:"title"`
	Task       string   `json:"task"`
	Classes    []string `json:"classes"`
	Parameters int      `json:"parameters"`
	Size       int      `json:"size"`
	Dice       float64  `json:"dice"`
	SHA256     string   `json:"sha256"`
	// Lost is the share of test scans of which one step takes what the model found, as the study of the models has it; nil where it has not.
	Lost *float64 `json:"lost,omitempty"`
	// Studied is what the study of the models found of it.
	Studied []lab.Studied `json:"studied,omitempty"`
}

// copyWeights copies the models and their cards and returns what there is: by task, the smallest first, so that the
// page opens with a short download.
func copyWeights(from, to string) ([]shippedModel, error) {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	files, err := data.Matching(from, "*.safetensors")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	found, err := studies(filepath.Join(from, "study"))
	if err != nil {
		return nil, err
	}
	models := []shippedModel{}
	for _, file := range files {
		model, err := describeWeights(file)
		if err != nil {
			return nil, err
		}
		of := found[studied{model.Name, model.SHA256[:16]}]
		model.Lost, model.Studied = of.lost, of.means
		models = append(models, model)
		card := strings.TrimSuffix(file, ".safetensors") + ".md"
		for _, path := range []string{file, card} {
			if _, err := os.Stat(path); path == card && err != nil { // a visitor's own weights may have none
				continue
			}
			if err := copyFile(path, filepath.Join(to, filepath.Base(path))); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(models, func(a, b shippedModel) int {
		return cmp.Or(cmp.Compare(a.Task, b.Task), cmp.Compare(a.Parameters, b.Parameters), cmp.Compare(a.Name, b.Name))
	})
	return models, nil
}

// describeWeights reads what a file of weights says of itself.
func describeWeights(path string) (shippedModel, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return shippedModel{}, fmt.Errorf("site: %w", err)
	}
	base := filepath.Base(path)
	m, err := lab.ReadModel(data)
	if err != nil {
		return shippedModel{}, fmt.Errorf("site: weights/%s: %w", base, err)
	}
	return shippedModel{
		Name: strings.TrimSuffix(base, ".safetensors"), File: base, Bytes: len(data), Title: m.Title, Task: m.Task,
		Classes: m.Classes, Parameters: m.Parameters, Size: m.Size, Dice: m.Dice,
		SHA256: hashOf(data),
	}, nil
}

// hashOf is the SHA-256 of a file's bytes, in hexadecimal digits.
func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
