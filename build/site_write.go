package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeSite builds the site in a folder of its own and copies it to out. What else is in out, of an earlier site or somebody's own, is
// neither changed nor said to be of the site; others are its names.
func writeSite(out, weights string) (r release, others []string, err error) {
	if err := os.MkdirAll(out, 0o755); err != nil { // which is better said now than in a minute
		return release{}, nil, fmt.Errorf("site: the folder cannot be made: %w", err)
	}
	folder, remove, err := temporary("site")
	if err != nil {
		return release{}, nil, fmt.Errorf("site: %w", err)
	}
	defer remove()
	if r, err = buildSite(folder, weights); err != nil {
		return release{}, nil, err
	}
	if err := copyTree(folder, out); err != nil {
		return release{}, nil, err
	}
	others, err = without(out, folder)
	return r, others, err
}

// without are a folder's files and folders that another folder has nothing of, by their names in it.
func without(folder, other string) (names []string, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if _, err := os.Lstat(filepath.Join(other, name)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		names = append(names, filepath.ToSlash(name))
		if entry.IsDir() {
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("site: the written site cannot be read: %w", err)
	}
	return names, nil
}
