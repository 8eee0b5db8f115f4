package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"segfault/core/attack"
	"segfault/core/names"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// alsoWords are names that other things have, too, or that are defaults, which posters and the study repeat.
var alsoWords = []string{"dice", "dice_focal", "js", "linf", "l2", "additive", "blend", "constant", "fgsm", "bias"}

// A row's name is text in its table, and in the types, which are held against it; an attack may have a row more, such as a weight, and be
// one of the study's. Whatever else knew it by name would have to be found by who adds one.
func TestNamesOfRowsStandInTheirTablesOnly(t *testing.T) {
	texts := product(t)
	for _, table := range []struct {
		of      string
		entries []names.Entry
		most    int
	}{
		{"loss", attack.Losses(), 2}, {"weight", attack.Weights(), 3}, {"norm", attack.Norms(), 2}, {"rule", attack.Rules(), 2},
		{"schedule", attack.Schedules(), 2}, {"attack", attack.Methods(), 3},
	} {
		for _, e := range table.entries {
			if slices.Contains(alsoWords, e.Name) {
				continue
			}
			quoted := regexp.MustCompile("[\"'`]" + e.Name + "[\"'`]")
			var in []string
			for path, text := range texts {
				if quoted.MatchString(text) {
					in = append(in, path)
				}
			}
			assert.LessOrEqual(t, len(in), table.most, "the %s %s is named in %s", table.of, e.Name, strings.Join(in, ", "))
			assert.NotEmpty(t, in, e.Name)
		}
	}
}

// product are the texts of all that ships, by path, without tests, examples and the pages that explain.
func product(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	others := []string{"node_modules", "examples", "testdata", "e2e", "modules", "peers", "types", "coretest"}
	for _, root := range []string{"../core", "../kernels", "../webgpu", "../wasm", "../site", "../build"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && slices.Contains(others, d.Name()):
				return filepath.SkipDir
			case !slices.Contains([]string{".go", ".js", ".mjs", ".ts"}, filepath.Ext(path)) || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			text, err := os.ReadFile(path)
			texts[path] = string(text)
			return err
		}))
	}
	return texts
}
