package study

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"segfault/build/data"
	"segfault/core/attack"
)

// Tested is what a method did to a slice.
type Tested struct {
	Model, Method, Image string
	Slice                int
	Budget
	Before, After    float64 // Dice of all classes together
	TrueBefore, True float64 // of the reference's own class
	Loss             float64 // Dice and focal, of the attacked image
	Ending           attack.Ending
}

var testedHead = []string{"model", "method", "epsilon", "image", "slice", "before", "after", "true_before", "true_after", "loss", "ending"}

func (t Tested) key() string {
	return strings.Join([]string{t.Model, t.Method, t.Budget.String(), t.Image, strconv.Itoa(t.Slice)}, "\n")
}

func (t Tested) record() []string {
	return []string{t.Model, t.Method, t.Budget.String(), t.Image, strconv.Itoa(t.Slice), digits(t.Before), digits(t.After),
		digits(t.TrueBefore), digits(t.True), digits(t.Loss), string(t.Ending)}
}

// ReadSuites reads the rows of all shards of comparisons in some folders, each once.
func ReadSuites(dirs ...string) (rows []Tested, err error) {
	seen := map[string]bool{}
	for _, dir := range dirs {
		paths, err := data.Matching(dir, "methods*.csv")
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		for _, path := range append(paths, filepath.Join(dir, claimsRows)) {
			of, err := ReadTested(path)
			if err != nil {
				return nil, err
			}
			for _, t := range of {
				if !seen[t.key()] {
					seen[t.key()], rows = true, append(rows, t)
				}
			}
		}
	}
	return rows, nil
}

// openTested opens a shard's rows for appending, as a journal under their own head.
func openTested(path string) (*journal, error) {
	content, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("study: %w", err)
	}
	if len(wholeLines(content)) == 0 { // the head at once: what is stopped before its first row goes on, too
		head, err := encodeCSV([][]string{testedHead})
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		if err := writeWhole(path, head); err != nil {
			return nil, err
		}
	}
	return openJournal(path)
}

// ReadTested reads a table of methods, slice by slice; nothing where there is no such file. Of one that grows a last line that is torn is no row.
func ReadTested(path string) (rows []Tested, err error) {
	content, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	if strings.HasSuffix(path, ".gz") {
		if content, err = unpack(content); err != nil {
			return nil, fmt.Errorf("study: %s: %w", path, err)
		}
	}
	if content = wholeLines(content); len(content) == 0 {
		return nil, nil
	}
	records, err := decodeCSV(content)
	if err != nil || !slices.Equal(records[0], testedHead) {
		return nil, fmt.Errorf("study: %s is no table of methods; give another folder with -out", path)
	}
	for _, r := range records[1:] {
		budget, err := parseBudget(r[2])
		if err != nil {
			return nil, fmt.Errorf("study: %s: %w", path, err)
		}
		var n [6]float64
		for i, at := range []int{4, 5, 6, 7, 8, 9} {
			if n[i], err = strconv.ParseFloat(r[at], 64); err != nil {
				return nil, fmt.Errorf("study: %s: %w", path, err)
			}
		}
		rows = append(rows, Tested{r[0], r[1], r[3], int(n[0]), budget, n[1], n[2], n[3], n[4], n[5], attack.Ending(r[10])})
	}
	return rows, nil
}
