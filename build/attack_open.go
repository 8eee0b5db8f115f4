package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/core/lab"
	"segfault/core/lab/recipe"
)

// paths are the files that a person gave: the scan, which may be a folder, and its masks, "" where there is none.
type paths struct{ scan, truth, region, target string }

// read reads them all.
func (p paths) read() (f recipe.Files, err error) {
	if p.scan != "" {
		if f.Scan, err = readFiles(p.scan); err != nil {
			return f, err
		}
	}
	if p.truth != "" {
		if f.Truth, err = readFile("mask", p.truth); err != nil {
			return f, err
		}
	}
	if p.region != "" {
		if f.Region, err = readFile("mask", p.region); err != nil {
			return f, err
		}
	}
	if p.target != "" {
		f.Target, err = readFile("mask", p.target)
	}
	return f, err
}

// apart are the files of networks, of which several have + between them.
func apart(weights string) []string {
	if _, err := os.Stat(weights); err == nil {
		return []string{weights}
	}
	return strings.Split(weights, "+")
}

// elsewhere is the task that a folder of the scan's path is called, as of a study's data, if it is another than a network's that is known.
func elsewhere(task, scan string) string {
	tasks := map[string]bool{}
	for _, s := range lab.Samples {
		tasks[s.Task] = true
	}
	full, err := filepath.Abs(scan)
	if err != nil || task == "" {
		return ""
	}
	for _, element := range slices.Backward(strings.Split(filepath.ToSlash(full), "/")) {
		switch {
		case element == task:
			return ""
		case tasks[element]:
			return element
		}
	}
	return ""
}

// load loads the networks of files, of which some is told, unless they are there, and tells by which name they are attacked.
func (w writing) load(weights string, told *lab.LoadModelParams) (string, error) {
	var list []string
	for _, path := range apart(weights) {
		if n, there := w.networks[path]; there {
			list = append(list, n.Name)
			continue
		}
		p := *told
		var err error
		if p.File, err = readModel(path); err != nil {
			return "", err
		}
		loaded, err := w.LoadModel(context.Background(), &p)
		if err != nil {
			return "", fmt.Errorf("attack: %s: %w", path, err)
		}
		if other := elsewhere(loaded.Model.Task, w.scan); other != "" {
			fmt.Fprintf(os.Stderr, "attack: %s is for %s, but the scan lies in a folder called %s: what it finds where there is no %[2]s says little; give other -weights\n", loaded.Model.Name, loaded.Model.Task, other)
		}
		for _, note := range loaded.Notes {
			fmt.Println(note)
		}
		n := recipe.Network{ModelOptions: p.ModelOptions, OutputOptions: p.OutputOptions, SHA256: loaded.SHA256}
		n.Name = loaded.Model.Name
		w.networks[path] = n
		list = append(list, n.Name)
	}
	return strings.Join(list, "+"), nil
}

// open loads a scan's files and its masks.
func (w writing) open(given paths, volume int) (scan int, err error) {
	ctx := context.Background()
	files, err := given.read()
	if err != nil {
		return 0, err
	}
	s, err := w.Load(ctx, &lab.LoadParams{Files: files.Scan, LoadOptions: lab.LoadOptions{Volume: volume}})
	if err != nil {
		return 0, err
	}
	if s.LeftOut > 0 {
		fmt.Fprintf(os.Stderr, "attack: files that were left out: %s\n", s.LeftOutAs)
	}
	for as, mask := range map[string]struct {
		lab.File
		path string
	}{"truth": {files.Truth, given.truth}, "region": {files.Region, given.region}, "target": {files.Target, given.target}} {
		if mask.File == nil {
			continue
		}
		m := &lab.LoadMaskParams{Scan: s.ID, As: as}
		m.File = mask.File
		if m.Beside, err = besides(mask.path); err != nil {
			return 0, err
		}
		info, err := w.LoadMask(ctx, m)
		if err != nil {
			return 0, fmt.Errorf("attack: the %s %s: %w", as, filepath.Base(mask.path), err)
		}
		if info.LeftOut != "" {
			fmt.Fprintln(os.Stderr, "attack:", info.LeftOut)
		}
	}
	return s.ID, nil
}
