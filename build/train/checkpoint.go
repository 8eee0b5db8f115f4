package train

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"segfault/core"
	"segfault/core/safetensors"
	"segfault/core/unet"
)

// A checkpoint holds weights, moments, averaged weights and the best weights so far under these
// prefixes, and the step and the settings in its metadata.
const (
	weightPrefix = "weight/"
	firstPrefix  = "first/"
	secondPrefix = "second/"
	meanPrefix   = "mean/"
	bestPrefix   = "best/"

	settingPrefix = "setting/"
)

// save writes the checkpoint whole or not at all.
func (s *state) save() error {
	if s.config.Checkpoint == "" {
		return nil
	}
	for _, t := range s.trainer.Tensors {
		for _, v := range t.Data {
			if d := float64(v); math.IsNaN(d) || math.IsInf(d, 0) { // the next loss would be
				return s.diverged()
			}
		}
	}
	f := &safetensors.File{Tensors: map[string]*core.Tensor{}, Metadata: map[string]string{
		"step": strconv.Itoa(s.step), "best": strconv.FormatFloat(s.best, 'g', -1, 64), "best_step": strconv.Itoa(s.bestAt)}}
	for _, v := range s.settings {
		f.Metadata[settingPrefix+v.name] = v.value
	}
	for name, t := range s.trainer.Tensors {
		f.Tensors[weightPrefix+name], f.Tensors[meanPrefix+name] = t, s.mean[name]
	}
	for name, m := range s.moments {
		f.Tensors[firstPrefix+name], f.Tensors[secondPrefix+name] = m.First, m.Second
	}
	for name, t := range s.bestOf {
		f.Tensors[bestPrefix+name] = t
	}
	data, err := safetensors.Write(f, safetensors.F32)
	if err != nil {
		return err
	}
	part := s.config.Checkpoint + ".part"
	if err := os.WriteFile(part, data, 0o644); err != nil {
		return err
	}
	if err := os.Rename(part, s.config.Checkpoint); err != nil {
		return err
	}
	s.saved = s.step
	return nil
}

// widenNoise is how far apart the copies of a widened network's weights begin.
const widenNoise = 0.1

// transfer begins with the averaged weights of other trainings, wherever a
// tensor has the same name and shape there, or as a narrower network widened.
func (s *state) transfer() error {
	if s.config.From == "" {
		return nil
	}
	if s.config.published() {
		return s.adopt()
	}
	mean, err := soup(strings.Split(s.config.From, ","))
	if err != nil {
		return err
	}
	if s.config.Narrow > 0 {
		narrow, err := unet.New(s.config.Spec.Name(), s.config.Spec.In, s.config.Spec.Classes, s.config.Narrow)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.config.Log, "begins as the narrower network of %s\n", s.config.From)
		return s.trainer.Widen(narrow, mean, widenNoise)
	}
	taken := 0
	for name, t := range s.trainer.Tensors {
		if from := mean[name]; from != nil && from.Shape.Equal(t.Shape) {
			copy(t.Data, from.Data)
			taken++
		}
	}
	if taken == 0 {
		return fmt.Errorf("train: nothing in %s has the name and shape of one of the network's %d tensors; expected the checkpoint of a training with the same encoder",
			s.config.From, len(s.trainer.Tensors))
	}
	fmt.Fprintf(s.config.Log, "%d of %d tensors begin as in %s\n", taken, len(s.trainer.Tensors), s.config.From)
	return nil
}

// published says that the first weights are a published file's, not a checkpoint's.
func (c Config) published() bool { return strings.HasSuffix(c.From, ".safetensors") }

// adopt begins with published weights.
func (s *state) adopt() error {
	data, err := os.ReadFile(s.config.From)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	file, err := safetensors.Open(bytes.NewReader(data), int64(len(data)))
	if err == nil {
		err = s.trainer.Adopt(file)
	}
	if err != nil {
		return fmt.Errorf("train: %s: %w", s.config.From, err)
	}
	fmt.Fprintf(s.config.Log, "begins as %s\n", s.config.From)
	return nil
}

// soup is the mean of the averaged weights of trainings that began alike: it
// often does better than each of them (Wortsman et al. 2022).
func soup(paths []string) (map[string]*core.Tensor, error) {
	mean := map[string]*core.Tensor{}
	for k, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, err := safetensors.Read(data)
		if err != nil {
			return nil, fmt.Errorf("train: checkpoint %s: %w", path, err)
		}
		for name, t := range f.Tensors {
			name, averaged := strings.CutPrefix(name, meanPrefix)
			if !averaged {
				continue
			}
			if k == 0 {
				mean[name] = t
				continue
			}
			if mean[name] == nil || !mean[name].Shape.Equal(t.Shape) {
				return nil, fmt.Errorf("train: checkpoints %s and %s differ at tensor %q; expected trainings of one network", paths[0], path, name)
			}
			for i, v := range t.Data {
				mean[name].Data[i] += (v - mean[name].Data[i]) / float32(k+1)
			}
		}
	}
	return mean, nil
}

// resume takes up a checkpoint, where there is one.
func (s *state) resume() error {
	if s.config.Checkpoint == "" {
		return nil
	}
	data, err := os.ReadFile(s.config.Checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := safetensors.Read(data)
	if err != nil {
		return fmt.Errorf("train: checkpoint %s: %w", s.config.Checkpoint, err)
	}
	fill := func(prefix, name string, t *core.Tensor) error {
		from := f.Tensors[prefix+name]
		if from == nil || !from.Shape.Equal(t.Shape) {
			return fmt.Errorf("train: checkpoint %s does not fit the network at tensor %q; delete it to start anew", s.config.Checkpoint, name)
		}
		copy(t.Data, from.Data)
		return nil
	}
	for name, t := range s.trainer.Tensors {
		err = errors.Join(err, fill(weightPrefix, name, t), fill(meanPrefix, name, s.mean[name]))
	}
	for name, m := range s.moments {
		err = errors.Join(err, fill(firstPrefix, name, m.First), fill(secondPrefix, name, m.Second))
	}
	if err != nil {
		return err
	}
	for name, t := range f.Tensors {
		if rest, ok := strings.CutPrefix(name, bestPrefix); ok {
			if s.bestOf == nil {
				s.bestOf = map[string]*core.Tensor{}
			}
			s.bestOf[rest] = t
		}
	}
	s.step, _ = strconv.Atoi(f.Metadata["step"])
	s.saved = s.step
	s.best, _ = strconv.ParseFloat(f.Metadata["best"], 64)
	s.bestAt, _ = strconv.Atoi(f.Metadata["best_step"])
	fmt.Fprintf(s.config.Log, "resuming at step %d, best validation Dice %.4f\n", s.step, s.best)
	return nil
}
