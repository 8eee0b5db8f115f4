package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"segfault/build/codecs"
	"segfault/build/data"
)

// licence is a part of the site that somebody has rights in, with the text that says under which conditions it may be passed on.
type licence struct {
	Name, Version string
	Of            string // what of the site it is part of
	Text          string
}

// legal matches the names of files that say such conditions.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)(\.(md|txt))?$`)

// licences gathers what the site must pass on, from where its parts come from: Go and its modules, the packages of npm that the given folders
// hold, and, for libraries within the decoders, which come without, the texts beside their lock file.
func licences(root string, packages []string) ([]licence, error) {
	own, err := conditions("Segfault", root)
	if err != nil {
		return nil, err
	}
	all := []licence{{"Segfault", version, "this site", own}}
	goroot, err := goTool(root, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	release, err := goTool(root, "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	text, err := conditions("Go", goroot)
	if err != nil {
		return nil, err
	}
	all = append(all, licence{"Go", strings.TrimPrefix(release, "go"), "the engine", text})
	modules, err := linkedModules(root)
	if err != nil {
		return nil, err
	}
	all = append(all, modules...)
	for _, folder := range packages {
		l, err := packageLicence(folder, "the page")
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	decoders, err := decoderLicences(root)
	return append(all, decoders...), err
}

// linkedModules are the licences of the Go modules that are in the engine or its module for files.
func linkedModules(root string) ([]licence, error) {
	args := []string{"list", "-deps", "-tags=whole", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"}
	for _, p := range programs {
		if !slices.Contains(args, p.path) {
			args = append(args, p.path)
		}
	}
	list, err := goTool(root, args...)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(list, "\n")
	slices.Sort(lines)
	var all []licence
	for _, line := range slices.Compact(lines) {
		field := strings.Split(line, "\t")
		if len(field) != 3 {
			continue // of Go itself
		}
		text, err := conditions(field[0], field[2])
		if err != nil {
			return nil, err
		}
		all = append(all, licence{field[0], field[1], "the engine", text})
	}
	return all, nil
}

// packageLicence is that of a package from npm.
func packageLicence(folder, of string) (licence, error) {
	name, version, err := packageName(folder)
	if err != nil {
		return licence{}, err
	}
	text, err := conditions(name, folder)
	return licence{name, version, of, text}, err
}

// decoderLicences are those of the decoders of compressed DICOM and of the libraries that they are made of.
func decoderLicences(root string) ([]licence, error) {
	const of = "the decoders of compressed DICOM"
	folder := filepath.Join(root, "build", "codecs")
	whole, err := packageLicence(filepath.Join(folder, codecs.Package), of)
	if err != nil {
		return nil, err
	}
	all := []licence{whole}
	texts, err := data.Matching(filepath.Join(folder, "licences"), "*.txt")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	for _, path := range texts {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		all = append(all, licence{strings.TrimSuffix(filepath.Base(path), ".txt"), "", of, string(text)})
	}
	slices.SortStableFunc(all[1:], func(a, b licence) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return all, nil
}

// conditions are the files of a folder that say under which conditions it may be passed on.
func conditions(name, folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", fmt.Errorf("site: %w", err)
	}
	var text bytes.Buffer
	for _, entry := range entries {
		if entry.IsDir() || !legal.MatchString(entry.Name()) {
			continue
		}
		part, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return "", fmt.Errorf("site: %w", err)
		}
		fmt.Fprintf(&text, "%s\n\n", bytes.TrimSpace(part))
	}
	if text.Len() == 0 {
		return "", fmt.Errorf("site: %s has no licence in %s; it cannot be passed on", name, folder)
	}
	return text.String(), nil
}
