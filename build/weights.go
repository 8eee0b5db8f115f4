package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"segfault/build/study"
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
	// Lost is the share of test scans of which the attack takes what the model found, as the study of the models has it; nil where it has not.
	Lost *float64 `json:"lost,omitempty"`
}

// copyWeights copies the models and their cards and returns what there is: by task, the smallest first, so that the
// page opens with a short download.
func copyWeights(from, to string) ([]shippedModel, error) {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(from, "*.safetensors"))
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	lost, err := lostShares(filepath.Join(from, "study"))
	if err != nil {
		return nil, err
	}
	models := []shippedModel{}
	for _, file := range files {
		model, err := describeWeights(file)
		if err != nil {
			return nil, err
		}
		if share, known := lost[studied{model.Name, model.SHA256[:16]}]; known {
			model.Lost = &share
		}
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

// studied are weights as a study names them: a model's name and the first digits of its file's hash. Others of the same name were not studied.
type studied struct{ model, digest string }

// lostShares reads from a study's tables what the page's default attack took of each model.
func lostShares(folder string) (map[studied]float64, error) {
	tables, err := filepath.Glob(filepath.Join(folder, "*-attacks.csv"))
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	wanted := map[string]string{"epsilon": "0.009", "loss": "dice_focal", "swapped": "false", "scheme": "additive", "label": "truth", "shared": "false"}
	shares := map[studied]float64{}
	for _, path := range tables {
		digests, err := study.Digests(strings.TrimSuffix(path, "attacks.csv") + "models.csv")
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(rows) == 0 {
			return nil, fmt.Errorf("site: %s is no table of attacks; let `go run ./build study` write it anew (%v)", filepath.Base(path), err)
		}
		for _, row := range rows[1:] {
			cells, fits := map[string]string{}, true
			for i, name := range rows[0] {
				cells[name] = row[i]
				if want, asked := wanted[name]; asked && row[i] != want {
					fits = false
				}
			}
			if !fits {
				continue
			}
			if shares[studied{cells["model"], digests[cells["model"]]}], err = strconv.ParseFloat(cells["lost"], 64); err != nil {
				return nil, fmt.Errorf("site: %s has no number in the column lost of %s", filepath.Base(path), cells["model"])
			}
		}
	}
	return shares, nil
}

// hashOf is the SHA-256 of a file's bytes, in hexadecimal digits.
func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
