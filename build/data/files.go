package data

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/core/scan/formats"
)

// detached are the endings of headers whose voxels lie in files of their own.
var detached = []string{".mhd", ".nhdr", ".hdr"}

// files lists a folder's files by their names without extension. Of several of one name it is the one that can be a scan: beside it may lie
// the voxels of a header, or notes.
func files(folder string) (map[string]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	list := map[string]string{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := strings.TrimSuffix(e.Name(), ".gz")
		name = strings.TrimSuffix(name, filepath.Ext(name))
		other := list[name]
		if other != "" && readable(other) && readable(e.Name()) {
			return nil, fmt.Errorf("%s and %s in %s have one name, by which scans and masks are told apart; rename or remove one", filepath.Base(other), e.Name(), folder)
		}
		if other == "" || !readable(other) {
			list[name] = filepath.Join(folder, e.Name())
		}
	}
	return list, nil
}

// readable tells whether a file's name ends as those of scans do.
func readable(name string) bool {
	name = strings.ToLower(name)
	ends := func(ending string) bool { return strings.HasSuffix(name, ending) }
	if slices.ContainsFunc(detached, ends) {
		return true
	}
	for _, f := range formats.All() {
		if slices.ContainsFunc(f.Endings, ends) {
			return true
		}
	}
	return false
}

// Beside finds the files that a header names which is a file of its own: its voxels. One of NIfTI names none, and its voxels have its own name.
func Beside(header string) (paths []string, err error) {
	ending := filepath.Ext(header)
	if !slices.Contains(detached, strings.ToLower(ending)) {
		return nil, nil
	}
	text, err := os.ReadFile(header)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Dir(header))
	if err != nil {
		return nil, err
	}
	stem := strings.TrimSuffix(filepath.Base(header), ending)
	named := func(name string) bool {
		if strings.ToLower(ending) == ".hdr" {
			rest, found := strings.CutPrefix(name, stem)
			return found && slices.Contains([]string{".img", ".img.gz"}, strings.ToLower(rest))
		}
		return whole(string(text), name) || slices.ContainsFunc(strings.Fields(string(text)), func(word string) bool {
			before, _, pattern := strings.Cut(filepath.Base(word), "%") // slice_%03d.raw
			return pattern && before != "" && strings.HasPrefix(name, before)
		})
	}
	for _, entry := range entries {
		path := filepath.Join(filepath.Dir(header), entry.Name())
		if named(entry.Name()) && Regular(path) && entry.Name() != filepath.Base(header) {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// whole tells whether a text has a word that is no part of a longer file's name: aa.raw does not name a.raw.
func whole(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word) + from
		if at < from {
			return false
		}
		end := at + len(word)
		if (at == 0 || strings.ContainsRune(" \t\r\n=:/\\\"", rune(text[at-1]))) && (end == len(text) || strings.ContainsRune(" \t\r\n\"", rune(text[end]))) {
			return true
		}
		from = at + 1
	}
}

// Matching lists a folder's files whose names match a pattern. What the folder's own path holds, such as brackets, is no pattern.
func Matching(folder, pattern string) (paths []string, err error) {
	names, err := fs.Glob(os.DirFS(cmp.Or(folder, ".")), pattern)
	for _, name := range names {
		paths = append(paths, filepath.Join(folder, filepath.FromSlash(name)))
	}
	return paths, err
}

// Regular tells whether there is a file at a path, or a link to one, as folds and tools that keep large files elsewhere lay.
func Regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
