package study

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"segfault/build/data"
)

// Terms are what rows of named methods depend on and do not name, see Suite.
type Terms struct {
	Steps int  `json:"steps"`
	First int  `json:"first"`
	Every int  `json:"every"`
	Empty bool `json:"empty"`
}

// termsFile is settingsFile for rows of named methods, which may lie beside a study of one step.
const termsFile = "methods.json"

// agree writes the settings beside the first rows, or checks those that are there. Methods, ε and models may join: each row names its own.
func (c *Suite) agree(pairs []data.Pair, rows []Tested) error {
	now, path := c.settings(pairs), filepath.Join(c.Out, termsFile)
	now.Design, now.Terms = Design{}, Terms{c.Steps, c.First, max(1, c.Every), c.Empty}
	before, err := settingsAt(path)
	if errors.Is(err, fs.ErrNotExist) && len(rows) > 0 {
		return fmt.Errorf("study: %s holds rows of methods but no %s, which says how they were made; choose another folder with -out", c.Out, termsFile)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return now.write(path)
	}
	if err != nil {
		return err
	}
	joined := before.Models
	for _, m := range now.Models {
		at := slices.IndexFunc(joined, func(b About) bool { return b.Name == m.Name })
		if at < 0 {
			joined = append(joined, m)
		} else if joined[at].Digest != m.Digest {
			return otherStudy(c.Out, "other weights of "+m.Name)
		}
	}
	now.Models, before.Models = joined, joined
	if what, ok := now.same(before); !ok {
		return otherStudy(c.Out, what)
	}
	return now.write(path)
}
