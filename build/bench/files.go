package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"segfault/core/lab"
)

// A job lies in a folder: job.json, model.safetensors and NAME.f32 (float32,
// little-endian) for each of its arrays.
const (
	jobFile   = "job.json"
	modelFile = "model.safetensors"
)

func (j *Job) arrays() map[string]*[]float32 {
	return map[string]*[]float32{"weights.f32": &j.Weights, "image.f32": &j.Image, "target.f32": &j.Target,
		"logits.f32": &j.Logits, "gradient.f32": &j.Gradient}
}

// Save writes the job, with its model's file, to a folder.
func (j *Job) Save(folder string, model []byte) error {
	text, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	files := map[string][]byte{jobFile: text, modelFile: model}
	for name, values := range j.arrays() {
		files[name] = bytesOf(*values)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	return nil
}

// OpenJob reads what Save wrote, but for the steps.
func OpenJob(folder string) (*Job, error) {
	files := map[string][]byte{jobFile: nil, modelFile: nil}
	j := &Job{}
	for name := range j.arrays() {
		files[name] = nil
	}
	for name := range files {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, fmt.Errorf("bench: %w", err)
		}
		files[name] = data
	}
	var known struct{ Size, In, Out int }
	if err := json.Unmarshal(files[jobFile], &known); err != nil {
		return nil, fmt.Errorf("bench: %s: %w", jobFile, err)
	}
	j.Size, j.In, j.Out = known.Size, known.In, known.Out
	m, err := lab.ReadModel(files[modelFile])
	if err != nil {
		return nil, err
	}
	j.Net = m.Net
	for name, values := range j.arrays() {
		*values = floatsOf(files[name])
	}
	return j, nil
}

// bytesOf sees float32 as bytes: whatever runs a bench is little-endian.
func bytesOf(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}

func floatsOf(b []byte) []float32 {
	x := make([]float32, len(b)/4)
	copy(bytesOf(x), b)
	return x
}
