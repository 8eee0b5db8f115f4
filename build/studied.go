package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"segfault/build/study"
	"segfault/core/attack"
	"segfault/core/lab"
)

// studied are weights as a study names them: a model's name and the first digits of its file's hash. Others of the same name were not studied.
type studied struct{ model, digest string }

// findings are what a study has of a model.
type findings struct {
	lost  *float64 // the share of slices that one step took
	means []lab.Studied
}

// studiedEpsilon is the budget of which the page tells: that at which its dial stands at first.
const studiedEpsilon = "0.009"

// studies reads from the tables of a folder what attacks did to each model: one step of all test slices, then the strong attack and
// noise of the same size of those slices that were attacked with every method.
func studies(folder string) (map[studied]findings, error) {
	found := map[studied]findings{}
	for _, table := range []struct {
		name string
		read func(path string) (map[string]findings, error)
	}{{"attacks.csv", oneStep}, {"methods.csv", methodMeans}} {
		paths, err := filepath.Glob(filepath.Join(folder, "*-"+table.name))
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		for _, path := range paths {
			models := strings.TrimSuffix(path, table.name) + "models.csv"
			if _, err := os.Stat(models); os.IsNotExist(err) { // of weights that are not bundled
				continue
			}
			digests, err := study.Digests(models)
			if err != nil {
				return nil, fmt.Errorf("site: %w", err)
			}
			of, err := table.read(path)
			if err != nil {
				return nil, fmt.Errorf("site: %w", err)
			}
			for model, more := range of {
				key := studied{model, digests[model]}
				found[key] = findings{cmp.Or(found[key].lost, more.lost), append(found[key].means, more.means...)}
			}
		}
	}
	return found, nil
}

// oneStep reads a table of means over all test slices: of the page's attack of one step.
func oneStep(path string) (map[string]findings, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("%s is no table of attacks; let `go run ./build study` write it anew (%v)", filepath.Base(path), err)
	}
	wanted := map[string]string{"epsilon": studiedEpsilon, "loss": "dice_focal", "swapped": "false", "scheme": "additive", "label": "truth", "shared": "false"}
	found := map[string]findings{}
	for _, row := range rows[1:] {
		cells, fits := map[string]string{}, true
		for i, name := range rows[0] {
			cells[name] = row[i]
			want, asked := wanted[name]
			fits = fits && (!asked || row[i] == want)
		}
		if !fits {
			continue
		}
		of := lab.Studied{By: "step"}
		lost, err := strconv.ParseFloat(cells["lost"], 64)
		if err == nil {
			of.Slices, err = strconv.Atoi(cells["slices"])
		}
		if err == nil {
			of.Before, err = strconv.ParseFloat(cells["dice_before"], 64)
		}
		if err == nil {
			of.After, err = strconv.ParseFloat(cells["dice_after"], 64)
		}
		if err != nil {
			return nil, fmt.Errorf("%s has not the slices, Dice and losses of %s; let `go run ./build study` write it anew", filepath.Base(path), cells["model"])
		}
		found[cells["model"]] = findings{&lost, []lab.Studied{of}}
	}
	return found, nil
}

// methodMeans reads a table of methods, slice by slice: the means of the strong attack, then those of noise.
func methodMeans(path string) (map[string]findings, error) {
	rows, err := study.ReadTested(path)
	if err != nil {
		return nil, err
	}
	found := map[string]findings{}
	for _, names := range [][2]string{{attack.Strong, "strong"}, {attack.Noise, attack.Noise}} {
		method, by := names[0], names[1]
		means := map[string]lab.Studied{}
		for _, row := range rows {
			if row.Method != method || row.Budget.String() != studiedEpsilon {
				continue
			}
			mean := means[row.Model]
			mean.Slices++
			mean.Before += row.Before
			mean.After += row.After
			means[row.Model] = mean
		}
		for model, mean := range means {
			n := float64(mean.Slices)
			found[model] = findings{means: append(found[model].means, lab.Studied{By: by, Slices: mean.Slices, Before: mean.Before / n, After: mean.After / n})}
		}
	}
	return found, nil
}
