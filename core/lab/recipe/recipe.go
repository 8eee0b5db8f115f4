// Package recipe does attacks again: it reads what a page or the JavaScript module wrote down of one, replays it in a lab with the files that a
// recipe does not hold, and compares the numbers. It stands apart from package lab because it takes encoding/json, which no page needs.
package recipe

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"segfault/core/lab"
	"segfault/core/names"
)

// Recipe is an attack as it was written down; see Recipe in segfault.d.ts.
type Recipe struct {
	Recipe  int
	Version string
	Backend string
	Model   Model
	Scan    struct {
		Sample *lab.Simulated
		SHA256 []string
		Volume int
		Slice  Slice
	}
	Truth, Region *Mask
	Target        *Mask
	Attack        lab.How
	Universal     bool // one change for all slices
	Metrics       Metrics
	Beside        []lab.Control // what stood beside the attack there

	// Alone leaves out what stands beside the attack.
	Alone bool `json:"-"`
}

// Model is a network, or the mean of several.
type Model struct {
	Network
	Mean []Network `json:"mean,omitempty"`
}

// Network is a file, and what was told of it.
type Network struct {
	lab.ModelOptions
	lab.OutputOptions
	SHA256 string `json:"sha256,omitempty"`
}

// Metrics are what came of it there: of a slice, or of all the Dice and the numbers of each, or of both parts of a universal change.
type Metrics struct {
	lab.Metrics
	Slices     []lab.SliceNumbers
	Made, Held lab.Carried
}

// Slice says which slice was attacked: Index from 0, or all of them.
type Slice struct {
	All   bool
	Index int
}

// UnmarshalJSON reads a number or "all".
func (s *Slice) UnmarshalJSON(text []byte) error {
	if s.All = string(text) == `"all"`; s.All {
		return nil
	}
	return json.Unmarshal(text, &s.Index)
}

// Mask says which mask is meant: that of a file, or one that was painted.
type Mask struct {
	SHA256  string
	Classes []int   // that its file's labels are
	Runs    []int   // of the attacked slice, as scan.Mask.Runs writes them
	Slices  [][]int // the same of every slice, where all were attacked
	Named   bool
}

// inFile is whether the mask is that of a file.
func (m *Mask) inFile() bool { return m != nil && m.Runs == nil && m.Slices == nil }

// painted are the runs of a mask that was painted, by slice; nil of one that is in a file.
func (m *Mask) painted(slice, slices int) (map[int][]int, error) {
	switch {
	case m == nil || m.inFile():
		return nil, nil
	case m.Runs != nil:
		return map[int][]int{slice: m.Runs}, nil
	case len(m.Slices) != slices:
		return nil, fmt.Errorf("recipe: the painted mask has %s, but the scan has %d", names.Counted(len(m.Slices), "slice"), slices)
	}
	runs := map[int][]int{}
	for k, r := range m.Slices {
		runs[k] = r
	}
	return runs, nil
}

// Read reads a recipe's text.
func Read(text []byte) (*Recipe, error) {
	r := &Recipe{Attack: lab.Paper()} // which those of before there was more to choose do not say
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("recipe: this is none (%w); save one on the page", err)
	}
	if r.Recipe != 1 {
		return nil, fmt.Errorf("recipe: this is of kind %d, but 1 is read; use the version of Segfault that wrote it (%.20s)", r.Recipe, r.Version)
	}
	var told struct{ Attack map[string]any }
	var given lab.Given
	if err := json.Unmarshal(text, &told); err != nil {
		return nil, fmt.Errorf("recipe: its attack cannot be read (%w); save one on the page", err)
	}
	for _, name := range slices.Sorted(maps.Keys(told.Attack)) {
		given.Options = append(given.Options, lab.Option{Name: name})
	}
	if err := given.Check("attack"); err != nil {
		return nil, fmt.Errorf("recipe: %w", err)
	}
	return r, nil
}
