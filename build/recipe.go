package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/scan"
	"segfault/core/scan/formats"
)

// recipe is an attack as the page or the JavaScript module wrote it down.
type recipe struct {
	Recipe  int
	Version string
	Backend string
	Model   struct {
		Name, SHA256           string
		Range, Mean, Deviation []float32 // this and the following are what a visitor told of a checkpoint
		Classes                []string
		Size                   int
		Normalisation          string
	}
	Scan struct {
		Sample *struct {
			Name string
			Seed float64
		}
		SHA256 []string
		Volume int
		Slice  sliceRecipe
	}
	Truth, Region *maskRecipe
	Attack        struct {
		attack.Method
		Gradient, On, Where string
	}
	Metrics struct {
		Dice struct {
			Union attack.Pair
		}
		LInf   float64
		L2     float64
		Slices []sliceNumbers // where all were attacked, instead of LInf and L2
	}
}

// readRecipe reads a recipe's file.
func readRecipe(path string) (*recipe, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("attack: the recipe cannot be read: %w", err)
	}
	r := &recipe{}
	r.Attack.Method = attack.FGSM() // which those of before there was more to choose do not say
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("attack: %s is no recipe (%w); save one on the page", path, err)
	}
	if r.Recipe != 1 {
		return nil, fmt.Errorf("attack: %s is a recipe of kind %d, but 1 is read; use the version of Segfault that wrote it (%.20s)", path, r.Recipe, r.Version)
	}
	return r, nil
}

// ingredients finds the recipe's model and scan, and checks that they are the ones it was written for. weights and paths are
// those that were given; a bundled model, a simulated scan and a painted mask need none.
func (r *recipe) ingredients(weights string, paths paths) (*lab.Model, *lab.Subject, error) {
	if weights == "" {
		weights = r.Model.Name
	}
	path := weightsPath(weights)
	if err := checkDigest("model", []string{path}, r.Model.SHA256); err != nil {
		return nil, nil, err
	}
	model, err := openModel(weights)
	if err != nil {
		return nil, nil, err
	}
	if err := r.tell(model); err != nil {
		return nil, nil, err
	}
	subject, err := r.subject(paths)
	if err != nil {
		return nil, nil, err
	}
	if err := subject.CheckSlice(r.Scan.Slice.index); err != nil {
		return nil, nil, err
	}
	if mask, err := r.Truth.painted(subject.Scan, r.Scan.Slice.index); err != nil {
		return nil, nil, err
	} else if mask != nil {
		subject.Truth, subject.Named = mask, r.Truth.Named
	}
	if mask, err := r.Region.painted(subject.Scan, r.Scan.Slice.index); err != nil {
		return nil, nil, err
	} else if mask != nil {
		subject.Region = mask
	}
	return model, subject, nil
}

// subject is the recipe's scan with the masks that are in files.
func (r *recipe) subject(p paths) (*lab.Subject, error) {
	//lint:ignore SA4023 of nils cmp.Or gives nil
	if err := cmp.Or(r.Truth.check("truth", p.truth), r.Region.check("region", p.region)); err != nil {
		return nil, err
	}
	if s := r.Scan.Sample; s != nil {
		sample, err := lab.FindSample(s.Name)
		if err != nil {
			return nil, fmt.Errorf("%w; or use the version of Segfault that wrote the recipe (%.20s)", err, r.Version)
		}
		seed, err := lab.Seed(s.Seed)
		if err != nil {
			return nil, err
		}
		subject := sample.Subject(seed)
		return subject, p.addMasks(subject)
	}
	if p.scan == "" {
		return nil, fmt.Errorf("attack: a recipe does not hold the scan; give it as -scan FILE")
	}
	files, err := scanPaths(p.scan)
	if err != nil {
		return nil, err
	}
	if err := checkDigest("scan", files, r.Scan.SHA256...); err != nil {
		return nil, err
	}
	return openSubject(p, r.Scan.Volume)
}

// tell gives a model what a visitor told of it.
func (r *recipe) tell(m *lab.Model) error {
	if err := m.SetInput(r.Model.Range, r.Model.Mean, r.Model.Deviation); err != nil {
		return err
	}
	if r.Model.Size > 0 {
		if err := m.SetSize(r.Model.Size); err != nil {
			return err
		}
	}
	m.Normalisation = scan.Normalisation(cmp.Or(r.Model.Normalisation, string(m.Normalisation)))
	if len(r.Model.Classes) > 0 {
		m.Classes = r.Model.Classes
	}
	return m.Check()
}

// checkDigest compares files with the digests in a recipe. One that was written where the browser could not compute them has none.
func checkDigest(what string, paths []string, want ...string) error {
	if len(want) == 0 || slices.Contains(want, "") {
		return nil
	}
	var have []string
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("attack: the %s cannot be read: %w", what, err)
		}
		have = append(have, hashOf(data))
	}
	slices.Sort(have)
	if !slices.Equal(have, want) {
		return fmt.Errorf("attack: the %s is not the one that the recipe was written for: its SHA-256 is %.12s…, expected %.12s…", what, strings.Join(have, " "), strings.Join(want, " "))
	}
	return nil
}

// weightsPath is the file of weights given by path or by a bundled model's name.
func weightsPath(name string) string {
	if strings.HasSuffix(name, ".safetensors") {
		return name
	}
	return filepath.Join("weights", name+".safetensors")
}

// replay does what a recipe says and compares the numbers.
func replay(path, weights string, paths paths, how formats.Saving, out string) error {
	recipe, err := readRecipe(path)
	if err != nil {
		return err
	}
	model, subject, err := recipe.ingredients(weights, paths)
	if err != nil {
		return err
	}
	a := recipe.Attack.Method
	a.Grey = recipe.Attack.Gradient == "grey"
	if err := a.Check(); err != nil {
		return err
	}
	ground, err := subject.Ground(recipe.Attack.On)
	if err != nil {
		return err
	}
	within := recipe.Attack.Where == "region"
	if recipe.Scan.Slice.all {
		return recipe.replayVolume(model, subject, a, ground, within, how, out)
	}
	r, err := attackSlice(context.Background(), model, subject, recipe.Scan.Slice.index, a, ground, within)
	if err != nil {
		return err
	}
	if err := r.write(out); err != nil {
		return err
	}
	if err := r.writeCopy(out, how); err != nil {
		return err
	}
	return recipe.compare(r.metrics)
}
