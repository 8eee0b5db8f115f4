package study

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"segfault/build/data"
)

// Settings are what a study's numbers depend on, beside the code. They lie in
// settings.json next to the rows, those of named methods in methods.json; shards
// must agree on them.
type Settings struct {
	Task    string  `json:"task"`
	Images  int     `json:"images"`          // files in the folder
	Digest  string  `json:"digest"`          // of their names
	Patient string  `json:"patient"`         // regular expression for the part of a name that is the patient's, or ""
	Design  Design  `json:"design,omitzero"` // of a study of one step
	Terms   Terms   `json:"terms,omitzero"`  // of named methods
	Models  []About `json:"models"`
	// Classes are the marks of file names, which decide the truth; nil in files
	// from before they were kept.
	Classes []data.Class `json:"classes,omitempty"`
	// Command is what makes the study, for the report; it may differ.
	Command string `json:"command"`
}

// About is what a report says of a model.
type About struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	Digest     string   `json:"digest"` // of its file
	Parameters int      `json:"parameters"`
	Size       int      `json:"size"` // side of its input
	Classes    []string `json:"classes"`
	Dice       float64  `json:"dice"`                       // on its card, 0 if unknown
	BCE        bool     `json:"trained_with_bce,omitempty"` // is a part of the loss that it was trained with, as its card says
}

const settingsFile = "settings.json"

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// settings describes the study that a configuration makes.
func (c *Config) settings(pairs []data.Pair) Settings {
	s := Settings{Task: c.Task, Images: len(pairs), Patient: c.Patient, Design: c.Design, Classes: c.Classes, Command: c.Command}
	var names strings.Builder
	for _, p := range pairs {
		names.WriteString(p.Name + "\n")
	}
	s.Digest = digest([]byte(names.String()))
	for _, m := range c.Models {
		s.Models = append(s.Models, m.About)
	}
	return s
}

// same says whether rows of two settings may stand in one table; what names the
// first difference.
func (s Settings) same(o Settings) (what string, ok bool) {
	if s.Classes == nil || o.Classes == nil {
		s.Classes, o.Classes = nil, nil
	}
	for _, part := range []struct {
		what string
		a, b any
	}{
		{"another task", s.Task, o.Task},
		{"other images", []any{s.Images, s.Digest}, []any{o.Images, o.Digest}},
		{"another rule for patients", s.Patient, o.Patient},
		{"other classes (-classes)", s.Classes, o.Classes},
		{"other attacks", s.Design, o.Design},
		{"other steps (-steps)", s.Terms.Steps, o.Terms.Steps},
		{"other slices (-first, -every or -empty)", s.Terms, o.Terms},
		{"other models or weights", s.Models, o.Models},
	} {
		if !reflect.DeepEqual(part.a, part.b) {
			return part.what, false
		}
	}
	return "", true
}

// agree writes the settings to a folder, or checks those that are there.
func (s Settings) agree(dir string) error {
	before, err := readSettings(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return s.write(filepath.Join(dir, settingsFile))
	}
	if err != nil {
		return err
	}
	if what, ok := s.same(before); !ok {
		return otherStudy(dir, what)
	}
	return nil
}

// otherStudy refuses a folder whose rows are of a study with something else.
func otherStudy(dir, what string) error {
	return fmt.Errorf("study: %s holds rows of a study with %s; choose another folder with -out, or remove that one", dir, what)
}

func (s Settings) write(path string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	return writeWhole(path, append(text, '\n'))
}

func readSettings(dir string) (s Settings, err error) {
	path := filepath.Join(dir, settingsFile)
	if s, err = settingsAt(path); err == nil && s.Design.Check() != nil {
		err = fmt.Errorf("study: %s names no attacks", path)
	}
	return s, err
}

func settingsAt(path string) (s Settings, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("study: no study at %s: %w", filepath.Dir(path), err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("study: %s: %w", path, err)
	}
	if len(s.Models) == 0 {
		return s, fmt.Errorf("study: %s names no models", path)
	}
	return s, nil
}
