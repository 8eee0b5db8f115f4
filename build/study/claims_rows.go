package study

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// Where the rows of the protocol's models are published: in a folder like that of a run, with a table of the models.
const (
	claimsFolder = "claims"
	claimsRows   = "methods.csv.gz"
)

// Scored is a model of the protocol as it is published: its weights by their digest, and their clean scores.
type Scored struct {
	Name, Digest        string
	Parameters, Size    int
	Val, Test, TestAll  float64 // Dice of the true class on val and test, and of all classes together on test
	ValScans, TestScans int
}

var scoredHead = []string{"model", "digest", "parameters", "size", "val_true", "test_true", "test_union", "val_scans", "test_scans"}

func (s Scored) record() []string {
	return []string{s.Name, s.Digest, strconv.Itoa(s.Parameters), strconv.Itoa(s.Size), decimals(s.Val), decimals(s.Test), decimals(s.TestAll), strconv.Itoa(s.ValScans), strconv.Itoa(s.TestScans)}
}

// readScored reads the table of models of a published folder; nothing where there is none.
func readScored(dir string) (list []Scored, err error) {
	path := filepath.Join(dir, modelsFile)
	content, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	records, err := decodeCSV(content)
	if err != nil || !slices.Equal(records[0], scoredHead) {
		return nil, fmt.Errorf("study: %s is no table of the protocol's models", path)
	}
	for _, r := range records[1:] {
		var n [7]float64
		for i := range n {
			if n[i], err = strconv.ParseFloat(r[i+2], 64); err != nil {
				return nil, fmt.Errorf("study: %s: %w", path, err)
			}
		}
		list = append(list, Scored{r[0], r[1], int(n[0]), int(n[1]), n[2], n[3], n[4], int(n[5]), int(n[6])})
	}
	return list, nil
}

// writeClaims writes rows and models in canonical order: equal ones give equal files.
func writeClaims(dir string, rows []Tested, models []Scored) error {
	rows, models = slices.Clone(rows), slices.Clone(models)
	slices.SortFunc(rows, func(a, b Tested) int {
		return cmp.Or(cmp.Compare(a.Model, b.Model), cmp.Compare(a.Method, b.Method), cmp.Compare(a.Epsilon, b.Epsilon), cmp.Compare(a.Image, b.Image), cmp.Compare(a.Slice, b.Slice))
	})
	slices.SortFunc(models, func(a, b Scored) int { return cmp.Compare(a.Name, b.Name) })
	records, table := [][]string{testedHead}, [][]string{scoredHead}
	for _, t := range rows {
		records = append(records, t.record())
	}
	for _, m := range models {
		table = append(table, m.record())
	}
	text, err := encodeCSV(records)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	packed, err := pack(text)
	if err != nil {
		return err
	}
	list, err := encodeCSV(table)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	if err := writeWhole(filepath.Join(dir, claimsRows), packed); err != nil {
		return err
	}
	return writeWhole(filepath.Join(dir, modelsFile), list)
}

// unpack is what pack packed.
func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// pack makes a file smaller. It says no time: equal rows give equal files.
func pack(content []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	w.Write(content) // what is wrong with memory Close says
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	return packed.Bytes(), nil
}
