package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"segfault/build/data"
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
		paths, err := data.Matching(folder, "*-"+table.name)
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		for _, path := range paths {
			models := strings.TrimSuffix(path, table.name) + "models.csv"
			if _, err := os.Stat(models); os.IsNotExist(err) { // of weights that are not bundled
				continue
			}
			digests, err := digestsOf(models)
			if err != nil {
				return nil, fmt.Errorf("site: %w", err)
			}
			of, err := table.read(path)
			if err != nil {
				return nil, fmt.Errorf("site: %w", err)
			}
			for model, more := range of {
				key := studied{model, digests[model]}
				known := found[key].means
				more.means = slices.DeleteFunc(more.means, func(m lab.Studied) bool { // published twice
					return slices.ContainsFunc(known, func(k lab.Studied) bool { return k.By == m.By })
				})
				found[key] = findings{cmp.Or(found[key].lost, more.lost), append(known, more.means...)}
			}
		}
	}
	return found, nil
}

// table reads the rows of a published table, each by the names of its columns, and says where there are not those that are wanted.
func table(path string, wanted ...string) ([]map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil || len(records) == 0 || slices.ContainsFunc(wanted, func(name string) bool { return !slices.Contains(records[0], name) }) {
		return nil, fmt.Errorf("%s is no table of %s; let `go run ./build study` write it anew (%v)", filepath.Base(path), strings.Join(wanted, ", "), err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// cells reads numbers of a row.
func cells(path string, row map[string]string, names ...string) (list []float64, err error) {
	for _, name := range names {
		v, err := strconv.ParseFloat(row[name], 64)
		if err != nil {
			return nil, fmt.Errorf("%s has not the %s of %s; let `go run ./build study` write it anew", filepath.Base(path), name, row["model"])
		}
		list = append(list, v)
	}
	return list, nil
}

// digestsOf reads which weights a study attacked, by the names of models.
func digestsOf(path string) (map[string]string, error) {
	rows, err := table(path, "model", "digest")
	if err != nil {
		return nil, err
	}
	of := map[string]string{}
	for _, row := range rows {
		of[row["model"]] = row["digest"]
	}
	return of, nil
}

// oneStep reads a table of means over all test slices: of the page's attack of one step.
func oneStep(path string) (map[string]findings, error) {
	rows, err := table(path, "model", "epsilon", "loss", "swapped", "scheme", "label", "shared")
	if err != nil {
		return nil, err
	}
	wanted := map[string]string{"epsilon": studiedEpsilon, "loss": "dice_focal", "swapped": "false", "scheme": "additive", "label": "truth", "shared": "false"}
	found := map[string]findings{}
	for _, row := range rows {
		fits := true
		for name, want := range wanted {
			fits = fits && row[name] == want
		}
		if !fits {
			continue
		}
		n, err := cells(path, row, "lost", "slices", "dice_before", "dice_after")
		if err != nil {
			return nil, err
		}
		found[row["model"]] = findings{&n[0], []lab.Studied{{By: "step", Slices: int(n[1]), Before: n[2], After: n[3]}}}
	}
	return found, nil
}

// methodMeans reads a table of methods, slice by slice: the means of the strong attack, then those of noise.
func methodMeans(path string) (map[string]findings, error) {
	rows, err := table(path, "model", "method", "epsilon")
	if err != nil {
		return nil, err
	}
	found := map[string]findings{}
	for _, names := range [][2]string{{attack.Strong, "strong"}, {attack.Noise, attack.Noise}} {
		method, by := names[0], names[1]
		means := map[string]lab.Studied{}
		for _, row := range rows {
			if row["method"] != method || row["epsilon"] != studiedEpsilon {
				continue
			}
			n, err := cells(path, row, "before", "after")
			if err != nil {
				return nil, err
			}
			mean := means[row["model"]]
			mean.Slices++
			mean.Before += n[0]
			mean.After += n[1]
			means[row["model"]] = mean
		}
		for model, mean := range means {
			n := float64(mean.Slices)
			found[model] = findings{means: append(found[model].means, lab.Studied{By: by, Slices: mean.Slices, Before: mean.Before / n, After: mean.After / n})}
		}
	}
	return found, nil
}
