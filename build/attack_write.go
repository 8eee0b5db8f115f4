package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"segfault/core"
	"segfault/core/lab"
	"segfault/core/lab/recipe"
	"segfault/core/safetensors"
	"segfault/core/scan/formats"
)

// writing is a lab, and what is written of what it does.
type writing struct {
	*lab.Lab
	identity bool   // of the patient, to be kept
	alone    bool   // without what stands beside an attack
	dir      string // to write to
	scan     string // its path

	networks map[string]recipe.Network // that are loaded, by their files
	wrote    map[string]bool           // names of what was written
}

// numbers are metrics.json: those of an attack, and of what stands beside it.
type numbers struct {
	lab.Numbers
	Beside []lab.Control `json:"beside,omitempty"`
}

// fault writes what an attack on a slice did: tensors, numbers, a picture, and the attacked copy of the scan where that was attacked.
func (w writing) fault(f *lab.Fault, beside []lab.Control) error {
	r, err := w.Result(f.ID)
	if err != nil {
		return err
	}
	tensor := func(channels int, data []float32) *core.Tensor {
		return &core.Tensor{Shape: core.Shape{channels, r.Height, r.Width}, Data: data}
	}
	logits := r.Model.Net.Shape().Classes
	tensors := &safetensors.File{Tensors: map[string]*core.Tensor{
		"image":         tensor(r.Channels, r.Image),
		"gradient":      tensor(r.Channels, r.Gradient),
		"adversarial":   tensor(r.Channels, r.Adversarial),
		"logits_before": tensor(logits, r.Before),
		"logits_after":  tensor(logits, r.After),
	}}
	if r.Truth != nil {
		tensors.Tensors["truth"] = tensor(r.Classes, floats(r.Truth))
	}
	data, err := safetensors.Write(tensors, safetensors.F32)
	if err != nil {
		return err
	}
	picture, err := panel{r, &f.Metrics}.png()
	if err != nil {
		return err
	}
	if err := w.files(numbers{f.Numbers(), beside}, map[string][]byte{"result.safetensors": data, "panel.png": picture}); err != nil || f.Scan == nil {
		return err
	}
	return w.copied(f.ID)
}

// all writes what an attack on every slice did.
func (w writing) all(v *lab.VolumeFault) error {
	if err := w.files(v.Numbers(), nil); err != nil || v.Attack.On != lab.OnScan {
		return err
	}
	return w.copied(v.ID)
}

// folders makes the folder to write to, and those of other files that will be written: before minutes of attacking, not after.
func (w writing) folders(files ...string) error {
	list := []string{w.dir}
	for _, file := range files {
		if file != "" {
			list = append(list, filepath.Dir(file))
		}
	}
	for _, folder := range list {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("attack: the folder cannot be made: %w", err)
		}
	}
	return nil
}

// files writes files, and numbers as metrics.json.
func (w writing) files(numbers any, files map[string][]byte) error {
	text, err := json.MarshalIndent(numbers, "", "  ")
	if err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	write := func(name string, data []byte) {
		if err == nil {
			w.wrote[name], err = true, os.WriteFile(filepath.Join(w.dir, name), data, 0o644)
		}
	}
	write("metrics.json", text)
	for name, data := range files {
		write(name, data)
	}
	if err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	return nil
}

// copied writes the attacked copy of a scan.
func (w writing) copied(id int) error {
	saved, err := w.Save(context.Background(), &lab.SaveParams{Of: id, SaveOptions: lab.SaveOptions{What: "scan", Identity: w.identity}})
	if err != nil {
		return err
	}
	for _, f := range saved.Bytes.([]formats.Saved) {
		w.wrote[f.Name] = true
	}
	return writeCopy(w.dir, saved)
}

// stale are files of the folder that only an earlier attack can have written: beside fewer slices of another scan they would be taken for more of them.
func (w writing) stale() (names []string) {
	entries, _ := os.ReadDir(w.dir) // what was written is there
	for _, e := range entries {
		name := e.Name()
		if !w.wrote[name] && (strings.HasPrefix(name, "adversarial") || name == "result.safetensors" || name == "panel.png") {
			names = append(names, name)
		}
	}
	return names
}

func floats(mask []uint8) []float32 {
	f := make([]float32, len(mask))
	for i, v := range mask {
		f[i] = float32(v)
	}
	return f
}
